/** How many lines of code share a section: a text that grows by the thousand is laid out anew each time. */
const LINES_PER_SECTION = 64;

/** The text of a block of code, in sections of lines. It is only ever added to. */
export class CodeLines {
  readonly #code: HTMLElement;
  #text: Text | undefined;
  #lines = 0;

  constructor(code: HTMLElement) {
    this.#code = code;
  }

  /** What is written to last. */
  get last(): Element {
    return this.#text?.parentElement ?? this.#code;
  }

  /** Adds a piece that ends within one line or with it. */
  add(piece: string): void {
    if (!this.#text || this.#lines >= LINES_PER_SECTION) this.#text = this.#startSection();
    this.#text.appendData(piece);
    if (piece.endsWith('\n')) this.#lines++;
  }

  /** Puts other nodes in the place of the code so far. What is added goes behind them. */
  replace(nodes: readonly Node[]): void {
    this.#code.replaceChildren(...nodes);
    this.#text = undefined;
  }

  #startSection(): Text {
    const section = document.createElement('span');
    section.style.display = 'block';
    const text = document.createTextNode('');
    section.append(text);
    this.#code.append(section);
    this.#lines = 0;
    return text;
  }
}
