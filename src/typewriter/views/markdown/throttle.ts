/** Limits how often the arriving text of a block is rendered. */

/** Text that takes longer to render, in milliseconds, is not rendered again at each letter. */
const MAX_RENDER_TIME = 2;

/** It is rendered again after growing by this factor, so that the work is in proportion to the text. */
export const MIN_GROWTH = 1.05;

/** Or after so many times as long: a model may pause at any letter. */
const MIN_INTERVAL = 5;

/** The pace of one text. */
export class Throttle {
  /** The start of the last rendering, its duration in milliseconds, and the length of the text. */
  #start = 0;
  #duration = 0;
  #length = 0;

  /** Whether a text may be rendered now. If so, call `end` after it. */
  start(length: number): boolean {
    const now = performance.now();
    if (
      this.#duration > MAX_RENDER_TIME &&
      length < this.#length * MIN_GROWTH &&
      now - this.#start < this.#duration * MIN_INTERVAL
    )
      return false;
    this.#start = now;
    this.#length = length;
    return true;
  }

  end(): void {
    this.#duration = performance.now() - this.#start;
  }

  /** Allows the next rendering. */
  reset(): void {
    this.#length = 0;
  }
}
