/**
 * A server-sent event, as a transport dispatches it.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * @example
 * import type { RawEvent } from 'teleprinter';
 * const event: RawEvent = { type: 'message', data: '{"text":"Boil "}', id: '7' };
 */
export interface RawEvent {
  /** The event's name; `message` if the server sent none. */
  readonly type: string;
  /** The data lines, joined by newlines. */
  readonly data: string;
  /** The event's own `id`; `undefined` if its block had no valid `id` field. */
  readonly id: string | undefined;
}

/**
 * A request that is ready to send.
 *
 * @example
 * import type { TransportRequest } from 'teleprinter';
 * const send = ({ fetch, input, init }: TransportRequest) => fetch(input, init);
 */
export interface TransportRequest {
  /** The URL, or the Request that the caller passed. */
  readonly input: string | Request;
  /** Method, headers (including `Accept` and `Last-Event-ID`), body, credentials and the rest, with the signal. */
  readonly init: RequestInit & { readonly headers: Headers; readonly signal: AbortSignal };
  /** The `fetch` to use. */
  readonly fetch: typeof globalThis.fetch;
  /** The largest event to accept, in characters. */
  readonly maxEventSize: number;
  /** Whether bodies other than event streams are accepted: JSON, JSON lines, text. @default false */
  readonly anyBody?: boolean | undefined;
  /** The event names with listeners. Native EventSource receives no others. */
  readonly eventTypes: EventTypes;
}

/**
 * The event names that a stream listens to. More may be added while a connection is open.
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
  /** Called for each later name; the transport in use sets it. */
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
  /** The response is an event stream and its headers have arrived. Native EventSource passes no `response`. */
  open(response?: Response): void;
  /** Bytes arrived, comments included. Not called if the transport cannot see bytes. */
  bytes(count: number): void;
  /** A block with an `id` field ended. Called after the events before it and before its own event, if it has one. */
  id(id: string): void;
  /** Events that arrived together, in order. */
  events(events: readonly RawEvent[]): void;
  /**
   * The response ended cleanly, but in the middle of a line, or before the blank line that ends an event. `event` is
   * that event if all its lines are complete. Not called if the transport cannot see this.
   */
  cut?(event?: RawEvent): void;
  /** The response ended with an event that has a type and no data. The standard drops it, but it may be an end marker. */
  withoutData?(type: string): void;
  /** A comment arrived; `text` is what follows its colon. Not called if the transport cannot see comments. */
  comment?(text: string): void;
  /** The server set the reconnection time, in milliseconds. */
  retry(delay: number): void;
  /** Returns a promise while the consumers are behind. The transport reads on when it resolves. */
  drained(): Promise<unknown> | undefined;
}

/**
 * Reads one response as raw server-sent events, over one connection. It does not reconnect.
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
  /** The name, for messages and `onOpen`. */
  readonly name: string;
  /** Returns the name of a given option that this transport cannot honour. */
  unsupported?(options: GivenOptions): string | undefined;
  /**
   * Resolves at the end of the response, with `false` for a 204. Releases everything when `init.signal` aborts.
   * Rejects if the connection breaks, with the browser's own error or a more specific ConnectionError.
   * @throws HttpError if the response is not an event stream
   */
  connect(request: TransportRequest, sink: TransportSink): Promise<boolean>;
}

/**
 * The options of a stream and its `input`, as `unsupported` receives them.
 *
 * @example
 * import type { GivenOptions, Transport } from 'teleprinter';
 * const unsupported: Transport['unsupported'] = ({ timeout }: GivenOptions) =>
 *   Number(timeout?.idle) > 0 ? 'timeout.idle' : undefined;
 */
export type GivenOptions = Readonly<Record<string, unknown>> & {
  readonly timeout?: { readonly idle?: number | 'auto' | undefined } | undefined;
};
