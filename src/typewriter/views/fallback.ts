/** Replaces a view that throws by the plain text view. */
import { text } from './text.ts';
import type { View } from './view.ts';

/**
 * Wraps a view so that an error in it does not stop the answer. The first error goes to `reportError`, and the plain text
 * view appends the rest of the answer to the element.
 */
export function withFallback(createView: (element: HTMLElement) => View): (element: HTMLElement) => View {
  return (element) => {
    let view: View;
    let hasThrown = false;

    /**
     * Runs a step of the view. If it throws, replaces the view by the text view.
     *
     * @param isRetried Whether the text view repeats the step
     */
    function attempt(step: () => void, isRetried = false): void {
      try {
        step();
      } catch (error) {
        if (hasThrown) throw error;
        hasThrown = true;
        report(error);
        view = text()(element);
        delete guarded.takeWords;
        if (isRetried) step();
      }
    }

    const guarded: View = {
      append: (added) => attempt(() => view.append(added), true),
      end: () => attempt(() => view.end?.()),
    };
    attempt(() => {
      view = createView(element);
      if (!view.takeWords) return;
      guarded.takeWords = () => {
        try {
          return view.takeWords!();
        } catch (error) {
          report(error);
          // Screen readers get the appended text from now on.
          delete guarded.takeWords;
          return { complete: '', arriving: '' };
        }
      };
    });
    return guarded;
  };
}

/** Reports an error to the page. Not every DOM has `reportError`. */
const report = (error: unknown): void => globalThis.reportError?.(error);
