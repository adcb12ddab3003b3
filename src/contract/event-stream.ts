import type { EventSchemas, EventNames, EventOf, EventsOf } from './events.ts';
import type { Part } from './parts.ts';
import type { Snapshot, StreamResult, StreamState } from './result.ts';
import type { StreamInput, StreamOptions } from './options.ts';

declare global {
  /** Merges with the standard library's; stays empty in a program without it, e.g. with `lib: ["ES2022", "DOM"]`. */
  interface AsyncDisposable {}
}

/**
 * One answer, received over as many connections as necessary. The request is sent in the microtask after the first
 * consumer attaches (an iteration, `on`, `subscribe`, `result`, a callback option), so consumers that attach in the
 * same tick receive everything. Later ones receive only what is still to come; `result` and the snapshot always have
 * everything.
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
  /** The state of the connection. */
  readonly state: StreamState;
  /** The event ID to resume from; empty if the server sent none. */
  readonly lastEventId: string;
  /** The name of the format; `auto` until it is detected. */
  readonly format: string;
  /** The text of the answer, as it arrives. */
  readonly text: AsyncIterable<string>;
  /** The parts of the answer, the same for every model, in the order of arrival. */
  readonly parts: AsyncIterable<Part>;
  /** Resolves when the stream has ended, with any outcome. Never rejects. */
  readonly result: Promise<StreamResult>;
  /**
   * Adds a listener for a server event by its name, the end marker included.
   * @returns A function that removes the listener.
   */
  on<Type extends (E extends EventSchemas ? keyof E & string : never) | (string & {})>(
    this: void,
    type: Type,
    listener: (event: EventOf<E, T, Type>) => void,
  ): () => void;
  /** Stops the stream: cancels the request, sets the outcome `stopped`, and ends iterations without an error. */
  close(this: void): void;
  /**
   * Calls the listener after changes of the snapshot, once per batch.
   * @returns A function that removes the listener.
   */
  subscribe(this: void, listener: () => void): () => void;
  /** Returns the same object until something changes. */
  getSnapshot(this: void): Snapshot;
}

/**
 * The type of `stream()`.
 *
 * @example
 * import { stream, type OpenStream } from 'teleprinter';
 * // A test passes its own function.
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
