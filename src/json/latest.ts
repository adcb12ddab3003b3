/** One value that changes: a slow consumer receives only the newest, not a backlog. */
export interface Latest {
  set(value: unknown): void;
  /** No value follows; with an error, iteration throws it. */
  end(failure?: { readonly error: unknown }): void;
  iterate(): AsyncGenerator;
}

/** Makes a value that any number of consumers can iterate. */
export function createLatest(): Latest {
  let newest: unknown;
  /** Counts the values, so that each consumer knows whether there is one that it has not seen. */
  let version = 0;
  let ended: { readonly error?: unknown } | undefined;
  let waiting: (() => void)[] = [];

  function wake(): void {
    const consumers = waiting;
    waiting = [];
    for (const resume of consumers) resume();
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
    async *iterate() {
      let seen = 0;
      for (;;) {
        if (seen !== version) {
          seen = version;
          yield newest;
        } else if (ended) {
          if ('error' in ended) throw ended.error;
          return;
        } else await new Promise<void>((resume) => waiting.push(resume));
      }
    },
  };
}
