/** How many lines of code share a section: a text that grows by the thousand is laid out anew each time. */
const LINES_PER_SECTION = 64;

/** The text of a block of code, in sections of lines. It is only ever added to. */
export class CodeLines {
  readonly #code: HTMLElement;
  #text: Text | undefined;
  #lines = 0;
  /** What is not in the page yet: lines that arrive together are one change. */
  #waiting = '';

  constructor(code: HTMLElement) {
    this.#code = code;
  }

  /** What is written to last. */
  get last(): Element {
    return this.#text?.parentElement ?? this.#code;
  }

  /** Adds a piece that ends within one line or with it. */
  add(piece: string): void {
    if (this.#lines >= LINES_PER_SECTION) {
      this.show();
      this.#end();
    }
    this.#waiting += piece;
    if (piece.endsWith('\n')) this.#lines++;
  }

  /** Shows what has been added. */
  show(): void {
    if (!this.#waiting) return;
    if (this.#text) this.#text.appendData(this.#waiting);
    else {
      this.#text = document.createTextNode(this.#waiting);
      const section = document.createElement('span');
      section.style.display = 'block';
      section.append(this.#text);
      this.#code.append(section);
    }
    this.#waiting = '';
  }

  /** Puts other nodes in the place of the code so far, all of which is shown. What is added goes behind them. */
  replace(nodes: readonly Node[]): void {
    this.#code.replaceChildren(...nodes);
    this.#end();
  }

  /** What follows goes into a section of its own. */
  #end(): void {
    this.#text = undefined;
    this.#lines = 0;
  }
}
