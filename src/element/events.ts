/** The events of `<tele-printer>`, and the callbacks of a stream that dispatch them. */
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
  /** Text arrived; it is shown shortly after. */
  text: CustomEvent<{ delta: string; text: string }>;
  /** The stream ended, whatever the outcome. */
  end: CustomEvent<StreamResult>;
  /** The stream ended with the outcome `truncated` or `failed`. */
  error: CustomEvent<TeleprinterError>;
  /** With `follow`: the end of the scroller came into sight, or went out of sight. */
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
export function dispatch<T extends keyof TelePrinterEventMap>(
  element: HTMLElement,
  type: T,
  detail: TelePrinterEventMap[T]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(type, { detail }));
}

/** The element that a stream belongs to. Another element takes over when a framework replaces it. */
export interface Owner {
  element: HTMLElement & { readonly options: StreamOptions };
}

/** The callbacks of a stream: each dispatches the event of its owner, then calls the callback among the owner's options. */
export function eventCallbacks(owner: Owner): StreamOptions {
  return {
    onOpen(open) {
      dispatch(owner.element, 'open', open);
      owner.element.options.onOpen?.(open);
    },
    onText(delta, text) {
      dispatch(owner.element, 'text', { delta, text });
      owner.element.options.onText?.(delta, text);
    },
    onError(error) {
      // The notice in the page does not say why.
      console.warn(`<tele-printer>: ${error.message}`);
      dispatch(owner.element, 'error', error);
      owner.element.options.onError?.(error);
    },
    onEnd(result) {
      dispatch(owner.element, 'end', result);
      owner.element.options.onEnd?.(result);
    },
  };
}
