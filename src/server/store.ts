/**
 * The record of an answer in a store.
 *
 * @example
 * import type { StoredAnswer } from 'teleprinter/server';
 * const answer: StoredAnswer = { id: '0f'.repeat(16), owner: 'ada', key: undefined };
 */
export interface StoredAnswer {
  /** 128 random bits in hexadecimal digits. */
  readonly id: string;
  /** The user who asked, as the option `owner` returned it. */
  readonly owner: string;
  /** The `Idempotency-Key` of the question. */
  readonly key: string | undefined;
}

/**
 * The end of an answer.
 *
 * @example
 * import type { AnswerEnd } from 'teleprinter/server';
 * const end: AnswerEnd = { block: 'event: end\ndata: {"outcome":"complete"}\n\n' };
 */
export interface AnswerEnd {
  /** The last block of the event stream, without an ID; empty if the model has sent its own end. */
  readonly block: string;
  /** Set if the model failed before its first event: responses that have sent nothing yet use its status. */
  readonly failure?: Failure | undefined;
}

/**
 * The status of a response that has no stream.
 *
 * @example
 * import type { Failure } from 'teleprinter/server';
 * const busy: Failure = { status: 429, retryAfter: '20' };
 */
export interface Failure {
  /** The HTTP status, e.g. `429`. */
  readonly status: number;
  /** The value of `Retry-After`, if the model's error has one: seconds or a date. */
  readonly retryAfter?: string | undefined;
}

/**
 * Receives the blocks that `RelayStore.follow` reads.
 *
 * @example
 * import { memoryStore, type AnswerSink } from 'teleprinter/server';
 * const log: AnswerSink = {
 *   blocks: (first, blocks) => console.log(first, blocks),
 *   end: ({ block }) => console.log(block),
 * };
 * const stopReading = memoryStore().follow('0f'.repeat(16), log);
 */
export interface AnswerSink {
  /** Receives blocks of the event stream. `first` is the number of the first one; the answer's first block has number 1. */
  blocks(first: number, blocks: readonly string[]): void;
  /** Receives the end of the answer. Called once, after the last block. */
  end(end: AnswerEnd): void;
}

/**
 * The result of `RelayStore.append`: the blocks are `stored`, the answer has `ended` before, or the store has `lost` it.
 *
 * @example
 * import type { AppendResult } from 'teleprinter/server';
 * const isThere = (result: AppendResult) => result === 'stored';
 */
export type AppendResult = 'stored' | 'ended' | 'lost';

/**
 * Stores answers. One process writes an answer, any process may read it. A store knows nothing of HTTP or of models. Its
 * promises reject while it cannot be reached; the relay then calls again with the same arguments.
 *
 * @example
 * import { memoryStore, type RelayStore } from 'teleprinter/server';
 * // A store that counts the answers that it creates.
 * function counted(store: RelayStore, count: () => void): RelayStore {
 *   return { ...store, create: (answer, lifetime) => (count(), store.create(answer, lifetime)) };
 * }
 * const store = counted(memoryStore(), () => console.log('one more'));
 */
export interface RelayStore {
  /**
   * Creates an answer, unless another one has the same owner and key. Atomic over all processes.
   * @param lifetime Milliseconds after which the answer may be removed, unless `end` is called before.
   * @returns The answer that has the key: the given one if it is new
   */
  create(answer: StoredAnswer, lifetime: number): Promise<StoredAnswer>;
  /** Finds an answer by its ID; `undefined` if it does not exist, or no longer exists. */
  find(id: string): Promise<StoredAnswer | undefined>;
  /**
   * Appends blocks to an answer that this process created. Appending the same blocks again changes nothing.
   * @returns `ended` if any process has ended the answer, `lost` if the store no longer has it; or a promise of the result
   */
  append(id: string, first: number, blocks: readonly string[]): AppendResult | Promise<AppendResult>;
  /**
   * Ends an answer. Only the first end counts. An end with a `failure` frees the key for another question.
   * @param retention Milliseconds for which the answer can still be read.
   * @returns `lost` if the store no longer has the answer; the relay then creates it again
   */
  end(answer: StoredAnswer, end: AnswerEnd, retention: number): Promise<'lost' | void>;
  /**
   * Reads an answer from its start, then live. If the process that produces the answer has died, the store ends the answer
   * with `CUT` within 10 s.
   * @returns A function that stops reading
   */
  follow(id: string, sink: AnswerSink): () => void;
  /** Asks the process that produces an answer to stop it. */
  stop(id: string): Promise<void>;
  /** Adds a listener, which is called when any process asks to stop an answer that this process created. */
  onStop(listener: (id: string) => void): void;
  /** Marks an answer as read for the next `duration` milliseconds. */
  keepRead(id: string, duration: number): Promise<void>;
  /** The milliseconds for which the longest `keepRead` of any process still holds; 0 if none does. */
  readFor(id: string): Promise<number>;
  /** Closes the connections and timers that the store has opened itself. */
  close(): Promise<void>;
}
