import type { StreamOptions } from '../contract/options.ts';
import type { StreamResult } from '../contract/result.ts';

/** The events of `<tele-printer>`, each a CustomEvent. */
export interface TelePrinterEventMap {
  /** A connection opened. */
  open: CustomEvent<{ response: Response | undefined }>;
  /** Text arrived; it shows a moment later. */
  text: CustomEvent<{ delta: string; text: string }>;
  /** The stream ended, with any outcome. */
  end: CustomEvent<StreamResult>;
  /** The stream ended `truncated` or `failed`. */
  error: CustomEvent<unknown>;
  /** With `follow`: the end of the scroller came in sight, or went out of it. */
  endinsight: CustomEvent<{ isInSight: boolean }>;
}

/** Dispatches an event of the element. */
export function fire<T extends keyof TelePrinterEventMap>(
  element: HTMLElement,
  type: T,
  detail: TelePrinterEventMap[T]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(type, { detail }));
}

/** The callbacks of a stream that dispatch the element's events, and then call those of the options. */
export function eventCallbacks(element: HTMLElement, options: StreamOptions): StreamOptions {
  return {
    onOpen(open) {
      fire(element, 'open', open);
      options.onOpen?.(open);
    },
    onText(delta, text) {
      fire(element, 'text', { delta, text });
      options.onText?.(delta, text);
    },
    onError(error) {
      fire(element, 'error', error);
      options.onError?.(error);
    },
    onEnd(result) {
      fire(element, 'end', result);
      options.onEnd?.(result);
    },
  };
}
