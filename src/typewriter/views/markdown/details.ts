/** A `<details>` element and its summary. */
import { Block } from './block.ts';
import { Container } from './containers.ts';
import type { RenderContext } from './context.ts';
import { createElement } from './elements.ts';
import { InlineText } from './inline-text.ts';
import type { Line } from './line.ts';
import { SUMMARY_END } from './openings.ts';

/** A `<details>` element, whose content is markdown. */
export class Details extends Container {
  readonly type = 'details';
  readonly element: HTMLDetailsElement = createElement('details');

  constructor(isOpen: boolean) {
    super();
    this.element.open = isOpen;
  }

  override continues(line: Line, tip: Block, isComplete: boolean): boolean | 'end' | 'wait' {
    if (tip.type === 'fence' || line.indent >= 4) return true;
    const { content } = line;
    if (/^<\/details>[ \t]*$/i.test(content)) return isComplete ? 'end' : 'wait';
    return isComplete || !content || !'</details>'.startsWith(content.toLowerCase()) || 'wait';
  }
}

/** The `<summary>` of a `<details>` element. */
export class Summary extends Block {
  readonly type = 'summary';
  override readonly isRaw = true;
  readonly element: HTMLElement = createElement('summary');
  /** Whether it has been opened and closed in one line: what follows goes beside it. */
  readonly isWhole: boolean;
  readonly #text: InlineText;
  /** The arriving line. */
  #line = '';

  constructor(text: string | undefined, context: RenderContext) {
    super();
    this.#text = new InlineText(this.element, context);
    this.isWhole = text !== undefined;
    if (text === undefined) return;
    this.#text.append(text);
    this.finish();
  }

  override continues(line: Line): boolean {
    line.skipIndent();
    return !line.isBlank;
  }

  override endsWith(content: string): boolean {
    return SUMMARY_END.test(content);
  }

  override add(content: string): void {
    if (!this.#line && !this.#text.isEmpty) this.#text.append('\n');
    this.#line += content;
    this.#text.append(content);
  }

  override show(): void {
    this.#text.show(this.#surplus);
  }

  override endLine(): void {
    this.#text.removeLast(this.#surplus);
    this.#line = '';
  }

  override finish(): void {
    this.#text.finish();
  }

  /** The length of the end tag. If text follows it, all of it is text. */
  get #surplus(): number {
    return /(?:<\/summary>\s*)?$/i.exec(this.#line.slice(-50))![0].length;
  }
}
