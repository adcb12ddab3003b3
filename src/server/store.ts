/** What a store remembers of an answer from its creation on. */
export interface StoredAnswer {
  /** 128 random bits in hexadecimal digits. */
  readonly id: string;
  /** Who asked: what the option `owner` gave. */
  readonly owner: string;
  /** The `Idempotency-Key` that the question came with. */
  readonly key: string | undefined;
}

/** How an answer ended. */
export interface AnswerEnd {
  /** The last block of the event stream, without an ID; empty where the answer brought its own end. */
  readonly block: string;
  /** Set where the model failed before an answer began: readers that have sent nothing yet answer with it. */
  readonly failure?: Failure | undefined;
}

/** An HTTP answer in place of a stream. */
export interface Failure {
  readonly status: number;
  readonly retryAfter?: string | undefined;
}

/** Receives what `RelayStore.follow` reads. */
export interface AnswerSink {
  /** Blocks of the event stream; `first` is the number of the first one, and the answer's first block is 1. */
  blocks(first: number, blocks: readonly string[]): void;
  /** The answer has ended. Called once, after the last block. */
  end(end: AnswerEnd): void;
}

/**
 * Where answers are kept. A relay writes an answer from one process, and reads it in any. A store knows nothing of HTTP
 * or of models. Its promises reject while it cannot be reached; the relay tries again, with the same arguments.
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
   * @returns `ended` where somebody has ended the answer, `lost` where the store has forgotten it.
   */
  append(id: string, first: number, blocks: readonly string[]): Promise<'stored' | 'ended' | 'lost'>;
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
