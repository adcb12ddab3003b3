import type { TeleprinterError } from '../errors.ts';
import type { Decode, End, EventNames, EventsOf } from './events.ts';
import type { Format, FormatName } from './format.ts';
import type { Part } from './parts.ts';
import type { StreamResult } from './result.ts';
import type { Transport } from './transport.ts';

/**
 * The source of a stream.
 *
 * @example
 * import { stream, type StreamInput } from 'teleprinter';
 * const input: StreamInput = await fetch('/api/chat', { method: 'POST', body: 'tea' });
 * const { text } = await stream(input).result;
 */
export type StreamInput = string | URL | Request | Response | ReadableStream<Uint8Array>;

type MaybePromise<T> = T | Promise<T>;

/** Headers, as `fetch` accepts them: the DOM's `HeadersInit`, which Node's types lack. */
export type HeadersInput = NonNullable<RequestInit['headers']>;

/**
 * A request body: anything that `fetch` accepts, or a plain object or array, which is sent as JSON.
 *
 * @example
 * import { stream, type Body } from 'teleprinter';
 * const body: Body = { prompt: 'tea', temperature: 0 };
 * const answer = stream('/api/chat', { body });
 */
export type Body = NonNullable<RequestInit['body']> | object;

/**
 * How to retry lost and failed connections. The delay grows while connections last less than five seconds. After the
 * first of them it is at least 250 ms (or `maxDelay`, if that is less).
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
   * The longest wait that the server may ask for by `Retry-After` or `retry-after-ms`, in milliseconds. If it asks
   * for a longer one, the stream fails at once with the HttpError, which has `retryAfter`.
   * @default 60000
   */
  readonly maxRetryAfter?: number | undefined;
}

/**
 * Describes the next attempt after a connection was lost.
 *
 * @example
 * import { stream, type Reconnection } from 'teleprinter';
 * const onReconnect = ({ attempt, delay }: Reconnection) => console.log(`Attempt ${attempt} in ${delay} ms`);
 * const feed = stream('/feed', { reconnect: 'always', onReconnect });
 */
export interface Reconnection {
  /** Consecutive failures, including this one: 1 for the first. */
  readonly attempt: number;
  /** Milliseconds until the next request. */
  readonly delay: number;
  /** True if the answer starts over (`reconnect: 'always'` without event IDs). */
  readonly restarted: boolean;
  /** Why the connection was lost; `undefined` if the server closed it cleanly. */
  readonly error: TeleprinterError | undefined;
}

/**
 * Where to resume after a connection was lost. A function receives the current position and returns a URL or a whole
 * Request.
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
      /** The response of the newest connection that opened. */
      readonly response: Response | undefined;
      /** The name of the format. */
      readonly format: string;
      /** The position in the answer, if the format tracks one: see `Format.cursor`. */
      readonly cursor: unknown;
    }) => MaybePromise<string | URL | Request>);

/** Allows `undefined` in every field, e.g. for a page that has a signal only sometimes. */
type Undefinable<T> = { [K in keyof T]?: T[K] | undefined };

