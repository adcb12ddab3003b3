/** A value that changes. A slow consumer receives only the newest value, not a backlog. */
export interface Latest {
  set(value: unknown): void;
  /** No value follows. Iteration throws the error, if there is one. */
  end(failure?: { readonly error: unknown }): void;
  iterate(): AsyncGenerator;
}

/** Creates a value for any number of consumers. */
export function createLatest(): Latest {
  let newest: unknown;
  /** Counts the values, so that each consumer can tell whether it has seen the newest. */
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
