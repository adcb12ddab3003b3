/** Puts the text of a code block into the page. */

/** The number of lines in a section: each change lays out its whole text again. */
const LINES_PER_SECTION = 64;
/** Complete code of more sections stays in them: it would take long to lay out. */
const MAX_JOINED_SECTIONS = 16;

/** The text of a code block, in sections of lines. It is append-only. */
export class CodeLines {
  readonly #code: HTMLElement;
  /** All text in the page. */
  text = '';
  /** The node that text is appended to, and its length. */
  #end: Text | undefined;
  #endLength = 0;
  #lineCount = 0;
  /** Text that is not in the page yet: lines that arrive together are one change. */
  #pending = '';

  constructor(code: HTMLElement) {
    this.#code = code;
  }

  /**
   * The element that contains the end of the text. After a newline there is none: a caret there would be a line more, which
   * would be gone again at the end of the code.
   */
  get last(): Element | undefined {
    if (this.#end?.data.endsWith('\n')) return undefined;
    return this.#end?.parentElement ?? this.#code;
  }

  /** Adds a piece of one line, with or without its newline. */
  add(piece: string): void {
    if (this.#lineCount >= LINES_PER_SECTION) {
      this.show();
      this.#endSection();
    }
    this.#pending += piece;
    if (piece.endsWith('\n')) this.#lineCount++;
  }

  /** Puts the added text into the page. */
  show(): void {
    if (!this.#pending) return;
    if (!this.#end) this.#startSection();
    else if (this.#end.length !== this.#endLength || !this.#code.contains(this.#end)) this.#repair();
    this.#end!.appendData(this.#pending);
    this.#endLength = this.#end!.length;
    this.text += this.#pending;
    this.#pending = '';
  }

  /** Call when the code is complete. For `innerText`, the end of each section is a line end of its own. */
  join(): void {
    const { children } = this.#code;
    if (children.length > 1 && children.length <= MAX_JOINED_SECTIONS)
      for (const section of children) (section as HTMLElement).style.display = '';
  }

  #startSection(): void {
    const section = document.createElement('span');
    section.style.display = 'block';
    section.append((this.#end = document.createTextNode('')));
    this.#code.append(section);
  }

  /** Goes on after another script has changed the code: it may have highlighted it, and a translator replaced it. */
  #repair(): void {
    if (this.#code.textContent !== this.text) this.#code.textContent = this.text;
    this.#code.append((this.#end = document.createTextNode('')));
  }

  /** Replaces the start of the code, all of which must be shown. The text after it follows the new nodes. */
  replace(nodes: readonly Node[], length: number): void {
    this.#code.replaceChildren(...nodes);
    this.#endSection();
    this.#pending = this.text.slice(length);
    this.text = this.text.slice(0, length);
    this.show();
  }

  /** Ends the section: later text starts a new one. */
  #endSection(): void {
    this.#end = undefined;
    this.#lineCount = 0;
  }
}
