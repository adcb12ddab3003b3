/** Raw HTML that is a block. */
import { Block } from './block.ts';
import type { RenderContext } from './context.ts';
import { createElement, isText } from './elements.ts';
import type { Line } from './line.ts';
import { endsHtml } from './openings.ts';

/** An HTML block. It is shown as text unless the page has a sanitizer. */
export class HtmlBlock extends Block {
  readonly type = 'html';
  readonly element: HTMLElement;
  override readonly isRaw = true;
  readonly #context: RenderContext;
  readonly #kind: number;
  #source = '';
  /** Text that is not in the page yet: the browser looks for the direction of all of it at each change. */
  #pending = '';

  constructor(kind: number, context: RenderContext) {
    super();
    this.#context = context;
    this.#kind = kind;
    this.element = createElement(context.sanitize ? 'div' : 'p');
  }

  override continues(line: Line): boolean {
    return this.#kind < 5 || !line.isBlank;
  }

  override endsWith(content: string): boolean {
    return endsHtml(this.#kind, content);
  }

  override add(content: string): void {
    this.#pending += this.#source.endsWith('\n') ? `\n${content}` : content;
    this.#source += content;
  }

  override show(): void {
    if (this.#context.sanitize || !this.#pending) return;
    const last = this.element.lastChild;
    if (isText(last)) last.appendData(this.#pending);
    else this.element.append(this.#pending);
    this.#pending = '';
  }

  override endLine(): void {
    this.#source += '\n';
  }

  override finish(): void {
    this.show();
    const source = this.#source.trimEnd();
    const result = this.#context.sanitize?.(undefined, source);
    if (result || this.element.textContent !== source) this.element.replaceChildren(result ?? source);
  }
}
