/** In characters: a tree of the small pieces of so many is still in the processor's cache, which makes it cheap to walk. */
const PIECE = 1024;
const FLATTEN = /(?:)/;

/** A text that grows by small pieces. */
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

  /** Drops what is beyond this length. */
  truncate(length: number): void {
    this.#all = this.all.slice(0, length);
    this.#newest = '';
  }

  add(delta: string): void {
    this.#newest += delta;
    if (this.#newest.length < PIECE) return;
    // V8 keeps a tree of all that was appended, 20 bytes a piece, until a regular expression looks at it.
    if (FLATTEN.test(this.#newest)) this.#all += this.#newest;
    this.#newest = '';
  }
}
