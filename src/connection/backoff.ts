/**
 * Exponential backoff with full jitter, in milliseconds: anything between nothing and the full delay, so that a
 * thousand pages that lost the same server do not come back in the same second.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(
  failures: number,
  delay: number,
  maxDelay: number,
  random: () => number = Math.random,
): number {
  // No delay times 2 ** 1024, which is Infinity, is no number.
  return random() * Math.min(maxDelay, delay * 2 ** failures || 0);
}

/** Waits so many milliseconds, and while the browser is offline until it is `online`. An abort ends the wait. */
export function waitToReconnect(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', finish);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(
      () => (globalThis.navigator?.onLine === false ? addEventListener('online', finish) : finish()),
      // Past this, a timer fires at once.
      Math.min(delay, 2 ** 31 - 1),
    );
    signal.addEventListener('abort', finish);
  });
}
