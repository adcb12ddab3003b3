/** Replaces a view that throws by the plain text view. */
import { text } from './text.ts';
import type { SpokenWords, View } from './view.ts';

const NO_WORDS: SpokenWords = { complete: '', arriving: '' };

/**
 * Wraps a view so that an error in it does not stop the answer. The first error goes to `reportError`, and the plain text
 * view appends the rest of the answer to the element.
 */
export function withFallback(createView: (element: HTMLElement) => View): (element: HTMLElement) => View {
  return (element) => {
    let view: View;
    let hasThrown = false;

    /**
     * Runs a step of the view, and returns its result. If it throws, replaces the view by the text view.
     *
     * @param isRetried Whether the text view repeats the step
     */
    function attempt<T>(step: () => T, isRetried = false): T | undefined {
      try {
        return step();
      } catch (error) {
        if (hasThrown) throw error;
        hasThrown = true;
        // Not every DOM has `reportError`.
        globalThis.reportError?.(error);
        view = text()(element);
        delete guarded.takeWords;
        return isRetried ? step() : undefined;
      }
    }

    const guarded: View = {
      append: (added) => attempt(() => view.append(added), true),
      end: () => attempt(() => view.end?.()),
    };
    attempt(() => {
      view = createView(element);
      if (view.takeWords) guarded.takeWords = () => attempt(() => view.takeWords!()) ?? NO_WORDS;
    });
    return guarded;
  };
}
