/** Reads one line of markdown, column by column. */

/** The distance between tab stops, in columns. */
const TAB = 4;

/** A reader for one line of markdown. Tab stops are every four columns. https://spec.commonmark.org/0.31.2/#tabs */
export class Line {
  readonly text: string;
  /** The index of the next character. */
  at = 0;
  #column = 0;
  /** How many columns of the tab at `at` are left, if it has been read in part; otherwise 0. */
  #tabPart = 0;
  /** By a set of characters: the index from which on the line has only these and whitespace. For `isOnly`. */
  readonly #runs: Record<string, number> = {};
  /** The whitespace ahead, cached for the position where it was measured. */
  #measured = { at: -1, tabPart: 0, end: 0, width: 0 };

  constructor(text: string) {
    this.text = text;
  }

  /** The width of the whitespace ahead, in columns. */
  get indent(): number {
    return this.#measure().width;
  }

  get isBlank(): boolean {
    return this.#measure().end >= this.text.length;
  }

  /** The text after the whitespace ahead. */
  get content(): string {
    return this.text.slice(this.#measure().end);
  }

  /** The unread text, with the rest of a partly read tab as spaces. */
  get rest(): string {
    return ' '.repeat(this.#tabPart) + this.text.slice(this.at + Number(this.#tabPart > 0));
  }

  /**
   * Whether the rest consists of some characters and whitespace. The result is kept, as each container that the line opens
   * asks again.
   */
  isOnly(characters: string): boolean {
    let start = this.#runs[characters] ?? this.text.length;
    while (start > 0 && `${characters} \t`.includes(this.text[start - 1]!)) start--;
    this.#runs[characters] = start;
    return this.at >= start;
  }

  /** Skips whitespace up to a width, in columns. */
  skipIndent(width: number = Infinity): void {
    let left = width;
    while (left > 0) {
      const character = this.text[this.at];
      if (character === '\t') {
        const stop = this.#tabPart || TAB - (this.#column % TAB);
        const step = Math.min(stop, left);
        this.#column += step;
        left -= step;
        this.#tabPart = stop - step;
        if (!this.#tabPart) this.at++;
      } else if (character === ' ') {
        this.at++;
        this.#column++;
        left--;
      } else return;
    }
  }

  /** Skips characters, none of which may be a tab. */
  skip(count: number): void {
    this.at += count;
    this.#column += count;
  }

  #measure(): { readonly end: number; readonly width: number } {
    const { at } = this;
    const tabPart = this.#tabPart;
    if (this.#measured.at === at && this.#measured.tabPart === tabPart) return this.#measured;
    let end = at;
    let width = 0;
    if (tabPart) {
      width = tabPart;
      end++;
    }
    for (; ; end++) {
      const character = this.text[end];
      if (character === ' ') width++;
      else if (character === '\t') width += TAB - ((this.#column + width) % TAB);
      else break;
    }
    this.#measured = { at, tabPart, end, width };
    return this.#measured;
  }
}
