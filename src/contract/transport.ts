/**
 * One server-sent event as a transport dispatches it.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * @example
 * import type { RawEvent } from 'teleprinter';
 * const event: RawEvent = { type: 'message', data: '{"text":"Boil "}', id: '7' };
 */
export interface RawEvent {
  /** The event's name; `message` where the server gave none. */
  readonly type: string;
  /** The data lines, joined by newlines. */
  readonly data: string;
  /** The event's own `id`; `undefined` where its block had no valid `id` field. */
  readonly id: string | undefined;
}

/**
 * A request that is ready to go out.
 *
 * @example
 * import type { TransportRequest } from 'teleprinter';
 * const send = ({ fetch, input, init }: TransportRequest) => fetch(input, init);
 */
export interface TransportRequest {
  /** Where to ask: a URL, or the Request that the caller gave. */
  readonly input: string | Request;
  /** Method, headers (`Accept` and `Last-Event-ID` included), body, credentials and the rest, with the signal. */
  readonly init: RequestInit & { readonly headers: Headers; readonly signal: AbortSignal };
  readonly fetch: typeof globalThis.fetch;
  /** The largest event to accept, in characters. */
  readonly maxEventSize: number;
  /** Whether bodies other than event streams are accepted: JSON, JSON lines, text. @default false */
  readonly anyBody?: boolean | undefined;
  /** The event names with listeners: native EventSource receives no others. */
  readonly eventTypes: EventTypes;
}

/**
 * The names that a stream listens to; they may grow while a connection is open.
 *
 * @example
 * import type { EventTypes } from 'teleprinter';
 * function listen(source: EventSource, types: EventTypes, listener: (event: Event) => void) {
 *   for (const name of types.names) source.addEventListener(name, listener);
 *   types.onAdd = (name) => source.addEventListener(name, listener);
 * }
 */
export interface EventTypes {
  /** The names so far. */
  readonly names: ReadonlySet<string>;
  /** Called for every later name; the transport in use sets it. */
  onAdd?: ((name: string) => void) | undefined;
}

/**
 * Receives what a transport reads.
 *
 * @example
 * import type { TransportSink } from 'teleprinter';
 * async function replay(texts: readonly string[], sink: TransportSink) {
 *   sink.open();
 *   for (const data of texts) {
 *     sink.events([{ type: 'message', data, id: undefined }]);
 *     await sink.drained();
 *   }
 * }
 */
export interface TransportSink {
  /** The response is an event stream and its headers are here. Native EventSource has no `response` to show. */
  open(response?: Response): void;
  /** So many bytes arrived, comments included. Not called where bytes are hidden. */
  bytes(count: number): void;
  /** A block with an `id` field ended; called after the events before it and before its own, if it has one. */
  id(id: string): void;
  /** Events that arrived together, in their order. */
  events(events: readonly RawEvent[]): void;
  /**
   * The response ended in good order, but in the middle of a line; or before the blank line that would end this event,
   * the lines of which are whole. Not called where that is hidden.
   */
  cut?(event?: RawEvent): void;
  /** A comment came: the text behind its colon. Not called where comments are hidden. */
  comment?(text: string): void;
  /** The server set the reconnection time, in milliseconds. */
  retry(delay: number): void;
  /** A promise while the consumers are behind: reading goes on when it resolves. */
  drained(): Promise<unknown> | undefined;
}

/**
 * Turns one request into raw server-sent events, over one connection. It knows nothing of reconnecting.
 *
 * @example
 * import { stream, type Transport } from 'teleprinter';
 * // Plays an answer, without a server.
 * const replay: Transport = {
 *   name: 'replay',
 *   async connect(request, sink) {
 *     sink.open();
 *     sink.events([{ type: 'message', data: '{"text":"Boil fresh water."}', id: undefined }]);
 *     sink.events([{ type: 'end', data: '', id: undefined }]);
 *     return true;
 *   },
 * };
 * const { text } = await stream('/api/chat', { transport: replay }).result;
 */
export interface Transport {
  /** For messages and `onOpen`. */
  readonly name: string;
  /** The name of an option among those given that this transport cannot honour. */
  unsupported?(options: GivenOptions): string | undefined;
  /**
   * Resolves at the end of the response, with `false` for a 204. When `init.signal` aborts, it lets go of all it holds.
   * Rejects when the connection breaks, with the browser's own error or a ConnectionError that says more.
   * @throws HttpError when the response is not an event stream
   */
  connect(request: TransportRequest, sink: TransportSink): Promise<boolean>;
}

/**
 * The options of a stream, and its `input`, as `unsupported` gets them.
 *
 * @example
 * import type { GivenOptions, Transport } from 'teleprinter';
 * const unsupported: Transport['unsupported'] = ({ timeout }: GivenOptions) =>
 *   Number(timeout?.idle) > 0 ? 'timeout.idle' : undefined;
 */
export type GivenOptions = Readonly<Record<string, unknown>> & {
  readonly timeout?: { readonly idle?: number | 'auto' | undefined } | undefined;
};
