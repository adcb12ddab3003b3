import { text } from './text.ts';
import type { View } from './view.ts';

/**
 * Guards a view: when it throws, that is reported once, and plain text goes on from where the view stood. So nothing in
 * a view stops the answer.
 */
export function withFallback(createView: (element: HTMLElement) => View): (element: HTMLElement) => View {
  return (element) => {
    let view: View;
    let hasThrown = false;

    /** Runs a step of the view's; if that throws, the text's, where it has one. */
    function attempt(step: () => void, isText = false): void {
      try {
        step();
      } catch (error) {
        if (hasThrown) throw error;
        hasThrown = true;
        // Not every DOM has it.
        globalThis.reportError?.(error);
        view = text()(element);
        delete guarded.takeWords;
        if (isText) step();
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
