import { TeleprinterError } from './errors.ts';

/** A reader this many items behind holds the source back, until it is within half of them. */
const HIGH_WATER = 256;
/** A reader this many items behind has lost: only a source that cannot be held back gets here. */
const LIMIT = 100_000;

/** How a sequence ends: quietly, or with an error, which each reader throws once. */
type End = { readonly error?: unknown };

/** One sequence for many readers, each at its own pace. */
export interface Broadcast<T> {
  /** Those who have neither left nor been told of the end. */
  readonly readers: ReadonlySet<unknown>;
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
  const readers = new Set<{ put(item: T): void; close(end: End): void; lag(): number }>();
  let ended: End | undefined;
  let goOn: (() => void) | undefined;
  let pause: Promise<void> | undefined;

  const furthest = (): number => Math.max(0, ...Array.from(readers, ({ lag }) => lag()));
  function caughtUp(): void {
    if (!pause || furthest() > HIGH_WATER / 2) return;
    goOn?.();
    pause = undefined;
  }

  return {
    readers,
    push(item) {
      for (const { put } of readers) put(item);
    },
    end(end) {
      ended = end;
      for (const { close } of readers) close(end);
    },
    drained: () =>
      (pause ??= furthest() > HIGH_WATER ? new Promise((resolve) => (goOn = resolve)) : undefined),
    iterate(pick) {
      let queue: NonNullable<ReturnType<typeof pick>>[] = [];
      /** How many of the queue have been handed out. Taking each off the front would move all the others. */
      let taken = 0;
      const waiting: (() => void)[] = [];
      let end = ended;
      const reader = {
        lag: () => queue.length - taken,
        put(item: T) {
          const value = pick(item);
          if (value === undefined) return;
          queue.push(value as (typeof queue)[0]);
          if (reader.lag() > LIMIT) reader.close({ error: queueFull() });
          wake();
        },
        close(ending: End) {
          end ??= ending;
          readers.delete(reader);
          caughtUp();
          wake();
        },
      };
      function wake(): void {
        for (const go of waiting.splice(0)) go();
      }
      if (!end) readers.add(reader);
      return {
        async next() {
          while (!reader.lag() && !end) await new Promise<void>((go) => waiting.push(go));
          if (reader.lag()) {
            const value = queue[taken++]!;
            if (taken > HIGH_WATER) {
              queue = queue.slice(taken);
              taken = 0;
            }
            caughtUp();
            return { done: false, value };
          }
          const { error } = end!;
          end = {};
          if (error !== undefined) throw error;
          return { done: true, value: undefined };
        },
        async return() {
          const left = readers.has(reader);
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
