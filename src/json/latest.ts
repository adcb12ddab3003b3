/** A value that changes. A slow consumer receives only the newest value, not a backlog. */
export interface Latest {
  set(value: unknown): void;
  /** No value follows. Iteration throws the error, if there is one. */
  end(failure?: { readonly error: unknown }): void;
  iterate(): AsyncIterableIterator<unknown>;
}

/**
 * Creates a value for any number of consumers.
 * @param onLeave Called when the last consumer leaves before the end (`break` in a `for await`).
 */
export function createLatest(onLeave: () => void): Latest {
  let newest: unknown;
  /** Counts the values, so that each consumer can tell whether it has seen the newest. */
  let version = 0;
  let ended: { readonly error?: unknown } | undefined;
  let consumers = 0;
  let waiting: (() => void)[] = [];

  function wake(): void {
    const resumed = waiting;
    waiting = [];
    for (const resume of resumed) resume();
  }

  return {
    set(value) {
      newest = value;
      version++;
      wake();
    },
    end(failure) {
      ended ??= failure ?? {};
      wake();
    },
    iterate() {
      let seen = 0;
      let hasLeft = false;
      consumers++;
      function leave(): void {
        if (hasLeft) return;
        hasLeft = true;
        wake();
        if (--consumers === 0 && !ended) onLeave();
      }
      return createIterator(async () => {
        while (!hasLeft) {
          if (seen !== version) {
            seen = version;
            return { done: false, value: newest };
          }
          if (ended) {
            leave();
            if ('error' in ended) throw ended.error;
          } else await new Promise<void>((resume) => waiting.push(resume));
        }
        return { done: true, value: undefined };
      }, leave);
    },
  };
}

/** Creates an iterator that can be left while `next()` waits, which a generator cannot. */
function createIterator(
  next: () => Promise<IteratorResult<unknown>>,
  leave: () => void,
): AsyncIterableIterator<unknown> {
  return {
    next,
    async return() {
      leave();
      return { done: true, value: undefined };
    },
    async throw(error) {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
