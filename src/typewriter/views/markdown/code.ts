/** The blocks of code: fenced and indented. */
import { Block } from './block.ts';
import { CodeLines } from './code-lines.ts';
import type { RenderContext } from './context.ts';
import { callInPlace } from './hooks.ts';
import { unescape } from './entities.ts';
import type { Line } from './line.ts';
import { keepSelection } from './selection.ts';
import { createElement } from './elements.ts';

/** Arriving code is highlighted from this length on, in characters. */
const MIN_LENGTH = 500;
/** It is highlighted again after growing by this factor, so that the total work is linear in its length. */
const MIN_GROWTH = 1.3;
/** The minimum time between two calls of the highlighter, in milliseconds. */
const MIN_INTERVAL = 250;
/** Where a call takes longer, in milliseconds, the next one is that for the complete code: it would hold a frame longer. */
const MAX_HIGHLIGHT_TIME = 50;

/** A code block. Text is only appended: no line is processed twice, however long the block. */
abstract class Code extends Block {
  override readonly isRaw = true;
  element: HTMLElement;
  protected readonly code: HTMLElement = createElement('code');
  readonly #lines: CodeLines = new CodeLines(this.code);
  readonly #context: RenderContext;
  readonly #language: string | undefined;
  #length = 0;
  /** The length of the code when it was last highlighted, and the time of that. */
  #highlightedLength = 0;
  #highlightTime = 0;
  /** The index at which the arriving line starts. */
  #lineStart = 0;

  constructor(info: string, context: RenderContext) {
    super();
    this.#context = context;
    this.#language = /^[^\s`]+/.exec(unescape(info.trim()))?.[0];
    // Highlighters look for this class.
    if (this.#language) this.code.className = `language-${this.#language}`;
    this.element = createElement('pre', [this.code]);
    this.element.dir = 'ltr';
    // Long lines scroll, and the keyboard scrolls only an element that can have the focus.
    this.element.tabIndex = 0;
  }

  override get caret(): Element | undefined {
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
    if (!highlight || this.#length < Math.max(MIN_LENGTH, this.#highlightedLength * MIN_GROWTH)) return;
    const now = performance.now();
    if (this.#lineStart !== this.#length || now - this.#highlightTime < MIN_INTERVAL) return;
    this.#highlightedLength = this.#length;
    this.#highlightTime = now;
    // The hook gets a copy in a block: it may change both freely, also later, while the original grows.
    const copy = this.code.cloneNode() as HTMLElement;
    const box = createElement('div', [createElement('pre', [copy])]);
    const { text } = this.#lines;
    copy.textContent = text;
    const adopt = (isComplete: boolean): void => {
      const code = box.querySelector('code');
      if (!isComplete || this.#highlightedLength !== text.length || !code?.childElementCount) return;
      if (code.textContent !== text) return;
      // A theme may colour the text by the elements in the code, and the background by the class of the code.
      if (code.className) this.code.className = code.className;
      keepSelection([this.code], () => this.#lines.replace([...code.childNodes], text.length));
    };
    highlight(adopt, copy, this.#language, false);
    // The block will never be as long, so that it is not highlighted again before its end.
    if (performance.now() - now > MAX_HIGHLIGHT_TIME) this.#highlightedLength = Infinity;
  }

  override finish(): void {
    this.#lines.show();
    const { highlight } = this.#context;
    if (!highlight) return this.#lines.join();
    // What the highlighter makes of arriving code, and returns later, is dropped from now on.
    this.#highlightedLength = Infinity;
    // The hook gets the code as one text node.
    const { text } = this.#lines;
    const restore = (): void => this.code.replaceChildren(text);
    const call = (): void =>
      void highlight(
        (isComplete) => isComplete || this.code.textContent === text || restore(),
        this.code,
        this.#language,
        true,
      );
    keepSelection([this.code], () => {
      restore();
      const shown = callInPlace(this.element, call);
      if (!this.element.parentNode) {
        this.element = shown;
        shown.dir ||= 'ltr';
      }
      return [shown];
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
  readonly #isMarkdown: boolean;
  /** The number of open code blocks in the markdown that the block shows. */
  #openFences = 0;
  #isFenceLine = true;

  constructor(fence: string, indent: number, info: string, context: RenderContext) {
    super(info, context);
    this.#fence = fence;
    this.#indent = indent;
    this.#isMarkdown = /^\s*(?:markdown|mdx?)\b/i.test(info);
  }

  override continues(line: Line, _tip: Block, isComplete: boolean): boolean | 'end' | 'wait' {
    const { content, indent } = line;
    if (indent < 4 && (content[0] === this.#fence[0] || !content)) {
      const [run = ''] = content.startsWith('`') ? /^`*/.exec(content)! : /^~*/.exec(content)!;
      const info = content.slice(run.length).trim();
      if (!info && !isComplete) return 'wait';
      if (isComplete && run && run.length >= this.#fence.length) {
        if (!info && !this.#openFences) return 'end';
        // Models show markdown with code in it between fences that are not longer than those of the code.
        if (!info) this.#openFences--;
        else if (this.#isMarkdown && !info.includes('`')) this.#openFences++;
      }
    }
    line.skipIndent(this.#indent);
    return true;
  }

  override endLine(): void {
    // The first line is the fence itself.
    if (this.#isFenceLine) this.#isFenceLine = false;
    else super.endLine();
  }
}

/** https://spec.commonmark.org/0.31.2/#indented-code-blocks */
export class IndentedCode extends Code {
  readonly type = 'code';
  /** Blank lines, which belong to the block only if more code follows. */
  #blankLines = '';
  #isLineBlank = true;

  constructor(context: RenderContext) {
    super('', context);
  }

  override continues(line: Line): boolean {
    if (line.indent < 4 && !line.isBlank) return false;
    line.skipIndent(4);
    return true;
  }

  override add(text: string): void {
    if (this.#isLineBlank && !text.trim()) {
      this.#blankLines += text;
      return;
    }
    for (const blank of this.#blankLines.match(/[^\n]*\n|[^\n]+/g) ?? []) this.append(blank);
    this.#blankLines = '';
    this.#isLineBlank = false;
    super.add(text);
  }

  override endLine(): void {
    if (this.#isLineBlank) this.#blankLines += '\n';
    else super.endLine();
    this.#isLineBlank = true;
  }
}
