import { Block } from './block.ts';
import type { RenderContext } from './context.ts';
import { element } from './elements.ts';
import { InlineText } from './inline-text.ts';
import type { Line } from './line.ts';
import { renderMath } from './spans.ts';

/** What ends a formula; three dollars are no mark. */
const ENDS: Readonly<Record<'$$' | '\\]', RegExp>> = { $$: /(?<!\$)\$\$(?!\$)/, '\\]': /\\\]/ };

/** What does not stand in a formula: one that was opened is none, and must not take in the rest of the answer. */
const NO_FORMULA = /^(?:#{1,6}[ \t]|`{3}|~{3}|\*\*)/;
const MAY_BE_NONE = /^(?:#{1,6}|`{1,2}|~{1,2}|\*)$/;

/** A formula that stands by itself. Its source is shown until it is complete. */
export class MathBlock extends Block {
  readonly type = 'math';
  override readonly isRaw = true;
  element: HTMLElement;
  readonly #end: keyof typeof ENDS;
  readonly #context: RenderContext;
  readonly #text = new Text();
  #source = '';
  /** How much of the source is shown. */
  #shown = 0;
  /** Whether the mark stands alone in its line: only then may blank lines stand in the formula. */
  #isBare: boolean | undefined;

  constructor(end: keyof typeof ENDS, context: RenderContext) {
    super();
    this.#end = end;
    this.#context = context;
    this.element = renderMath({ raw: '', source: '', isBlock: true });
    this.element.append(this.#text);
  }

  continues(line: Line, _tip: Block, isComplete: boolean): boolean | 'wait' {
    if (line.isBlank) return this.#isBare!;
    const { content } = line;
    if (!isComplete && (MAY_BE_NONE.test(content) || this.#end.startsWith(content))) return 'wait';
    return !NO_FORMULA.test(content);
  }

  override endsWith(content: string, isComplete: boolean): boolean {
    return isComplete && this.#endIn(content) >= 0;
  }

  override add(text: string): void {
    this.#source += text;
  }

  override endLine(): void {
    this.#isBare ??= !this.#source.trim();
    this.#source += '\n';
  }

  override show(): void {
    // Its end may be arriving.
    const end = this.#source.length - (/(?:\$\$?|\\\]?)\s*$/.exec(this.#source.slice(-50))?.[0].length ?? 0);
    if (end <= this.#shown) return;
    this.#text.appendData(this.#source.slice(this.#shown, end));
    this.#shown = end;
  }

  override finish(): void {
    const open = this.#end === '$$' ? '$$' : '\\[';
    const end = this.#endIn(this.#source);
    if (end < 0) {
      this.#replace(element('p', [open + this.#source.trimEnd()]));
      return;
    }
    const raw = open + this.#source.slice(0, end) + this.#end;
    const source = this.#source.slice(0, end).trim();
    this.#replace(renderMath({ raw, source, isBlock: true }));
    this.#showRest(this.#source.slice(end + 2).trim());
    if (!this.#context.math!(this.element, source, true)) this.#replace(element('p', [raw]));
  }

  /** What follows the end in its line is a paragraph. */
  #showRest(rest: string): void {
    if (!rest) return;
    const paragraph = element('p');
    this.element.after(paragraph);
    const text = new InlineText(paragraph, this.#context);
    text.append(rest);
    text.finish();
  }

  #endIn(text: string): number {
    return text.search(ENDS[this.#end]);
  }

  #replace(by: HTMLElement): void {
    this.element.replaceWith(by);
    this.element = by;
  }
}
