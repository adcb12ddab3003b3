import { announce } from './announce.ts';
import { follow } from './follow.ts';
import type { TypewriterOptions } from './options.ts';
import { adoptStyles, CARET, END } from './styles.ts';
import { withFallback } from './views/fallback.ts';
import { text as textView } from './views/text.ts';
import type { SpokenWords, View } from './views/view.ts';

/** The element that a typewriter types into, with its caret, scrolling and announcements. */
export interface Output {
  append(text: string): void;
  /** All the text is shown. */
  end(): void;
  /** Shows the end, where it is followed. */
  scrollToEnd(): void;
  /** Takes back what typing adds to the element, and names the state in which the typewriter leaves it. */
  leave(state: 'finished' | 'idle'): void;
  /** Falls silent, and follows no more: also what goes on for a while after the end. */
  dispose(): void;
}

/** Prepares an element. What it holds stays until the first text shows. */
export function createOutput(element: HTMLElement, options: TypewriterOptions): Output {
  const { view: viewOption = textView(), caret = true, announce: mode } = options;
  const createView = withFallback(viewOption);
  const follower = options.follow ? follow(element, options.onEndInSight) : undefined;
  let view: View | undefined;
  const mark = endMarker(caret);
  /** Text that a view without words of its own has shown since it was last spoken. */
  let unspoken = '';
  const announcer = mode === 'off' ? undefined : announce(element, takeWords);

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

  element.setAttribute('aria-busy', 'true');
  element.setAttribute('data-teleprinter', 'typing');
  adoptStyles(element);

  return {
    append(text) {
      if (!view) {
        element.replaceChildren();
        view = createView(element);
        // It may have been put into the page, or into another one, since.
        adoptStyles(element);
      }
      view.append(text);
      mark(element.lastElementChild);
      if (announcer && !view.takeWords) unspoken += text;
      announcer?.update();
      follower?.update();
    },
    end: () => view?.end?.(),
    scrollToEnd: () => follower?.scrollToEnd(),
    leave(state) {
      mark(null);
      element.removeAttribute('aria-busy');
      element.setAttribute('data-teleprinter', state);
      if (state === 'idle') return dispose();
      announcer?.end();
      follower?.update();
      follower?.finish();
    },
    dispose,
  };
}

/** Gives a function that is told which section of a view is the last, and marks its end: `null` for none any more. */
function endMarker(caret: boolean): (section: Element | null) => void {
  let last: Element | null = null;
  let end: Element | null | undefined;
  return (section) => {
    if (section !== last) {
      last?.removeAttribute(END);
      last = section;
      if (caret) section?.setAttribute(END, '');
      // A stacking context of its own: a browser paints each of them by itself, not all of the answer each time.
      if (section) (section as HTMLElement).style.isolation = 'isolate';
    }
    const before = end;
    end = caret && section ? endOf(section) : null;
    if (end === before) return;
    before?.removeAttribute(CARET);
    end?.setAttribute(CARET, '');
  };
}

/** The element in which a section ends: the last of the last, however deep the lists and quotes, as far as anybody nests them. */
function endOf(section: Element): Element | null | undefined {
  let at = section.lastElementChild;
  for (let depth = 7; at && depth > 0; depth--) {
    const inner = at.lastElementChild;
    const { nodeName } = at;
    if (nodeName === 'PRE') return inner?.lastElementChild;
    // These may stand last in a block, and have blocks of their own last.
    if (!/^(P|[UO]L|PRE|BLOCKQUOTE|TABLE|DIV|LI)$/.test(`${inner?.nodeName}`))
      return /^(P|LI|DIV|H\d)$/.test(nodeName) ? at : null;
    at = inner;
  }
  return null;
}
