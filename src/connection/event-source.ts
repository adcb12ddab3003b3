import { backoff, waitToReconnect } from './backoff.ts';
import { connectionError, HttpError, TeleprinterError } from '../errors.ts';
import type { StreamOptions } from '../contract/options.ts';
import { createHandlers, defineInterface, type Handler } from './dom-interface.ts';
import { isUnusable, onWindowStop, watchSecurityPolicy } from './futile.ts';
import { createRequestFactory, isSafeMethod, methodOf } from './request.ts';
import { parseURL } from '../page-url.ts';
import { validate } from './validate.ts';
import { eventStreamTransport } from '../transports/fetch.ts';
import { MAX_EVENT_SIZE } from '../transports/parsers.ts';

/**
 * The options of the constructor: the standard's `withCredentials`, and options that only `fetch` supports.
 *
 * @example
 * import { EventSource, type EventSourceOptions } from 'teleprinter/eventsource';
 * const options: EventSourceOptions = { method: 'POST', body: { topic: 'tea' }, withCredentials: true };
 * const source = new EventSource('/feed', options);
 */
export interface EventSourceOptions
  extends EventSourceInit, Pick<StreamOptions, 'headers' | 'method' | 'body' | 'fetch'> {}

/**
 * The standard's `error` event, with the error that caused it.
 *
 * @example
 * import { EventSource, type EventSourceErrorEvent } from 'teleprinter/eventsource';
 * const source = new EventSource('/feed');
 * source.onerror = ({ error }: EventSourceErrorEvent) => console.log(error?.message);
 */
export interface EventSourceErrorEvent extends Event {
  /** Why the connection was lost; `undefined` if the server closed it cleanly. */
  // Optional, so that a handler of this event is assignable where the DOM expects a handler of any event.
  readonly error?: TeleprinterError | undefined;
}

/** The events with types of their own. An event of any other name is a MessageEvent. */
interface EventMap extends EventSourceEventMap {
  error: EventSourceErrorEvent;
}

type Listener<E extends Event> = (this: EventSource, event: E) => unknown;

/**
 * An instance, assignable to the DOM's EventSource. Its `error` event has the error that caused it.
 *
 * @example
 * import { EventSource } from 'teleprinter/eventsource';
 * const isOpen = (source: EventSource) => source.readyState === EventSource.OPEN;
 */
