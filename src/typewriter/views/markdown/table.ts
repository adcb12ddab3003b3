import { Block } from './block.ts';
import type { RenderContext } from './context.ts';
import { InlineText } from './inline-text.ts';
import type { Line } from './line.ts';
import { directionOf } from './direction.ts';
import { element } from './elements.ts';

/** A table that is wider is text. */
const MOST_COLUMNS = 200;
/** Rows that are too short are filled up with so many cells in all: a head of many columns would make a cell of each letter. */
const MOST_EMPTY_CELLS = 10_000;
/** A longer row is shown when it is complete. */
const LONGEST_ROW = 5000;

/** The cells of a row. https://github.github.com/gfm/#tables-extension- */
export function splitRow(row: string): string[] {
  const text = row.trim().replace(/^\|/, '');
  const cells = text.split(/(?<!(?<!\\)\\(?:\\\\)*)\|/);
  if (cells.length > 1 && !cells.at(-1)!.trim()) cells.pop();
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** The alignments that the line under the head of a table gives to its columns. */
export function alignments(line: string): (string | undefined)[] | undefined {
  if (!/[|:]/.test(line)) return undefined;
  const cells = splitRow(line);
  if (cells.length > MOST_COLUMNS || !cells.every((cell) => /^:?-+:?$/.test(cell))) return undefined;
  return cells.map((cell) =>
    cell.endsWith(':')
      ? cell.startsWith(':')
        ? 'center'
        : 'right'
      : cell.startsWith(':')
        ? 'left'
        : undefined,
  );
}

/** A table. Rows are only ever added. */
export class Table extends Block {
  readonly type = 'table';
  readonly element: HTMLElement;
  readonly #context: RenderContext;
  readonly #alignments: readonly (string | undefined)[];
  readonly #body: HTMLElement = element('tbody');
  #line = '';
  #row: HTMLElement | undefined;
  #empty = 0;
  /** How many cells of the row have arrived. */
  #cells = 1;

  constructor(head: readonly string[], line: string, context: RenderContext) {
    super();
    this.#context = context;
    this.#alignments = alignments(line)!;
    const row = element('tr');
    for (const [at, cell] of head.entries()) row.append(this.#cell('th', cell, at, true));
    const direction = directionOf(head.join(' '));
    this.element = element('table', [element('thead', [row]), this.#body]);
    if (direction) this.element.dir = direction;
  }

  continues(line: Line): boolean {
    return !line.isBlank;
  }

  override add(content: string): void {
    this.#line += content;
  }

  override get caret(): Element {
    const row = this.#row ?? this.#body.lastElementChild ?? this.element.querySelector('tr')!;
    // The cells behind are empty yet.
    return this.#row ? row.children[this.#cells - 1]! : row.lastElementChild!;
  }

  override show(): void {
    if (this.#line && this.#line.length < LONGEST_ROW) this.#showRow(false);
  }

  override endLine(): void {
    if (!this.#line) return;
    this.#showRow(true);
    this.#row = undefined;
    this.#line = '';
  }

  #showRow(isComplete: boolean): void {
    // A backslash or a pipe at the end may yet be something else.
    const cells = splitRow(isComplete ? this.#line : this.#line.replace(/\\$/, ''));
    this.#cells = Math.max(1, Math.min(cells.length, this.#alignments.length));
    const row = element('tr');
    for (let at = 0; at < this.#alignments.length; at++) {
      const isLast = at === cells.length - 1;
      if (at >= cells.length && ++this.#empty > MOST_EMPTY_CELLS) break;
      row.append(this.#cell('td', cells[at] ?? '', at, isComplete || !isLast));
    }
    if (!isComplete) this.#empty -= Math.max(0, this.#alignments.length - cells.length);
    if (this.#row) this.#row.replaceWith(row);
    else this.#body.append(row);
    this.#row = row;
  }

  #cell(tag: string, source: string, at: number, isComplete: boolean): HTMLElement {
    const cell = element(tag);
    // Numbers have the direction of the table.
    if (!directionOf(source)) cell.removeAttribute('dir');
    const align = this.#alignments[at];
    if (align) cell.style.textAlign = align;
    const text = new InlineText(cell, this.#context);
    text.append(source);
    if (isComplete) text.finish();
    else text.show();
    return cell;
  }
}
