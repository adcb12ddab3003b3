import { TeleprinterError } from '../errors.ts';

/** A reader that is more than this many items behind pauses the source, until half of them are left. */
const HIGH_WATER_MARK = 256;
/** A reader that reads nothing for this long, in milliseconds, no longer pauses the source, until it reads again. */
const IDLE_MS = 10_000;
/** A reader that is more than this many items behind fails. This happens only if the source cannot be paused. */
const MAX_LAG = 100_000;

/** How a sequence ends: normally, or with an error, which each reader throws once. */
export interface SequenceEnd {
  readonly error?: unknown;
}

/** One sequence for many readers, each at its own pace. */
export class Broadcast<T> {
  /** Replaced when a reader joins or leaves. A Set takes three times as long to iterate over. */
  #readers: readonly Reader<T>[] = [];
  #ended: SequenceEnd | undefined;
  #resume: (() => void) | undefined;
  #pause: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onLeave: () => void;

  /** @param onLeave Called when a reader leaves before the end (`break` in a `for await`). */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  /** Whether there is a reader that has neither left nor reached the end. */
  get hasReaders(): boolean {
    return this.#readers.length > 0;
  }

  push(item: T): void {
    for (const reader of this.#readers) reader.push(item);
  }

  /** Ends the sequence. Readers receive the items that wait for them, then the end. */
  end(end: SequenceEnd): void {
    this.#ended = end;
    for (const reader of this.#readers) reader.close(end);
  }

  /** Returns a promise while a reader is far behind. */
  drained(): Promise<void> | undefined {
    if (!this.#pause && this.#maxLag() > HIGH_WATER_MARK) {
      this.#pause = new Promise((resolve) => (this.#resume = resolve));
      this.#watchReaders();
    }
    return this.#pause;
  }

  /** Iterates over the values that `pick` returns for the items from now on, without `undefined`. */
  iterate<V>(pick: (item: T) => V | undefined): AsyncIterableIterator<V> {
    const reader = new Queue(pick, {
      onRead: (lag) => {
        // Another slow reader may still pause the source.
        if (this.#pause && lag <= HIGH_WATER_MARK / 2) this.#resumeSource();
      },
      onClose: (hasLeft) => {
        const wasReading = this.#readers.includes(reader);
        this.#readers = this.#readers.filter((other) => other !== reader);
        this.#resumeSource();
        if (hasLeft && wasReading) this.#onLeave();
      },
    });
    if (this.#ended) reader.close(this.#ended);
    else this.#readers = [...this.#readers, reader];
    return reader;
  }

  #maxLag(): number {
    let max = 0;
    for (const { lag, isIdle } of this.#readers) if (!isIdle) max = Math.max(max, lag);
    return max;
  }

  #resumeSource(): void {
    if (!this.#pause || this.#maxLag() > HIGH_WATER_MARK / 2) return;
    clearTimeout(this.#timer);
    this.#resume?.();
    this.#pause = undefined;
  }

  /** Ignores readers that read nothing while the source is paused. */
  #watchReaders(): void {
    for (const reader of this.#readers) reader.hasRead = false;
    this.#timer = setTimeout(() => {
      for (const reader of this.#readers) reader.isIdle = !reader.hasRead;
      this.#watchReaders();
      this.#resumeSource();
    }, IDLE_MS);
  }
}

/** A reader, whatever values it picks. */
type Reader<T> = Pick<Queue<T, never>, 'hasRead' | 'isIdle' | 'lag' | 'push' | 'close'>;

interface QueueListener {
  /** A value was read. @param lag How many are left. */
  onRead(lag: number): void;
  /** @param hasLeft Whether the reader left before the end. */
  onClose(hasLeft: boolean): void;
}

/** The queue of one reader, and the iterator over it. */
class Queue<T, V> implements AsyncIterableIterator<V> {
  /** Whether the reader has read anything since the source was paused, or since the last check. */
  hasRead = true;
  isIdle = false;
  readonly #pick: (item: T) => V | undefined;
  readonly #listener: QueueListener;
  #queue: V[] = [];
  /** The index of the next value. Removing each value from the front would move all others. */
  #head = 0;
  #end: SequenceEnd | undefined;
  /** Calls of `next()` that wait for a value; then the queue is empty. */
  readonly #waiting: ((result: IteratorResult<V> | Promise<never>) => void)[] = [];

  constructor(pick: (item: T) => V | undefined, listener: QueueListener) {
    this.#pick = pick;
    this.#listener = listener;
  }

  get lag(): number {
    return this.#queue.length - this.#head;
  }

  push(item: T): void {
    const value = this.#pick(item);
    if (value === undefined) return;
    this.#queue.push(value);
    if (this.#waiting.length) this.#waiting.shift()!(this.#dequeue());
    else if (this.lag > MAX_LAG) this.close({ error: queueFullError() });
  }

  close(end: SequenceEnd, hasLeft = false): void {
    this.#end ??= end;
    this.#listener.onClose(hasLeft);
    for (const resolve of this.#waiting.splice(0)) resolve(this.#finish());
  }

  next(): Promise<IteratorResult<V>> {
    // The iterator protocol requires a promise. This constructor takes 70 ns; Promise.resolve, or an async function,
    // up to 115.
    return new Promise((resolve) => {
      if (this.#queue.length > this.#head) resolve(this.#dequeue());
      else if (this.#end) resolve(this.#finish());
      else this.#waiting.push(resolve);
    });
  }

  async return(): Promise<IteratorResult<V>> {
    this.#queue = [];
    this.#head = 0;
    this.#end = {};
    this.close(this.#end, true);
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #dequeue(): IteratorResult<V> {
    const value = this.#queue[this.#head++]!;
    this.hasRead = true;
    this.isIdle = false;
    if (this.#head > HIGH_WATER_MARK) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    this.#listener.onRead(this.lag);
    return { done: false, value };
  }

  /** An error is thrown only once, by the first call after the last value. */
  #finish(): IteratorResult<V> | Promise<never> {
    const { error } = this.#end!;
    this.#end = {};
    return error === undefined ? { done: true, value: undefined } : Promise.reject(error);
  }
}

function queueFullError(): TeleprinterError {
  return new TeleprinterError(
    `An iterator is ${MAX_LAG} events behind. Read faster, or use transport 'fetch', which waits.`,
    { code: 'queue-full' },
  );
}
