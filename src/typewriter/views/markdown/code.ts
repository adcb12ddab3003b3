import { Block } from './block.ts';
import { CodeLines } from './code-lines.ts';
import type { RenderContext } from './context.ts';
import { unescape } from './links.ts';
import type { Line } from './line.ts';
import { keepSelection } from './selection.ts';
import { element } from './elements.ts';

/** Code that is arriving is highlighted from this length on, in characters. */
const SHORT = 500;
/** It is highlighted again when it has grown by this factor: so all of it together is linear in its length. */
const GROWTH = 1.3;
/** And not more often than this, in milliseconds. */
const PAUSE = 250;

/** Code. It is only ever appended to: however long the block, no line is read twice. */
abstract class Code extends Block {
  override readonly isRaw = true;
  readonly element: HTMLElement;
  protected readonly code: HTMLElement = element('code');
  readonly #lines: CodeLines = new CodeLines(this.code);
  readonly #context: RenderContext;
  readonly #language: string | undefined;
  #length = 0;
  /** How long the code was when it was highlighted last, and when that was. */
  #highlighted = 0;
  #highlightedAt = 0;
  /** Where the line begins that is arriving. */
  #lineStart = 0;

  constructor(info: string, context: RenderContext) {
    super();
    this.#context = context;
    this.#language = /^[^\s`]+/.exec(unescape(info.trim()))?.[0];
    // As highlighters look for it.
    if (this.#language) this.code.className = `language-${this.#language}`;
    this.element = element('pre', [this.code]);
    this.element.dir = 'ltr';
    // Long lines scroll, which a keyboard can do where the focus is.
    this.element.tabIndex = 0;
  }

  override get caret(): Element {
    return this.#lines.last;
  }

  override add(text: string): void {
    if (text) this.append(text);
  }

  override endLine(): void {
    this.append('\n');
    this.#lineStart = this.#length;
  }

  override show(): void {
    this.#lines.show();
    const { highlight } = this.#context;
    if (!highlight || this.#length < Math.max(SHORT, this.#highlighted * GROWTH)) return;
    const now = performance.now();
    if (this.#lineStart !== this.#length || now - this.#highlightedAt < PAUSE) return;
    this.#highlighted = this.#length;
    this.#highlightedAt = now;
    // A copy: the page's function may do with it what it likes, and code goes on arriving.
    const copy = this.code.cloneNode() as HTMLElement;
    copy.textContent = this.code.textContent;
    highlight(copy, this.#language, false);
    if (copy.textContent === this.code.textContent && copy.childElementCount)
      keepSelection([this.code], () => this.#lines.replace([...copy.childNodes]));
  }

  override finish(): void {
    this.#lines.show();
    const { highlight } = this.#context;
    if (!highlight) return;
    keepSelection([this.code], () => {
      // As one text, whatever has been made of it before.
      if (this.#highlighted) this.#lines.replace([document.createTextNode(this.code.textContent)]);
      const { textContent } = this.code;
      if (!highlight(this.code, this.#language, true) && this.code.textContent !== textContent)
        this.#lines.replace([document.createTextNode(textContent)]);
    });
  }

  protected append(piece: string): void {
    this.#lines.add(piece);
    this.#length += piece.length;
  }
}

/** https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
export class Fence extends Code {
  readonly type = 'fence';
  readonly #fence: string;
  readonly #indent: number;
  #isFirst = true;

  constructor(fence: string, indent: number, info: string, context: RenderContext) {
    super(info, context);
    this.#fence = fence;
    this.#indent = indent;
  }

  continues(line: Line, _tip: Block, isComplete: boolean): boolean | 'end' | 'wait' {
    const { content, indent } = line;
    if (indent < 4 && (content[0] === this.#fence[0] || !content)) {
      const [run = ''] = content.startsWith('`') ? /^`*/.exec(content)! : /^~*/.exec(content)!;
      const isMark = content.slice(run.length).trim() === '';
      if (isMark && isComplete && content && run.length >= this.#fence.length) return 'end';
      if (isMark && !isComplete) return 'wait';
    }
    line.skipIndent(this.#indent);
    return true;
  }

  override endLine(): void {
    // The line of the fence itself.
    if (this.#isFirst) this.#isFirst = false;
    else super.endLine();
  }
}

/** https://spec.commonmark.org/0.31.2/#indented-code-blocks */
export class IndentedCode extends Code {
  readonly type = 'code';
  /** Blank lines, which belong to the block where more code follows. */
  #blank = '';
  #isBlank = true;

  constructor(context: RenderContext) {
    super('', context);
  }

  continues(line: Line): boolean {
    if (line.indent < 4 && !line.isBlank) return false;
    line.skipIndent(4);
    return true;
  }

  override add(text: string): void {
    if (this.#isBlank && !text.trim()) {
      this.#blank += text;
      return;
    }
    for (const blank of this.#blank.match(/[^\n]*\n|[^\n]+/g) ?? []) this.append(blank);
    this.#blank = '';
    this.#isBlank = false;
    super.add(text);
  }

  override endLine(): void {
    if (this.#isBlank) this.#blank += '\n';
    else super.endLine();
    this.#isBlank = true;
  }
}
