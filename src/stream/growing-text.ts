/** How many characters are flattened at once: their tree of pieces still fits into the processor's cache. */
const FLATTEN_LENGTH = 1024;
const FLATTEN = /(?:)/;

/** A text that grows in small pieces. */
export class GrowingText {
  #all: string;
  #newest = '';

  constructor(start: string) {
    this.#all = start;
  }

  get all(): string {
    return this.#newest ? this.#all + this.#newest : this.#all;
  }

  get length(): number {
    return this.#all.length + this.#newest.length;
  }

  /** Drops the text beyond this length. */
  truncate(length: number): void {
    this.#all = this.all.slice(0, length);
    this.#newest = '';
  }

  add(delta: string): void {
    this.#newest += delta;
    if (this.#newest.length < FLATTEN_LENGTH) return;
    // V8 keeps a tree of all appended pieces, 20 bytes each, until a regular expression reads it.
    if (FLATTEN.test(this.#newest)) this.#all += this.#newest;
    this.#newest = '';
  }
}