/**
 * The options of `stream()`: every field of `RequestInit`, and the following.
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
   * Headers, or a function that is called for each connection (fresh tokens), and once more after a 401 if nothing of
   * the answer had arrived. Sent to the origin of the input only.
   */
  readonly headers?: HeadersInput | (() => MaybePromise<HeadersInput>) | undefined;
  /**
   * A body makes the method POST. A plain object or array is sent as JSON with its content type. A function is called
   * for each connection. A ReadableStream can be sent only once, so such a request is never repeated.
   */
  readonly body?: Body | null | (() => MaybePromise<Body | null>) | undefined;
  /**
   * `'auto'`: native EventSource for a plain GET without options that only fetch supports, else fetch. If a chosen
   * transport cannot honour another option, `stream()` throws an `OptionsError`.
   * @default 'auto'
   */
  readonly transport?: 'auto' | 'eventsource' | 'fetch' | Transport | undefined;
  /**
   * The server's event names, or a map from name to Standard Schema, which types `data` and validates it. Native
   * EventSource receives only events with these names, `message`, the names of the end marker and of the format, and
   * those passed to `on`.
   */
  readonly events?: E | undefined;
  /**
   * `'auto'`: JSON if the data starts with `{` or `[` and parses, else the string. `'json'`: JSON, or a `DecodeError`
   * if it does not parse. `'text'`: the string. Or a function.
   * @default 'auto'
   */
  readonly decode?: Decode<T> | undefined;
  /**
   * The wire format of the answer. A name works only if all formats are bundled, so not in `teleprinter/core`.
   * @default auto(); in `teleprinter/core` plain()
   */
  readonly format?: Format | FormatName | undefined;
  /**
   * The end marker: an event name, several names, a function over the raw event, or `false` for none. If it is set,
   * an end is expected: an answer without it is `truncated`.
   * @default an event named `end`, or the data `[DONE]`
   */
  readonly end?: End | undefined;
  /**
   * `'resume'`: reconnects only if nothing can be lost or asked twice. `'always'`: reconnects like EventSource, for
   * live feeds. `'never'`: sends one request.
   * @default 'resume'
   */
  readonly reconnect?: 'resume' | 'always' | 'never' | undefined;
  /**
   * How an interrupted stream continues from its last event ID. `true`: by the same request, a POST too (the server
   * honours `Last-Event-ID`). A URL, or a function that returns a URL or Request: by a GET there, or by the method and
   * body of the Request. If its origin is not that of the input, `headers` are not sent, only those of the Request.
   * @default true for GET and HEAD, else false
   */
  readonly resume?: Resume | undefined;
  /**
   * Whether `close()`, or leaving the last iterator, tells the server that the answer is no longer wanted: by
   * `DELETE` with `Last-Event-ID`, as a relay of `teleprinter/server` accepts it, once there is an ID. `true`: at the
   * URL of the input. A URL: there, without the caller's headers if the origin is another. Leaving the page sends
   * nothing, nor does a stream that is closed before its request.
   * @default false
   */
  readonly stop?: boolean | string | URL | undefined;
  /**
   * How to retry lost and failed connections. The server's `retry:` replaces `delay`; `Retry-After`, `retry-after-ms`
   * and `x-should-retry` are obeyed.
   * @default { limit: 5, delay: 1000, maxDelay: 30000, maxRetryAfter: 60000 }, in milliseconds
   */
  readonly retry?: RetryOptions | undefined;
  /**
   * Time limits in milliseconds; 0 means none.
   * @default { connect: 300000, idle: 'auto' }
   */
  readonly timeout?:
    | {
        /**
         * From the start of an attempt, including functions among the options, to the response headers.
         * @default 300000
         */
        readonly connect?: number | undefined;
        /**
         * Between bytes, comments included. A number requires fetch. `'auto'`: two and a half heartbeat intervals if
         * the server announces heartbeats by the comment `: heartbeat 15000` (the interval in milliseconds), as a
         * relay of `teleprinter/server` does; else none. Also 5 seconds after a hidden page is shown again, if such a
         * server or the option `resume` makes the answer resumable: a phone may have closed the connection without
         * notice.
         * @default 'auto'
         */
        readonly idle?: number | 'auto' | undefined;
      }
    | undefined;
  /** `true` or a key: sent as `Idempotency-Key`, the same on each attempt. It makes a POST safe to retry. */
  readonly idempotencyKey?: boolean | string | undefined;
  /** The event ID to resume from. */
  readonly lastEventId?: string | undefined;
  /**
   * Stores the position in the answer under this name in `sessionStorage`, and continues from there after a reload:
   * the part that had arrived is delivered first, in one piece. Deleted when the answer has ended, when the stream is
   * closed, or when another request (method, URL or body) uses the name. Requires event IDs, or a `resume` address
   * that replays the answer; a POST requires `resume`, and its body as the option `body`.
   */
  readonly resumeKey?: string | undefined;
  /** The largest event, in characters. A larger one fails the stream. @default 16777216 */
  readonly maxEventSize?: number | undefined;
  /** Whether the timings of a stream become `performance.measure` entries, for DevTools. @default true */
  readonly userTiming?: boolean | undefined;
  /** Replaces `fetch`, for interceptors and tests. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Called when a connection has opened. `response` is `undefined` on native EventSource. */
  readonly onOpen?: ((open: { response: Response | undefined; transport: string }) => void) | undefined;
  /** Called with each decoded event, except the end marker. */
  readonly onEvent?: ((event: EventsOf<E, T>) => void) | undefined;
  /** Called with each part of the answer: text, reasoning, a tool call and so on. */
  readonly onPart?: ((part: Part) => void) | undefined;
  /** Called with each piece of text; `text` is the answer so far. */
  readonly onText?: ((delta: string, text: string) => void) | undefined;
  /** Called when a connection was lost and another attempt follows. */
  readonly onReconnect?: ((reconnection: Reconnection) => void) | undefined;
  /** Called when the stream has ended, with any outcome. */
  readonly onEnd?: ((result: StreamResult) => void) | undefined;
  /** Called before `onEnd` if the stream ended `truncated` or `failed`. */
  readonly onError?: ((error: TeleprinterError) => void) | undefined;
}
