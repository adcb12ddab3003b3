import type { StreamOptions } from '../contract/options.ts';
import type { StreamResult } from '../contract/result.ts';
import type { TeleprinterError } from '../errors.ts';

/**
 * The events of `<tele-printer>`, each a CustomEvent.
 *
 * @example
 * import type { TelePrinterEventMap } from 'teleprinter/element';
 * const onEnd = ({ detail }: TelePrinterEventMap['end']) => console.log(detail.outcome, detail.text);
 * document.querySelector('tele-printer')?.addEventListener('end', (event) => onEnd(event as never));
 */
export interface TelePrinterEventMap {
  /** A connection opened. */
  open: CustomEvent<{ response: Response | undefined }>;
  /** Text arrived; it shows a moment later. */
  text: CustomEvent<{ delta: string; text: string }>;
  /** The stream ended, with any outcome. */
  end: CustomEvent<StreamResult>;
  /** The stream ended `truncated` or `failed`. */
  error: CustomEvent<TeleprinterError>;
  /** With `follow`: the end of the scroller came in sight, or went out of it. */
  endinsight: CustomEvent<{ isInSight: boolean }>;
}

type EventMap = Omit<HTMLElementEventMap, keyof TelePrinterEventMap> & TelePrinterEventMap;
type Listener<Self, E> = (this: Self, event: E) => unknown;

/** An element with the events of `<tele-printer>`. */
export interface WithEvents extends HTMLElement {
  addEventListener<K extends keyof EventMap>(
    type: K,
    listener: Listener<this, EventMap[K]>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof EventMap>(
    type: K,
    listener: Listener<this, EventMap[K]>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** Dispatches an event of the element. */
export function fire<T extends keyof TelePrinterEventMap>(
  element: HTMLElement,
  type: T,
  detail: TelePrinterEventMap[T]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(type, { detail }));
}

/** The element that a stream belongs to. A framework may put another one in its place. */
export interface Owner {
  element: HTMLElement & { readonly options: StreamOptions };
}

/** The callbacks of a stream that dispatch the events of the element it belongs to, and call those of its options. */
export function eventCallbacks(owner: Owner): StreamOptions {
  return {
    onOpen(open) {
      fire(owner.element, 'open', open);
      owner.element.options.onOpen?.(open);
    },
    onText(delta, text) {
      fire(owner.element, 'text', { delta, text });
      owner.element.options.onText?.(delta, text);
    },
    onError(error) {
      fire(owner.element, 'error', error);
      owner.element.options.onError?.(error);
    },
    onEnd(result) {
      fire(owner.element, 'end', result);
      owner.element.options.onEnd?.(result);
    },
  };
}
