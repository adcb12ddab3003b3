/** `<tele-printer>` in a page's script. */
import { TelePrinterElement, type TelePrinterEventMap } from 'teleprinter/element';
import { EventSource, type EventSourceErrorEvent } from 'teleprinter/eventsource';
import { fetchEventSource } from 'teleprinter/fetch-event-source';
import { stream, type StreamResult, type TeleprinterError } from 'teleprinter';
import { exactly } from './exactly.js';

export function element(): void {
  const printer = document.querySelector('tele-printer')!;
  exactly<TelePrinterElement>()(printer);
  exactly<TelePrinterElement>()(document.createElement('tele-printer'));
  printer.src = '/api/chat';
  printer.body = { prompt: 'tea' };
  printer.options = { end: 'end', onEnd: ({ outcome }) => console.log(outcome) };
  printer.addEventListener('open', (event) => exactly<Response | undefined>()(event.detail.response));
  printer.addEventListener('text', (event) => exactly<string>()(event.detail.delta + event.detail.text));
  printer.addEventListener('end', (event) => exactly<StreamResult>()(event.detail));
  printer.addEventListener('end', function () {
    exactly<TelePrinterElement>()(this);
  });
  printer.addEventListener('error', (event) => exactly<TeleprinterError>()(event.detail), { once: true });
  printer.addEventListener('endinsight', (event) => exactly<boolean>()(event.detail.isInSight));
  printer.addEventListener('click', (event) => exactly<number>()(event.clientX));
  printer.addEventListener('my-own', (event) => exactly<Event>()(event));
  printer.addEventListener('end', { handleEvent: (event: Event) => void event });
  const listener = (event: TelePrinterEventMap['end']): void => void event.detail.outcome;
  printer.addEventListener('end', listener);
  printer.removeEventListener('end', listener);
  // @ts-expect-error It has a result, no data.
  printer.addEventListener('end', (event) => event.data);
  // @ts-expect-error Its URL is a string.
  printer.src = 1;
  const other: HTMLElement = printer;
  void other;
  void printer.result?.then((result) => exactly<StreamResult>()(result));
}

export function eventSource(): void {
  const source = new EventSource('/feed', { headers: { Authorization: 'Bearer …' }, withCredentials: true });
  source.addEventListener('end', (event) => exactly<string>()(event.lastEventId));
  source.addEventListener('end', (event) => exactly<MessageEvent>()(event));
  source.addEventListener('message', ({ data }: MessageEvent<string>) => exactly<string>()(data));
  source.addEventListener('error', (event) => exactly<TeleprinterError | undefined>()(event.error));
  source.addEventListener('open', (event) => exactly<Event>()(event));
  source.addEventListener('end', { handleEvent: (event: Event) => void event });
  source.onerror = (event) => exactly<TeleprinterError | undefined>()(event.error);
  source.onerror = (event) => exactly<EventSourceErrorEvent>()(event);
  source.onmessage = ({ data }: MessageEvent<string>) => exactly<string>()(data);
  source.onmessage = function () {
    this.close();
  };
  source.onopen = null;
  source.removeEventListener('error', (event) => exactly<EventSourceErrorEvent>()(event));
  const onError = (event: Event): void => void event.type;
  source.onerror = onError;
  source.addEventListener('error', onError);
  // @ts-expect-error Its error has no such field.
  source.onerror = (event) => event.statusCode;
  // @ts-expect-error It is read-only.
  source.readyState = 1;
  if (source.readyState === EventSource.CLOSED) source.close();

  // It stands in for the browser's own.
  const own: globalThis.EventSource = source;
  const Class: typeof globalThis.EventSource = EventSource;
  globalThis.EventSource = EventSource;
  const named: EventSource = new EventSource('/feed');
  void [own, Class, named];
}

export function peers(): void {
  stream('/api/chat', { transport: fetchEventSource });
}
