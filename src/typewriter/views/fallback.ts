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

    /** Runs a step of the view's, and another one of the text's if that throws. */
    function attempt(step: () => void, otherwise: () => void): void {
      try {
        step();
      } catch (error) {
        if (hasThrown) throw error;
        hasThrown = true;
        reportError(error);
        view = text()(element);
        delete guarded.takeWords;
        otherwise();
      }
    }

    const guarded: View = {
      append: (added) =>
        attempt(
          () => view.append(added),
          () => view.append(added),
        ),
      end: () =>
        attempt(
          () => view.end?.(),
          () => {},
        ),
    };
    attempt(
      () => {
        view = createView(element);
        if (view.takeWords) guarded.takeWords = () => view.takeWords!();
      },
      () => {},
    );
    return guarded;
  };
}
