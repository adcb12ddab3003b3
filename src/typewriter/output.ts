import { announce } from './announce.ts';
import { follow } from './follow.ts';
import type { TypewriterOptions } from './options.ts';
import { adoptStyles, END } from './styles.ts';
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
  const enter = sectionMarker(caret);
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
      enter(element.lastElementChild as HTMLElement | null);
      if (announcer && !view.takeWords) unspoken += text;
      announcer?.update();
      follower?.update();
    },
    end: () => view?.end?.(),
    scrollToEnd: () => follower?.scrollToEnd(),
    leave(state) {
      enter(null);
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

/** Gives a function that is told which section of a view is the last: `null` for none any more. */
function sectionMarker(caret: boolean): (section: HTMLElement | null) => void {
  let last: HTMLElement | null = null;
  return (section) => {
    if (section === last) return;
    last?.removeAttribute(END);
    last = section;
    if (!section) return;
    if (caret) section.setAttribute(END, '');
    // A stacking context of its own: a browser paints each of them by itself, not all of the answer each time.
    section.style.isolation = 'isolate';
  };
}
