/** The element that a typewriter types into: its view, caret, scrolling and announcements. */
import { announce } from './announce.ts';
import { follow } from './follow.ts';
import type { TypewriterOptions } from './options.ts';
import { adoptStyles, CARET, END } from './styles.ts';
import { withFallback } from './views/fallback.ts';
import { text as textView } from './views/text.ts';
import type { SpokenWords, View } from './views/view.ts';

/** Shows text in an element. */
export interface Output {
  append(text: string): void;
  /** Call when all text has been appended. */
  end(): void;
  /** With `follow`: scrolls to the end. */
  scrollToEnd(): void;
  /** Removes the caret and `aria-busy`, and sets the final state in `data-teleprinter`. */
  settle(state: 'finished' | 'idle'): void;
  /** Stops announcing and following, which otherwise continue for a while after the end. */
  dispose(): void;
}

/** Stop the typewriters at work, by their elements. */
const stoppers = new WeakMap<HTMLElement, () => void>();

/**
 * Prepares an element for typing. Its content stays until the first text is shown.
 *
 * @param stop Stops the typewriter when another one begins in the element: both would write into it
 * @param source What is typed
 */
export function createOutput(
  element: HTMLElement,
  options: TypewriterOptions,
  stop: () => void,
  source: object,
): Output {
  replaceStopper(element, stop);
  const createView = withFallback(options.view ?? textView());
  const follower = options.follow ? follow(element, options.onEndInSight) : undefined;
  let view: View | undefined;
  const markEnd = createEndMarker(options.caret ?? true);
  /** The text appended since the last `takeWords()`, for a view that has no `takeWords` of its own. */
  let unspoken = '';
  const announcer = options.announce === 'off' ? undefined : announce(element, takeWords, source);

  function takeWords(): SpokenWords {
    if (view?.takeWords) return view.takeWords();
    const complete = unspoken;
    unspoken = '';
    return { complete, arriving: '' };
  }

  function dispose(): void {
    announcer?.cancel();
    follower?.stop();
  }

  setState(element, 'typing');

  return {
    append(text) {
      if (!view) {
        element.replaceChildren();
        view = createView(element);
      }
      // Each time: the element may have been moved to another document or shadow root.
      adoptStyles(element);
      const last = element.lastElementChild;
      view.append(text);
      // The view may have cancelled the typewriter.
      if (stoppers.get(element) !== stop) return;
      if (element.lastElementChild) markEnd(element.lastElementChild, last);
      if (announcer && !view.takeWords) unspoken += text;
      announcer?.update();
      follower?.update();
    },
    end: () => view?.end?.(),
    scrollToEnd: () => follower?.scrollToEnd(),
    settle(state) {
      stoppers.delete(element);
      removeMarks(element);
      setState(element, state);
      if (state === 'idle') return dispose();
      announcer?.end();
      follower?.finish();
    },
    dispose,
  };
}

/** Stops the typewriter at work in an element, if there is one. */
function replaceStopper(element: HTMLElement, stop: () => void): void {
  stoppers.get(element)?.();
  stoppers.set(element, stop);
}

/** An element is busy while it is typed into. */
function setState(element: HTMLElement, state: 'typing' | 'finished' | 'idle'): void {
  if (state === 'typing') element.setAttribute('aria-busy', 'true');
  else element.removeAttribute('aria-busy');
  element.setAttribute('data-teleprinter', state);
}

/** Removes all marks of the end, also those that another script has copied. */
function removeMarks(element: HTMLElement): void {
  for (const marked of element.querySelectorAll(`[${END}], [${CARET}]`)) {
    marked.removeAttribute(END);
    marked.removeAttribute(CARET);
  }
}

/**
 * Creates a function that marks the last section of a view, and the element that the caret is in. It gets the last element,
 * and the one before the view added text: if that is the same, an extension may have added it.
 */
function createEndMarker(hasCaret: boolean): (lastElement: Element, lastBefore: Element | null) => void {
  let section: Element | undefined;
  let caretElement: Element | null | undefined;
  return (lastElement, lastBefore) => {
    if (lastElement !== lastBefore || section?.parentNode !== lastElement.parentNode) {
      section?.removeAttribute(END);
      section = lastElement;
      if (hasCaret) section.setAttribute(END, '');
      // A stacking context is painted by itself, so that a new letter does not repaint the whole answer.
      (section as HTMLElement).style?.setProperty('isolation', 'isolate');
    }
    const before = caretElement;
    caretElement = hasCaret ? lastBlockIn(section) : null;
    if (caretElement === before) return;
    before?.removeAttribute(CARET);
    caretElement?.setAttribute(CARET, '');
  };
}

/** The innermost block at the end of a section, within up to 7 levels of lists and quotes. */
function lastBlockIn(section: Element): Element | null | undefined {
  let block = section.lastElementChild;
  for (let depth = 7; block && depth > 0; depth--) {
    const inner = block.lastElementChild;
    const { localName } = block;
    // These elements may be the last in a block, and may end with a block themselves.
    if (!/^(p|[uo]l|pre|blockquote|table|div|li)$/.test(`${inner?.localName}`))
      return /^(p|li|div|h\d)$/.test(localName) ? block : null;
    block = inner;
  }
  return null;
}
