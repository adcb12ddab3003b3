/** A connection that lives for so many milliseconds is no failure of the server's. */
const LONG_LIVED = 5000;
/** The shortest delay after the first of several short-lived connections, in milliseconds. */
const FLOOR = 250;

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
  // No delay times 2 ** 1024, which is Infinity, is not a number.
  return random() * Math.min(maxDelay, delay * 2 ** failures || 0);
}

/**
 * The pace of the requests of one stream. It slows down while connections are short-lived, whatever they bring: a
 * server that sends one event and closes, with `retry: 0`, is not asked hundreds of times a second.
 */
export class Pace {
  readonly #maxDelay: number;
  /** Short-lived connections in a row. */
  #shortLived = 0;

  constructor(maxDelay: number) {
    this.#maxDelay = maxDelay;
  }

  /**
   * Milliseconds until the next request.
   * @param lived Milliseconds for which the connection was open; 0 if it never opened.
   * @param delay The first delay, in milliseconds.
   * @param asked The wait that the server asked for, in milliseconds.
   */
  next(lived: number, delay: number, asked: number | undefined): number {
    if (lived >= LONG_LIVED) this.#shortLived = 0;
    const before = this.#shortLived++;
    const floor = before ? Math.min(FLOOR, this.#maxDelay) : 0;
    return Math.max(floor, asked ?? backoff(before, Math.max(floor, delay), this.#maxDelay));
  }
}

/**
 * Waits so many milliseconds. The browser's word that the network is back ends the wait sooner. Its word that there is
 * none is a hint that may be wrong (a server on this machine), so the wait ends all the same. An abort ends it, too.
 */
export function waitToReconnect(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', finish);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    // Past this, a timer fires at once.
    const timer = setTimeout(finish, Math.min(delay, 2 ** 31 - 1));
    globalThis.addEventListener?.('online', finish);
    signal.addEventListener('abort', finish);
  });
}

/** Whether the browser says that there is no network. */
export function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}
