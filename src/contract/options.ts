import type { TeleprinterError } from '../errors.ts';
import type { Decode, End, EventNames, EventsOf } from './events.ts';
import type { Format, FormatName } from './format.ts';
import type { Part } from './parts.ts';
import type { StreamResult } from './result.ts';
import type { Transport } from './transport.ts';

/**
 * What a stream is read from.
 *
 * @example
 * import { stream, type StreamInput } from 'teleprinter';
 * const input: StreamInput = await fetch('/api/chat', { method: 'POST', body: 'tea' });
 * const { text } = await stream(input).result;
 */
export type StreamInput = string | URL | Request | Response | ReadableStream<Uint8Array>;

type MaybePromise<T> = T | Promise<T>;

/** Headers as `fetch` takes them: the DOM's `HeadersInit`, which Node's types have not. */
export type HeadersInput = NonNullable<RequestInit['headers']>;

/**
 * A body: anything that `fetch` takes, or a plain object or array, which is sent as JSON.
 *
 * @example
 * import { stream, type Body } from 'teleprinter';
 * const body: Body = { prompt: 'tea', temperature: 0 };
 * const answer = stream('/api/chat', { body });
 */
export type Body = NonNullable<RequestInit['body']> | object;

/**
 * How lost and failed connections are tried again. The delay grows while connections live for less than five seconds,
 * and is then never under 250 ms after the first (or `maxDelay`, where that is less).
 *
 * @example
 * import { stream, type RetryOptions } from 'teleprinter';
 * const retry: RetryOptions = { limit: 3, delay: 500, maxDelay: 10_000 };
 * const feed = stream('/feed', { reconnect: 'always', retry });
 */
export interface RetryOptions {
  /** How many attempts in a row may bring nothing new before the stream gives up. @default 5 */
  readonly limit?: number | undefined;
  /** The first delay, in milliseconds; each later one is up to twice as long. @default 1000 */
  readonly delay?: number | undefined;
  /** The longest delay, in milliseconds. @default 30000 */
  readonly maxDelay?: number | undefined;
  /**
   * The longest wait that the server may ask for by `Retry-After` or `retry-after-ms`, in milliseconds. Where it asks
   * for a longer one, the stream fails at once with the HttpError, which has `retryAfter`.
   * @default 60000
   */
  readonly maxRetryAfter?: number | undefined;
}

/**
 * What is about to happen when a connection was lost.
 *
 * @example
 * import { stream, type Reconnection } from 'teleprinter';
 * const onReconnect = ({ attempt, delay }: Reconnection) => console.log(`Attempt ${attempt} in ${delay} ms`);
 * const feed = stream('/feed', { reconnect: 'always', onReconnect });
 */
export interface Reconnection {
  /** Failures in a row, this one included: 1 for the first. */
  readonly attempt: number;
  /** Milliseconds until the next request. */
  readonly delay: number;
  /** True where the answer starts over (`reconnect: 'always'` without event IDs). */
  readonly restarted: boolean;
  /** Why the connection was lost; `undefined` when the server closed it in good order. */
  readonly error: TeleprinterError | undefined;
}

/**
 * Where to go on after a drop: a function gets what is known and gives a URL, or a whole Request.
 *
 * @example
 * import { stream, type Resume } from 'teleprinter';
 * const resume: Resume = ({ lastEventId }) => `/api/answers?after=${lastEventId}`;
 * const answer = stream('/api/chat', { body: { prompt: 'tea' }, resume });
 */
export type Resume =
  | boolean
  | string
  | URL
  | ((at: {
      readonly lastEventId: string;
      /** The newest response that opened. */
      readonly response: Response | undefined;
      /** The name of the format. */
      readonly format: string;
      /** Where in the answer the stream is, where the format itself says: see `Format.cursor`. */
      readonly cursor: unknown;
    }) => MaybePromise<string | URL | Request>);

/** Fields that may also be `undefined`, as those of a page that has a signal only sometimes. */
type Undefinable<T> = { [K in keyof T]?: T[K] | undefined };

/**
 * The options of `stream()`: every field of `RequestInit`, and these.
 *
 * @example
 * import { stream, type StreamOptions } from 'teleprinter';
 * const options: StreamOptions = {
 *   body: { prompt: 'tea' },
 *   end: 'end',
 *   timeout: { idle: 30_000 },
 *   onText: (delta) => console.log(delta),
 * };
 * const { outcome } = await stream('/api/chat', options).result;
 */
export interface StreamOptions<E extends EventNames = EventNames, T = unknown> extends Undefinable<
  Omit<RequestInit, 'body' | 'headers'>
