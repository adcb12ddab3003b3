import { TeleprinterError } from '../errors.ts';

/** A reader this many items behind holds the source back, until it is within half of them. */
const HIGH_WATER = 256;
/** A reader that takes nothing for so many milliseconds has gone away, and holds nobody back until it comes again. */
const PATIENCE = 10_000;
/** A reader this many items behind has lost: only a source that cannot be held back gets here. */
const LIMIT = 100_000;

/** How a sequence ends: quietly, or with an error, which each reader throws once. */
type End = { readonly error?: unknown };

interface Reader<T> {
  /** Whether it has taken something since the others began to wait for it. */
  takes: boolean;
  isAway: boolean;
  lag(): number;
  put(item: T): void;
  close(end: End): void;
}

/** One sequence for many readers, each at its own pace. */
export interface Broadcast<T> {
  /** Whether there is a reader who has neither left nor been told of the end. */
  readonly isRead: boolean;
  push(item: T): void;
  /** No more will come: readers get what is waiting, then the end. */
  end(end: End): void;
  /** A promise while some reader is far behind. */
  drained(): Promise<void> | undefined;
  /** Reads what comes from now on, as far as `pick` makes a value of it. */
  iterate<V>(pick: (item: T) => V | undefined): AsyncIterableIterator<V>;
}

/** @param onLeave Called when a reader has left before the end (`break` in a `for await`). */
export function createBroadcast<T>(onLeave: () => void): Broadcast<T> {
  /** Another list with each that comes or goes. A Set takes three times as long to walk through. */
  let readers: readonly Reader<T>[] = [];
  let ended: End | undefined;
  let goOn: (() => void) | undefined;
  let pause: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function furthest(): number {
    let most = 0;
    for (const { lag, isAway } of readers) if (!isAway) most = Math.max(most, lag());
    return most;
  }
  function caughtUp(): void {
    if (!pause || furthest() > HIGH_WATER / 2) return;
    clearTimeout(timer);
    goOn?.();
    pause = undefined;
  }
  /** Waits for whoever is behind, as long as they take something. */
  function wait(): void {
    for (const reader of readers) reader.takes = false;
    timer = setTimeout(() => {
      for (const reader of readers) reader.isAway = !reader.takes;
      wait();
      caughtUp();
    }, PATIENCE);
  }

  return {
    get isRead() {
      return readers.length > 0;
    },
    push(item) {
      for (const reader of readers) reader.put(item);
    },
    end(end) {
      ended = end;
      for (const reader of readers) reader.close(end);
    },
    drained() {
      if (!pause && furthest() > HIGH_WATER) {
        pause = new Promise((resolve) => (goOn = resolve));
        wait();
      }
      return pause;
    },
    iterate(pick) {
      let queue: NonNullable<ReturnType<typeof pick>>[] = [];
      /** How many of the queue have been handed out. Taking each off the front would move all the others. */
      let taken = 0;
      let end = ended;
      type Value = (typeof queue)[0];
      /** Those that asked for more than there is: then the queue is empty. */
      const waiting: ((result: IteratorResult<Value> | Promise<never>) => void)[] = [];
      const reader: Reader<T> = {
        takes: true,
        isAway: false,
        lag: () => queue.length - taken,
        put(item: T) {
          const value = pick(item);
          if (value === undefined) return;
          queue.push(value as Value);
          if (waiting.length) waiting.shift()!(take());
          else if (reader.lag() > LIMIT) reader.close({ error: queueFull() });
        },
        close(ending: End) {
          end ??= ending;
          readers = readers.filter((other) => other !== reader);
          caughtUp();
          for (const give of waiting.splice(0)) give(finish());
        },
      };
      if (!end) readers = [...readers, reader];
      function take(): IteratorResult<Value> {
        const value = queue[taken++]!;
        reader.takes = true;
        reader.isAway = false;
        if (taken > HIGH_WATER) {
          queue = queue.slice(taken);
          taken = 0;
        }
        // Who is behind still holds the others back.
        if (pause && queue.length - taken <= HIGH_WATER / 2) caughtUp();
        return { done: false, value };
      }
      /** An error is thrown once, by whoever asks first. */
      function finish(): IteratorResult<Value> | Promise<never> {
        const { error } = end!;
        end = {};
        return error === undefined ? { done: true, value: undefined } : Promise.reject(error);
      }
      return {
        // The protocol asks for a promise. One that is made so takes 70 ns, one of Promise.resolve or of an async
        // function up to 115.
        next: () =>
          new Promise((resolve) => {
            if (queue.length > taken) resolve(take());
            else if (end) resolve(finish());
            else waiting.push(resolve);
          }),
        async return() {
          const left = readers.includes(reader);
          queue = [];
          taken = 0;
          end = {};
          reader.close(end);
          if (left) onLeave();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}

function queueFull(): TeleprinterError {
  return new TeleprinterError(
    `An iterator is ${LIMIT} events behind. Read faster, or use transport 'fetch', which waits.`,
    { code: 'queue-full' },
  );
}
