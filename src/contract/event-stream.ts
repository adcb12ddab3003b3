import type { EventSchemas, EventNames, EventOf, EventsOf } from './events.ts';
import type { Part } from './parts.ts';
import type { Snapshot, StreamResult, StreamState } from './result.ts';
import type { StreamInput, StreamOptions } from './options.ts';

declare global {
  /** The standard library's; empty in a program without it, such as one with `lib: ["ES2022", "DOM"]`. */
  interface AsyncDisposable {}
}

/**
 * A stream: one answer, over as many connections as it takes. It opens in the microtask after its first consumer
 * has come (an iteration, `on`, `subscribe`, `result`, a callback option), so consumers that come in the same tick
 * hear all. Later ones hear what is still to come; `result` and the snapshot hold all.
 *
 * @example
 * import { stream, type EventStream } from 'teleprinter';
 * async function log(answer: EventStream) {
 *   for await (const delta of answer.text) console.log(delta);
 *   const { outcome } = await answer.result;
 *   console.log(outcome);
 * }
 * await log(stream('/api/chat', { body: { prompt: 'tea' } }));
 */
export interface EventStream<E extends EventNames = EventNames, T = unknown>
  extends AsyncIterable<EventsOf<E, T>>, AsyncDisposable {
  /** Where the reading is. */
  readonly state: StreamState;
  /** The ID to resume from; empty when the server gave none. */
  readonly lastEventId: string;
  /** The name of the format; `auto` until it is found out. */
  readonly format: string;
  /** The text of the answer, as it arrives. */
  readonly text: AsyncIterable<string>;
  /** The parts of the answer, whatever the model, in the order of the wire. */
  readonly parts: AsyncIterable<Part>;
  /** What became of the stream. Never rejects. */
  readonly result: Promise<StreamResult>;
  /**
   * Listens to a server event by its name, the end marker too.
   * @returns A function that removes the listener.
   */
  on<Type extends (E extends EventSchemas ? keyof E & string : never) | (string & {})>(
    type: Type,
    listener: (event: EventOf<E, T, Type>) => void,
  ): () => void;
  /** Stops: the request is cancelled, the outcome is `stopped`, iterations end quietly. */
  close(): void;
  /**
   * Calls back after each change of the snapshot, once for all that arrived together.
   * @returns A function that removes the listener.
   */
  subscribe(listener: () => void): () => void;
  /** The same object until something changes. */
  getSnapshot(): Snapshot;
}

/**
 * The type of `stream()`.
 *
 * @example
 * import { stream, type OpenStream } from 'teleprinter';
 * // A test gives a function of its own.
 * const ask = (open: OpenStream = stream) => open('/api/chat', { end: 'end' }).result;
 */
export interface OpenStream {
  <const E extends EventNames = readonly string[]>(
    input: StreamInput,
    options: StreamOptions<E, string> & { readonly decode: 'text' },
  ): EventStream<E, string>;
  <const E extends EventNames = readonly string[], T = unknown>(
    input: StreamInput,
    options?: StreamOptions<E, T>,
  ): EventStream<E, T>;
}
