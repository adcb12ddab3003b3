/**
 * What a store remembers of an answer from its creation on.
 *
 * @example
 * import type { StoredAnswer } from 'teleprinter/server';
 * const answer: StoredAnswer = { id: '0f'.repeat(16), owner: 'ada', key: undefined };
 */
export interface StoredAnswer {
  /** 128 random bits in hexadecimal digits. */
  readonly id: string;
  /** Who asked: what the option `owner` gave. */
  readonly owner: string;
  /** The `Idempotency-Key` that the question came with. */
  readonly key: string | undefined;
}

/**
 * How an answer ended.
 *
 * @example
 * import type { AnswerEnd } from 'teleprinter/server';
 * const end: AnswerEnd = { block: 'event: end\ndata: {"outcome":"complete"}\n\n' };
 */
export interface AnswerEnd {
  /** The last block of the event stream, without an ID; empty where the answer brought its own end. */
  readonly block: string;
  /** Set where the model failed before an answer began: readers that have sent nothing yet answer with it. */
  readonly failure?: Failure | undefined;
}

/**
 * An HTTP answer in place of a stream.
 *
 * @example
 * import type { Failure } from 'teleprinter/server';
 * const busy: Failure = { status: 429, retryAfter: '20' };
 */
export interface Failure {
  /** The HTTP status, e.g. `429`. */
  readonly status: number;
  /** The value of `Retry-After`, where the model asked for one: seconds or a date. */
  readonly retryAfter?: string | undefined;
}

/**
 * Receives what `RelayStore.follow` reads.
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
  /** Blocks of the event stream; `first` is the number of the first one, and the answer's first block is 1. */
  blocks(first: number, blocks: readonly string[]): void;
  /** The answer has ended. Called once, after the last block. */
  end(end: AnswerEnd): void;
}

/**
 * What became of blocks that a store was to add.
 *
 * @example
 * import type { AppendResult } from 'teleprinter/server';
 * const isThere = (result: AppendResult) => result === 'stored';
 */
export type AppendResult = 'stored' | 'ended' | 'lost';

/**
 * Where answers are kept. A relay writes an answer from one process, and reads it in any. A store knows nothing of HTTP
 * or of models. Its promises reject while it cannot be reached; the relay tries again, with the same arguments.
 *
 * @example
 * import { memoryStore, type RelayStore } from 'teleprinter/server';
 * // A store that counts what it is asked to keep.
 * function counted(store: RelayStore, count: () => void): RelayStore {
 *   return { ...store, create: (answer, lifetime) => (count(), store.create(answer, lifetime)) };
 * }
 * const store = counted(memoryStore(), () => console.log('one more'));
 */
export interface RelayStore {
  /**
   * Creates an answer. Where another has the same owner and key, creates nothing; atomic over all processes.
   * @param lifetime Milliseconds after which the answer may be forgotten, unless `end` is called before.
   * @returns The answer that has the key: the given one where it is new.
   */
  create(answer: StoredAnswer, lifetime: number): Promise<StoredAnswer>;
  /** The answer of an ID; `undefined` where there is none, or no longer. */
  find(id: string): Promise<StoredAnswer | undefined>;
  /**
   * Adds blocks to an answer that this process created. Adding the same ones again changes nothing.
   * @returns `ended` where somebody has ended the answer, `lost` where the store has forgotten it; a promise of it where
   *   that takes time.
   */
  append(id: string, first: number, blocks: readonly string[]): AppendResult | Promise<AppendResult>;
  /**
   * Ends an answer; only the first end counts. An end with a `failure` frees the key.
   * @param retention Milliseconds for which it can still be read.
   */
  end(answer: StoredAnswer, end: AnswerEnd, retention: number): Promise<void>;
  /**
   * Reads an answer from its start, then live. Where the process that makes the answer has died, the store ends the
   * answer with `CUT` within 10 s.
   * @returns A function that stops reading.
   */
  follow(id: string, sink: AnswerSink): () => void;
  /** Asks the process that makes an answer to stop. */
  stop(id: string): Promise<void>;
  /** Calls back when somebody asks to stop an answer that this process created. */
  onStop(listener: (id: string) => void): void;
  /** Notes that an answer has readers, which holds for so many milliseconds. */
  keepRead(id: string, duration: number): Promise<void>;
  /** For how many more milliseconds a `keepRead` of any process holds; 0 where none does. */
  readFor(id: string): Promise<number>;
  /** Closes the connections and timers that the store itself has opened. */
  close(): Promise<void>;
}
