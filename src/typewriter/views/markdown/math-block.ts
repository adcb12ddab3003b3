/** Formulas that are blocks: from `$$` to `$$`, from `\[` to `\]`, or from `\begin{align}` to `\end{align}`. */
import { Block } from './block.ts';
import type { RenderContext } from './context.ts';
import { createElement } from './elements.ts';
import { InlineText } from './inline-text.ts';
import type { Line } from './line.ts';
import { keepSelection } from './selection.ts';
import { createFormula, renderFormula } from './typeset.ts';

/** A longer formula that is never closed, in characters, is probably a loop, and is text without markdown. */
const MAX_UNCLOSED_LENGTH = 10_000;

/** A line that is not part of a formula. It ends an unclosed formula, which must not swallow the rest of the answer. */
const NOT_IN_FORMULA = /^(?:#{1,6}[ \t]|`{3}|~{3}|\*\*)/;
const MAY_BECOME_OTHER = /^(?:#{1,6}|`{1,2}|~{1,2}|\*)$/;

/** A formula in display style. It shows its source until it is complete. */
export class MathBlock extends Block {
  readonly type = 'math';
  override readonly isRaw = true;
  element: HTMLElement;
  override rest: HTMLElement | undefined = undefined;
  /** The opening delimiter, if it is not part of the source. */
  readonly #open: string;
  readonly #close: string;
  readonly #context: RenderContext;
  readonly #text = new Text();
  #source = '';
  /** The number of characters of the source that are shown. */
  #shownLength = 0;
  /** Whether the opening delimiter is alone in its line: only then may the formula contain blank lines. */
  #isOpenerAlone: boolean | undefined;

  constructor(open: string, close: string, context: RenderContext) {
    super();
    this.#open = open;
    this.#close = close;
    this.#context = context;
    this.element = createFormula({ raw: '', source: '', isBlock: true });
    this.element.append(this.#text);
  }

  override continues(line: Line, _tip: Block, isComplete: boolean): boolean | 'wait' {
    if (line.isBlank) return this.#isOpenerAlone!;
    const { content } = line;
    if (!isComplete && (MAY_BECOME_OTHER.test(content) || this.#close.startsWith(content))) return 'wait';
    return !NOT_IN_FORMULA.test(content);
  }

  override endsWith(content: string): boolean {
    return this.#indexOfEnd(content) >= 0;
  }

  override add(text: string): void {
    this.#source += text;
  }

  override endLine(): void {
    this.#isOpenerAlone ??= !this.#source.trim();
    this.#source += '\n';
  }

  override show(): void {
    // The closing delimiter may be arriving.
    const end = this.#source.length - (/(?:\$\$?|\\\]?)\s*$/.exec(this.#source.slice(-50))?.[0].length ?? 0);
    if (end <= this.#shownLength) return;
    // Another script may have typeset the source.
    if (this.#text.parentNode !== this.element) this.element.replaceChildren(this.#text);
    this.#text.appendData(this.#source.slice(this.#shownLength, end));
    this.#shownLength = end;
  }

  override finish(): void {
    keepSelection([this.element], () => {
      this.#render();
      return [this.element];
    });
  }

  #render(): void {
    const open = this.#open;
    const end = this.#indexOfEnd(this.#source);
    if (end < 0) {
      const source = open + this.#source.trimEnd();
      this.#replace(createElement('p'));
      if (source.length > MAX_UNCLOSED_LENGTH) return this.element.append(source);
      return this.#write(source, this.element);
    }
    const after = end + this.#close.length;
    const raw = open + this.#source.slice(0, after);
    const source = this.#source.slice(0, open ? end : after).trim();
    this.#replace(createFormula({ raw, source, isBlock: true }));
    this.#showRest(this.#source.slice(after).trim());
    this.element = renderFormula(this.element, this.#context.math!);
  }

  /** Shows text after the closing delimiter as a paragraph. */
  #showRest(rest: string): void {
    if (!rest) return;
    const paragraph = (this.rest = createElement('p'));
    this.element.after(paragraph);
    this.#write(rest, paragraph);
  }

  #write(source: string, parent: HTMLElement): void {
    const text = new InlineText(parent, this.#context);
    text.append(source);
    text.finish();
  }

  /** Three dollar signs are not a delimiter. */
  #indexOfEnd(text: string): number {
    return this.#close === '$$' ? text.search(/(?<!\$)\$\$(?!\$)/) : text.indexOf(this.#close);
  }

  #replace(by: HTMLElement): void {
    this.element.replaceWith(by);
    this.element = by;
  }
}