export interface EventSource extends globalThis.EventSource {
  onerror: Listener<EventSourceErrorEvent> | null;
  addEventListener<K extends keyof EventMap>(
    type: K,
    listener: Listener<EventMap[K]>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: Listener<MessageEvent> | EventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof EventMap>(
    type: K,
    listener: Listener<EventMap[K]>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: Listener<MessageEvent> | EventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/**
 * The constructor, assignable to the DOM's.
 *
 * @example
 * import { EventSource, type EventSourceConstructor } from 'teleprinter/eventsource';
 * // This constructor sends the headers; the browser's own ignores them.
 * const open = (Source: EventSourceConstructor) => new Source('/feed', { headers: { 'X-Tea': 'green' } });
 * const source = open(EventSource);
 */
export interface EventSourceConstructor {
  readonly prototype: EventSource;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  /** @throws DOMException `SyntaxError` if the URL is invalid; OptionsError if a GET has a body */
  new (url: string | URL, options?: EventSourceOptions): EventSource;
}

const [CONNECTING, OPEN, CLOSED] = [0, 1, 2] as const;
const MEMBERS = ['url', 'withCredentials', 'readyState', 'close', 'onopen', 'onmessage', 'onerror'];

/** `[spec]` marks sentences of https://html.spec.whatwg.org/multipage/server-sent-events.html */
class FetchEventSource extends EventTarget {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSED: 2;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSED: 2;

  readonly #url: string;
  readonly #withCredentials: boolean;
  readonly #handlers = createHandlers(this);
  readonly #stop = new AbortController();
  #readyState: 0 | 1 | 2 = CONNECTING;
  #lastEventId = '';
  /** Consecutive attempts that failed. */
  #failures = 0;
  // [spec] a reconnection time, in milliseconds. This must initially be an implementation-defined value, probably
  // in the region of a few seconds.
  #reconnectionTime = 3000;

  constructor(url: string | URL, options: EventSourceOptions = {}) {
    super();
    // [spec] If urlRecord is failure, then throw a "SyntaxError" DOMException.
    const parsed = parseURL(url);
    if (!parsed) {
      throw new DOMException(
        `'${String(url)}' is no URL, or a relative one where there is no page.`,
        'SyntaxError',
      );
    }
    this.#url = parsed.href;
    this.#withCredentials = Boolean(options.withCredentials);
    const method = methodOf(this.#url, options);
    validate(this.#url, options, isSafeMethod(method));
    const credentials = this.#withCredentials ? 'include' : 'same-origin';
    const request = createRequestFactory(this.#url, { ...options, credentials }, method);
    // A custom `fetch` may support any URL.
    void this.#run(request, !options.fetch && isUnusable(this.#url));
  }

  get url(): string {
    return this.#url;
  }

  get withCredentials(): boolean {
    return this.#withCredentials;
  }

  get readyState(): 0 | 1 | 2 {
    return this.#readyState;
  }

  get onopen(): Handler {
    return this.#handlers.get('open');
  }

  set onopen(handler: unknown) {
    this.#handlers.set('open', handler);
  }

  get onmessage(): Handler {
    return this.#handlers.get('message');
  }

  set onmessage(handler: unknown) {
    this.#handlers.set('message', handler);
  }

  get onerror(): Handler {
    return this.#handlers.get('error');
  }

  set onerror(handler: unknown) {
    this.#handlers.set('error', handler);
  }

  close(): void {
    this.#readyState = CLOSED;
    this.#stop.abort();
  }

  async #run(request: ReturnType<typeof createRequestFactory>, isFutile: boolean): Promise<void> {
    const { signal } = this.#stop;
    for (this.#failures = 0; ; this.#failures++) {
      let error: TeleprinterError | undefined;
      const policy = watchSecurityPolicy(this.#url);
      let isStopped = false;
      const unwatch = onWindowStop(() => (isStopped = true));
      try {
        await this.#connect(request);
      } catch (cause) {
        if (cause instanceof TeleprinterError) return this.#failConnection(cause);
        error = connectionError(cause);
        // [spec] if res is an aborted network error, then fail the connection. [Otherwise] reestablish the connection,
        // unless the user agent knows that to be futile
        const isAborted = isStopped || (cause as Error | null)?.name === 'AbortError';
        if (isAborted || isFutile || (await policy.isForbidden())) return this.#failConnection(error);
      } finally {
        policy.end();
        unwatch();
      }
      if (this.#readyState === CLOSED) return;
      this.#readyState = CONNECTING;
      this.#fireError(error);
      // [spec] Optionally, wait some more. In particular, if the previous attempt failed, then user agents might
      // introduce an exponential backoff delay […] user agents might wait for [network connectivity]
      const more = this.#failures && backoff(this.#failures, this.#reconnectionTime, 30_000);
      await waitToReconnect(this.#reconnectionTime + more, signal);
      if (signal.aborted) return;
    }
  }

  /** Opens one connection and dispatches its events. Resolves at the end of the response. */
  async #connect(request: ReturnType<typeof createRequestFactory>): Promise<void> {
    const { signal } = this.#stop;
    const prepared = await request(this.#lastEventId, false, {});
    if (signal.aborted) return;
    let origin = new URL(this.#url).origin;
    const hasContent = await eventStreamTransport.connect(
      {
        ...prepared,
        init: { ...prepared.init, signal },
        maxEventSize: MAX_EVENT_SIZE,
        eventTypes: { names: new Set() },
      },
      {
        open: (response) => {
          if (this.#readyState === CLOSED) return;
          const { status, headers, url } = response!;
          // [spec] if res's status is not 200, […] then fail the connection.
          if (status !== 200) throw statusError(status, headers);
          if (url) ({ origin } = new URL(url));
          this.#failures = 0;
          this.#readyState = OPEN;
          this.dispatchEvent(new Event('open'));
        },
        bytes() {},
        id: (id) => {
          this.#lastEventId = id;
        },
        events: (events) => {
          for (const { type, data } of events) {
            // [spec] if the readyState attribute is set to a value other than CLOSED, dispatches the event
            if (this.#readyState === CLOSED) return;
            this.dispatchEvent(new MessageEvent(type, { data, lastEventId: this.#lastEventId, origin }));
          }
        },
        retry: (delay) => {
          this.#reconnectionTime = delay;
        },
        drained: () => undefined,
      },
    );
    if (!hasContent) throw statusError(204, new Headers());
  }

  /** [spec] fail the connection: set readyState to CLOSED and fire an event named error. No more is attempted. */
  #failConnection(error: TeleprinterError): void {
    if (this.#readyState === CLOSED) return;
    this.close();
    this.#fireError(error);
  }

  #fireError(error: TeleprinterError | undefined): void {
    this.dispatchEvent(Object.assign(new Event('error'), { error }));
  }
}

// Not in a static block: Safari has those since 16.4, and Babel compiles them by a plugin that React Native does not use.
defineInterface(FetchEventSource, 'EventSource', { CONNECTING, OPEN, CLOSED }, MEMBERS);

function statusError(status: number, headers: Headers): HttpError {
  return new HttpError(`The server answered ${status}, not 200.`, { status, headers, body: '', hint: '' });
}

/**
 * The standard's EventSource, built on `fetch`: it can also send headers, a method and a body. As the standard requires,
 * it reconnects for ever, and sends the same request each time, a POST too: to ask a model once, use `stream()`. For the
 * differences from the browser's own, see docs/guide/coming-from.md: events are not trusted; `fetch` does not distinguish
 * a CORS failure from a broken network, and sends a cross-origin server a preflight before `Last-Event-ID`.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
 *
 * @example
 * import { EventSource } from 'teleprinter/eventsource';
 * const source = new EventSource('/feed', { headers: { Authorization: 'Bearer …' } });
 * source.onmessage = ({ data }) => console.log(data);
 */
export const EventSource: EventSourceConstructor =
  // Its addEventListener is EventTarget's, which has no overloads for messages.
  FetchEventSource as unknown as EventSourceConstructor;
