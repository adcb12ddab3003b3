import { text } from './text.ts';
import type { View } from './view.ts';

/**
 * Wraps a view so that an error in it never stops the answer. The first error is reported, and from then on a plain text
 * view appends to what the element shows.
 */
export function withFallback(createView: (element: HTMLElement) => View): (element: HTMLElement) => View {
  return (element) => {
    let view: View;
    let hasThrown = false;

    /**
     * Calls the view. If it throws, replaces it by the text view.
     *
     * @param isRetried Whether to call the text view then
     */
    function attempt(step: () => void, isRetried = false): void {
      try {
        step();
      } catch (error) {
        if (hasThrown) throw error;
        hasThrown = true;
        // Not every DOM has `reportError`.
        globalThis.reportError?.(error);
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
      if (view.takeWords) guarded.takeWords = () => view.takeWords!();
    });
    return guarded;
  };
}
