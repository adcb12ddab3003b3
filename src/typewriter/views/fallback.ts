/** Replaces a view that throws by the plain text view. */
import { OptionsError } from '../../errors.ts';
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
      if (DEVELOPMENT) assertView(view);
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

/** For development: the browser's own error does not say what is no view. */
function assertView(view: Partial<View> | undefined): void {
  if (typeof view?.append !== 'function')
    throw new OptionsError('The function in view returned no { append }. Write { view: markdown() }.', {
      option: 'view',
    });
}

/** Reports an error to the page. Not every DOM has `reportError`. */
const report = (error: unknown): void => globalThis.reportError?.(error);
