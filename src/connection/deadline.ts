import { TimeoutError } from '../errors.ts';

/** A timer that is this many milliseconds late shows that nothing ran meanwhile. */
const ASLEEP = 1000;

/** One timer for one connection, which is set anew for each thing that it waits for. */
export class Deadline {
  readonly #expire: (error?: TimeoutError) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param expire Called with the error when a time limit is over, without one when `after` is. */
  constructor(expire: (error?: TimeoutError) => void) {
    this.#expire = expire;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /**
   * Fails with a TimeoutError unless it is cleared or set again within this time.
   * @param what What is awaited, for the message.
   * @param within Milliseconds; 0 is no limit.
   * @param option The option that sets the limit, for the message.
   */
  expect(what: string, within: number, option: string, isSecondChance = false): void {
    this.clear();
    if (!within) return;
    const due = Date.now() + within;
    this.#timer = setTimeout(
      () => {
        // A page that was frozen, or a machine that slept, could not listen: what came is only now read.
        if (!isSecondChance && Date.now() - due > ASLEEP) return this.expect(what, within, option, true);
        const message = `No ${what} for ${within} ms (timeout.${option}). Is a proxy buffering? Send X-Accel-Buffering: no.`;
        this.#expire(new TimeoutError(message, {}));
        // Past this, a timer fires at once.
      },
      Math.min(within, 2 ** 31 - 1),
    );
  }

  /** Expires without an error after this many milliseconds. */
  after(delay: number): void {
    this.clear();
    this.#timer = setTimeout(() => this.#expire(), delay);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
