import { TeleprinterError } from '../errors.ts';

/** A reader this many items behind holds the source back, until it is within half of them. */
const HIGH_WATER = 256;
/** A reader that takes nothing for so many milliseconds has gone away. It holds the source back again once it takes. */
const PATIENCE = 10_000;
/** A reader this many items behind fails: only a source that cannot be held back gets here. */
const LIMIT = 100_000;

/** How a sequence ends: quietly, or with an error, which each reader throws once. */
export interface SequenceEnd {
  readonly error?: unknown;
}

/** One sequence for many readers, each at its own pace. */
export class Broadcast<T> {
  /** A new list for each reader that comes or goes. A Set takes three times as long to walk through. */
  #readers: readonly Reader<T>[] = [];
  #ended: SequenceEnd | undefined;
  #resume: (() => void) | undefined;
  #pause: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onLeave: () => void;

  /** @param onLeave Called when a reader has left before the end (`break` in a `for await`). */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  /** Whether there is a reader that has neither left nor reached the end. */
  get isRead(): boolean {
    return this.#readers.length > 0;
  }

  push(item: T): void {
    for (const reader of this.#readers) reader.put(item);
  }

  /** No more will come: readers get what is waiting, then the end. */
  end(end: SequenceEnd): void {
    this.#ended = end;
    for (const reader of this.#readers) reader.close(end);
  }

  /** A promise while some reader is far behind. */
  drained(): Promise<void> | undefined {
    if (!this.#pause && this.#furthest() > HIGH_WATER) {
      this.#pause = new Promise((resolve) => (this.#resume = resolve));
      this.#wait();
    }
    return this.#pause;
  }

  /** Reads what comes from now on, as far as `pick` makes a value of it. */
  iterate<V>(pick: (item: T) => V | undefined): AsyncIterableIterator<V> {
    const reader = new Queue(pick, {
      onTake: (lag) => {
        // A slow reader still holds the source back.
        if (this.#pause && lag <= HIGH_WATER / 2) this.#release();
      },
      onClose: (hasLeft) => {
        const wasReading = this.#readers.includes(reader);
        this.#readers = this.#readers.filter((other) => other !== reader);
        this.#release();
        if (hasLeft && wasReading) this.#onLeave();
      },
    });
    if (this.#ended) reader.close(this.#ended);
    else this.#readers = [...this.#readers, reader];
    return reader;
  }

  #furthest(): number {
    let most = 0;
    for (const { lag, isAway } of this.#readers) if (!isAway) most = Math.max(most, lag);
    return most;
  }

  #release(): void {
    if (!this.#pause || this.#furthest() > HIGH_WATER / 2) return;
    clearTimeout(this.#timer);
    this.#resume?.();
    this.#pause = undefined;
  }

  /** Waits for each reader that is behind, as long as it takes something. */
  #wait(): void {
    for (const reader of this.#readers) reader.hasTaken = false;
    this.#timer = setTimeout(() => {
      for (const reader of this.#readers) reader.isAway = !reader.hasTaken;
      this.#wait();
      this.#release();
    }, PATIENCE);
  }
}

/** A reader as the broadcast sees it, whatever it picks. */
type Reader<T> = Pick<Queue<T, never>, 'hasTaken' | 'isAway' | 'lag' | 'put' | 'close'>;

interface QueueListener {
  /** A value was taken; so many are left. */
  onTake(lag: number): void;
  /** @param hasLeft Whether the reader left before the end. */
  onClose(hasLeft: boolean): void;
}

/** One reader's queue, as the iterator that the reader holds. */
class Queue<T, V> implements AsyncIterableIterator<V> {
  /** Whether it has taken something since the source began to wait for it. */
  hasTaken = true;
  isAway = false;
  readonly #pick: (item: T) => V | undefined;
  readonly #listener: QueueListener;
  #queue: V[] = [];
  /** How many of the queue have been handed out. Taking each off the front would move all the others. */
  #taken = 0;
  #end: SequenceEnd | undefined;
  /** Calls of `next` that asked for more than there is: then the queue is empty. */
  readonly #waiting: ((result: IteratorResult<V> | Promise<never>) => void)[] = [];

  constructor(pick: (item: T) => V | undefined, listener: QueueListener) {
    this.#pick = pick;
    this.#listener = listener;
  }

  get lag(): number {
    return this.#queue.length - this.#taken;
  }

  put(item: T): void {
    const value = this.#pick(item);
    if (value === undefined) return;
    this.#queue.push(value);
    if (this.#waiting.length) this.#waiting.shift()!(this.#take());
    else if (this.lag > LIMIT) this.close({ error: queueFullError() });
  }

  close(end: SequenceEnd, hasLeft = false): void {
    this.#end ??= end;
    this.#listener.onClose(hasLeft);
    for (const give of this.#waiting.splice(0)) give(this.#finish());
  }

  next(): Promise<IteratorResult<V>> {
    // The protocol asks for a promise. One that is made so takes 70 ns, one of Promise.resolve or of an async
    // function up to 115.
    return new Promise((resolve) => {
      if (this.#queue.length > this.#taken) resolve(this.#take());
      else if (this.#end) resolve(this.#finish());
      else this.#waiting.push(resolve);
    });
  }

  async return(): Promise<IteratorResult<V>> {
    this.#queue = [];
    this.#taken = 0;
    this.#end = {};
    this.close(this.#end, true);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): IteratorResult<V> {
    const value = this.#queue[this.#taken++]!;
    this.hasTaken = true;
    this.isAway = false;
    if (this.#taken > HIGH_WATER) {
      this.#queue = this.#queue.slice(this.#taken);
      this.#taken = 0;
    }
    this.#listener.onTake(this.lag);
    return { done: false, value };
  }

  /** An error is thrown once, by the first call that meets it. */
  #finish(): IteratorResult<V> | Promise<never> {
    const { error } = this.#end!;
    this.#end = {};
    return error === undefined ? { done: true, value: undefined } : Promise.reject(error);
  }
}

function queueFullError(): TeleprinterError {
  return new TeleprinterError(
    `An iterator is ${LIMIT} events behind. Read faster, or use transport 'fetch', which waits.`,
    { code: 'queue-full' },
  );
}
