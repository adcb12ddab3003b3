/** A connection that stays open for this long, in milliseconds, resets the backoff. */
const LONG_LIVED_MS = 5000;
/** The shortest delay after the first of several short-lived connections, in milliseconds. */
const MIN_DELAY_MS = 250;

/**
 * Exponential backoff with full jitter, in milliseconds: a random share of the full delay, so that a thousand pages
 * that lost the same server do not reconnect in the same second.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(
  failures: number,
  delay: number,
  maxDelay: number,
  random: () => number = Math.random,
): number {
  // 0 * 2 ** 1024 is NaN.
  return random() * Math.min(maxDelay, delay * 2 ** failures || 0);
}

/**
 * The pace of the requests of one stream. It slows down while connections are short-lived, whatever they deliver: a
 * server that sends one event and closes, with `retry: 0`, does not receive hundreds of requests a second.
 */
export class Pace {
  readonly #maxDelay: number;
  /** Consecutive short-lived connections. */
  #shortLived = 0;

  constructor(maxDelay: number) {
    this.#maxDelay = maxDelay;
  }

  /**
   * The time until the next request, in milliseconds.
   * @param lifetime How long the connection was open, in milliseconds; 0 if it never opened.
   * @param delay The first delay, in milliseconds.
   * @param retryAfter The wait that the server asked for, in milliseconds.
   */
  next(lifetime: number, delay: number, retryAfter: number | undefined): number {
    if (lifetime >= LONG_LIVED_MS) this.#shortLived = 0;
    const failures = this.#shortLived++;
    const minDelay = failures ? Math.min(MIN_DELAY_MS, this.#maxDelay) : 0;
    return Math.max(minDelay, retryAfter ?? backoff(failures, Math.max(minDelay, delay), this.#maxDelay));
  }
}

/**
 * Waits for the delay, in milliseconds. An abort ends the wait early, and so does the browser's report that the network
 * is back. A report that the browser is offline does not prolong it: it may be wrong (a server on this machine).
 */
export function waitToReconnect(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', finish);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    // A longer timer would fire at once.
    const timer = setTimeout(finish, Math.min(delay, 2 ** 31 - 1));
    globalThis.addEventListener?.('online', finish);
    signal.addEventListener('abort', finish);
  });
}

/** Whether the browser reports that there is no network. */
export function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}