> {
  /**
   * Headers, or a function that is called for each connection (fresh tokens), and once more after a 401 that came before
   * any of the answer. They go to the origin of the input alone.
   */
  readonly headers?: HeadersInput | (() => MaybePromise<HeadersInput>) | undefined;
  /**
   * A body makes the method POST. A plain object or array is sent as JSON with its content type. A function is
   * called for each connection.
   */
  readonly body?: Body | null | (() => MaybePromise<Body | null>) | undefined;
  /**
   * `'auto'`: native EventSource for a plain GET that needs nothing it cannot do, else fetch. A forced transport that
   * cannot honour another option is an `OptionsError`.
   * @default 'auto'
   */
  readonly transport?: 'auto' | 'eventsource' | 'fetch' | Transport | undefined;
  /**
   * The server's event names, or a map from name to Standard Schema, which types `data` and validates it. Native
   * EventSource hears only the names it is told: `message`, the end marker's, the format's, these, and those given to `on`.
   */
  readonly events?: E | undefined;
  /**
   * `'auto'`: JSON when the data starts with `{` or `[` and parses, else the string. `'json'`: a `DecodeError` where
   * it does not parse. `'text'`: the string. Or a function.
   * @default 'auto'
   */
  readonly decode?: Decode<T> | undefined;
  /**
   * How the answer is written in the events. A name, where all formats are bundled: not in `teleprinter/core`.
   * @default auto(); in `teleprinter/core` plain()
   */
  readonly format?: Format | FormatName | undefined;
  /**
   * The end marker: an event name, several, a function over the raw event, or `false` for none. Setting one says
   * that an end is expected: without it the answer is `truncated`.
   * @default an event named `end`, or the data `[DONE]`
   */
  readonly end?: End | undefined;
  /**
   * `'resume'`: go on only where nothing can be lost or asked twice. `'always'`: as EventSource does, for live
   * feeds. `'never'`: one request.
   * @default 'resume'
   */
  readonly reconnect?: 'resume' | 'always' | 'never' | undefined;
  /**
   * How a dropped stream goes on from its last event ID. `true`: by the same request, a POST too (the server honours
   * `Last-Event-ID`). A URL, or a function that gives a URL or Request: by a GET there. Another origin than that of the
   * input gets none of `headers`, but those of the Request.
   * @default true for GET and HEAD, else false
   */
  readonly resume?: Resume | undefined;
  /**
   * Whether `close()`, and leaving the last iterator, tells the server that the answer is not wanted any more: by
   * `DELETE` with `Last-Event-ID`, as a relay of `teleprinter/server` takes it, once there is an ID. `true`: at the URL of
   * the input. A URL: there, without the caller's headers where that is another origin. Leaving the page does not.
   * @default false
   */
  readonly stop?: boolean | string | URL | undefined;
  /**
   * How lost and failed connections are tried again. The server's `retry:` replaces `delay`; `Retry-After`,
   * `retry-after-ms` and `x-should-retry` are obeyed.
   */
  readonly retry?: RetryOptions | undefined;
  /** Limits in milliseconds; 0 is none. */
  readonly timeout?:
    | {
        /** From the start of an attempt, functions among the options included, to the response headers. @default 300000 */
        readonly connect?: number | undefined;
        /**
         * Between bytes; comments count. A number needs fetch. `'auto'`: two and a half heartbeats, where the server has
         * announced by the comment `: heartbeat 15000` that it sends one every so many milliseconds, as a relay of
         * `teleprinter/server` does; else none. And 5 seconds when a page that was hidden is shown again, where such a
         * server, or the option `resume`, says that the answer can go on: a phone may have closed the connection unheard.
         * @default 'auto'
         */
        readonly idle?: number | 'auto' | undefined;
      }
    | undefined;
  /** `true` or a key: sent as `Idempotency-Key`, the same on each attempt. It makes a POST safe to retry. */
  readonly idempotencyKey?: boolean | string | undefined;
  /** Resume from here. */
  readonly lastEventId?: string | undefined;
  /**
   * Remembers the place in the answer under this name in `sessionStorage`, and goes on from there after a reload: what
   * had arrived comes first, in one piece. Forgotten when the answer has ended, is closed, or another request (method,
   * URL or body) is made under the name. It needs event IDs, or a `resume` address that replays the answer; a POST needs
   * `resume`, and its body as the option `body`.
   */
  readonly resumeKey?: string | undefined;
  /** The largest event, in characters. A larger one fails the stream. @default 16777216 */
  readonly maxEventSize?: number | undefined;
  /** Whether the times of a stream become `performance.measure` entries, for DevTools. @default true */
  readonly userTiming?: boolean | undefined;
  /** For interceptors and tests. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** A connection opened. Native EventSource has no response to show. */
  readonly onOpen?: ((open: { response: Response | undefined; transport: string }) => void) | undefined;
  /** An event arrived, decoded; the end marker is not one. */
  readonly onEvent?: ((event: EventsOf<E, T>) => void) | undefined;
  /** A part of the answer arrived: text, reasoning, a tool call and so on. */
  readonly onPart?: ((part: Part) => void) | undefined;
  /** Text arrived; `text` is the answer so far. */
  readonly onText?: ((delta: string, text: string) => void) | undefined;
  /** A connection was lost and another will be made. */
  readonly onReconnect?: ((reconnection: Reconnection) => void) | undefined;
  /** The stream ended, with any outcome. */
  readonly onEnd?: ((result: StreamResult) => void) | undefined;
  /** The stream ended `truncated` or `failed`; called before `onEnd`. */
  readonly onError?: ((error: TeleprinterError) => void) | undefined;
}
