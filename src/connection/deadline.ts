import { TimeoutError } from '../errors.ts';

/** A timer that fires this many milliseconds late shows that the page or the machine was suspended. */
const SUSPENDED_MS = 1000;

/** The timer of one connection, restarted for each thing that the connection waits for. */
export class Deadline {
  readonly #expire: (error?: TimeoutError) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param expire Called with an error when a limit of `expect` is over, without one when a delay of `after` is. */
  constructor(expire: (error?: TimeoutError) => void) {
    this.#expire = expire;
  }

  /**
   * Expires with a TimeoutError unless it is cleared or restarted within the limit.
   * @param what What is awaited, for the message.
   * @param limit In milliseconds; 0 means none.
   * @param option The option that sets the limit, for the message.
   * @param isExtended Whether this is the second wait, after the page or machine was suspended.
   */
  expect(what: string, limit: number, option: string, isExtended = false): void {
    this.clear();
    if (!limit) return;
    const due = Date.now() + limit;
    this.#timer = setTimeout(
      () => {
        // A frozen page or sleeping machine reads only now what has arrived meanwhile.
        if (!isExtended && Date.now() - due > SUSPENDED_MS) return this.expect(what, limit, option, true);
        const message = `No ${what} for ${limit} ms (timeout.${option}). Is a proxy buffering? Send X-Accel-Buffering: no.`;
        this.#expire(new TimeoutError(message));
      },
      // A longer timer would fire at once.
      Math.min(limit, 2 ** 31 - 1),
    );
  }

  /** Expires without an error after this many milliseconds. */
  after(delay: number): void {
    this.clear();
    this.#timer = setTimeout(() => this.#expire(), delay);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
