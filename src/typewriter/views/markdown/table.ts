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
function splitRow(row: string): string[] {
  const text = row.trim().replace(/^\|/, '');
  const cells = text.split(text.includes('\\') ? /(?<!(?<!\\)\\(?:\\\\)*)\|/ : '|');
  if (cells.length > 1 && !cells.at(-1)!.trim()) cells.pop();
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

const CODE = /(?<!`)(`+)(?!`)[^`](?:.{0,300}?[^`])??\1(?!`)/g;
const FORMULA = /\$(?![\s$])(?:[^$\\`]|\\.){0,300}?(?:[^\s\\$`]|\\\S)\$(?!\w)|\\\(.{1,300}?\\\)/g;

/**
 * The cells of a row of a table with so many columns. Where they are too many, pipes in code and formulas stand for
 * themselves, as models mean them.
 */
export function cellsOf(row: string, columns: number, math: boolean): string[] {
  const cells = splitRow(row);
  if (cells.length <= columns) return cells;
  const protect = (text: string): string => text.replace(/\\?\|/g, '\\|');
  const kept = row.replace(CODE, protect);
  return splitRow(math ? kept.replace(FORMULA, protect) : kept);
}

type Alignment = string | undefined;

/** The alignments that the line under the head of a table gives to its columns. */
export function alignments(line: string): Alignment[] | undefined {
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

/** A cell, and what has been written into it. */
interface Cell {
  readonly element: HTMLElement;
  text: InlineText;
  source: string;
  isComplete: boolean;
}

/** A table. Rows are only ever added, and cells only ever grow. */
export class Table extends Block {
  readonly type = 'table';
  readonly element: HTMLElement;
  readonly #context: RenderContext;
  readonly #alignments: readonly Alignment[];
  readonly #body: HTMLElement = element('tbody');
  #line = '';
  /** The row that is arriving. */
  #row: HTMLElement | undefined;
  #cells: Cell[] = [];
  /** How many of its cells have arrived. */
  #arrived = 1;
  #empty = 0;

  constructor(head: readonly string[], columns: readonly Alignment[], context: RenderContext) {
    super();
    this.#context = context;
    this.#alignments = columns;
    const row = element('tr');
    for (const [at, source] of head.entries()) {
      const cell = this.#createCell('th', at);
      this.#write(cell, source, true);
      row.append(cell.element);
    }
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
    return this.#row ? row.children[this.#arrived - 1]! : row.lastElementChild!;
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
    const columns = this.#alignments.length;
    // A backslash or a pipe at the end may yet be something else.
    const line = isComplete ? this.#line : this.#line.replace(/\\$/, '');
    // What is too much is dropped, as GitHub does.
    const sources = cellsOf(line, columns, Boolean(this.#context.math)).slice(0, columns);
    this.#arrived = Math.max(1, sources.length);
    if (!this.#row) {
      this.#row = element('tr');
      this.#cells = [];
      this.#body.append(this.#row);
    }
    const empty = Math.min(columns - this.#arrived, MOST_EMPTY_CELLS - this.#empty);
    while (this.#cells.length < this.#arrived + empty) {
      const cell = this.#createCell('td', this.#cells.length);
      this.#cells.push(cell);
      this.#row.append(cell.element);
    }
    for (const [at, source] of sources.entries())
      this.#write(this.#cells[at]!, source, isComplete || at < sources.length - 1);
    if (isComplete) this.#empty += empty;
  }

  #createCell(tag: string, at: number): Cell {
    const cell = element(tag);
    const align = this.#alignments[at];
    if (align) cell.style.textAlign = align;
    return { element: cell, text: new InlineText(cell, this.#context), source: '', isComplete: false };
  }

  #write(cell: Cell, source: string, isComplete: boolean): void {
    if (source === cell.source && isComplete === cell.isComplete) return;
    if (cell.isComplete || !source.startsWith(cell.source)) {
      cell.element.replaceChildren();
      cell.element.removeAttribute('dir');
      cell.text = new InlineText(cell.element, this.#context);
      cell.source = '';
    }
    // Numbers have the direction of the table.
    if (!cell.element.dir && directionOf(source)) cell.element.dir = 'auto';
    cell.text.append(source.slice(cell.source.length));
    cell.source = source;
    cell.isComplete = isComplete;
    if (isComplete) cell.text.finish();
    else cell.text.show();
  }
}
