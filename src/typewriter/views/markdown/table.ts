/** Tables, and how their lines are split into cells. */
import { Block } from './block.ts';
import type { RenderContext } from './context.ts';
import { InlineText } from './inline-text.ts';
import type { Line } from './line.ts';
import { directionOf } from './direction.ts';
import { createElement } from './elements.ts';
import { Throttle } from './throttle.ts';

/** A table with more columns is text. */
const MAX_COLUMNS = 200;
/** The maximum number of cells added to short rows, per table: with a wide head, each letter could create hundreds. */
const MAX_EMPTY_CELLS = 10_000;
/** While a longer row arrives, in characters, its end is not shown: code or a formula may turn a pipe into text. */
const LONG_ROW = 5000;
/** The length of that end, which is that of the longest code or formula which is searched for. */
const UNDECIDED_LENGTH = 310;

/** Splits a row into cells. https://github.github.com/gfm/#tables-extension- */
function splitRow(row: string): string[] {
  const text = row.trim().replace(/^\|/, '');
  const cells = text.split(/(?<!\\)\|/);
  if (cells.length > 1 && !cells.at(-1)!.trim()) cells.pop();
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

const CODE = /(?<!`)(`+)(?!`)[^`](?:.{0,300}?[^`])??\1(?!`)/g;
const FORMULA = /\$(?![\s$])(?:[^$\\`]|\\.){0,300}?(?:[^\s\\$`]|\\\S)\$(?!\w)|\\\(.{1,300}?\\\)/g;

/**
 * Splits a row into cells. If there are more cells than columns, pipes in code and formulas do not separate cells, as
 * models intend.
 *
 * @param math The hook for formulas. Without it they are text
 * @param isArriving Whether more of the row may follow
 */
export function cellsOf(row: string, columns: number, math: unknown, isArriving = false): string[] {
  const hidden = isArriving && row.length > LONG_ROW ? UNDECIDED_LENGTH : 0;
  const split = (text: string): string[] => {
    const shown = text.slice(0, text.length - hidden);
    // A backslash at the end may escape the next character.
    return splitRow(isArriving ? shown.replace(/[\\\uD800-\uDBFF]$/, '') : shown);
  };
  const cells = split(row);
  if (cells.length <= columns) return cells;
  const protect = (text: string): string => text.replace(/\\?\|/g, '\\|');
  const protectedRow = row.replace(CODE, protect);
  return split(math ? protectedRow.replace(FORMULA, protect) : protectedRow);
}

type Alignment = string | undefined;

/** The alignments of columns, by their delimiter cells with one dash. */
const ALIGNMENTS: Readonly<Record<string, string>> = { ':-': 'left', '-:': 'right', ':-:': 'center' };

/** Parses the delimiter row of a table. Returns the alignment of each column, or `undefined` for any other line. */
export function alignments(line: string): Alignment[] | undefined {
  if (!/[|:]/.test(line)) return undefined;
  const cells = splitRow(line);
  if (cells.length > MAX_COLUMNS || !cells.every((cell) => /^:?-+:?$/.test(cell))) return undefined;
  return cells.map((cell) => ALIGNMENTS[cell.replace(/-+/, '-')]);
}

/** A cell and its text so far. */
interface Cell {
  readonly element: HTMLElement;
  text: InlineText;
  source: string;
  isComplete: boolean;
}

/** A table. Rows are only added, and cells only grow. */
export class Table extends Block {
  readonly type = 'table';
  readonly element: HTMLElement;
  readonly #context: RenderContext;
  readonly #alignments: readonly Alignment[];
  readonly #body: HTMLElement = createElement('tbody');
  #line = '';
  readonly #throttle = new Throttle();
  /** The arriving row. */
  #row: HTMLElement | undefined;
  #cells: Cell[] = [];
  /** The number of its cells that have arrived, at least 1. */
  #arrivedCount = 1;
  /** The number of cells added to complete rows that were too short. */
  #fillerCount = 0;

  constructor(head: readonly string[], columns: readonly Alignment[], context: RenderContext) {
    super();
    this.#context = context;
    this.#alignments = columns;
    const row = createElement('tr');
    for (const [at, source] of head.entries()) {
      const cell = this.#createCell('th', at);
      this.#updateCell(cell, source, true);
      row.append(cell.element);
    }
    const direction = directionOf(head.join(' '));
    this.element = createElement('table', [createElement('thead', [row]), this.#body]);
    if (direction) this.element.dir = direction;
    // Wide tables scroll, as long lines of code do.
    this.element.tabIndex = 0;
  }

  override continues(line: Line): boolean {
    return !line.isBlank;
  }

  override add(content: string): void {
    this.#line += content;
  }

  override get caret(): Element {
    const row = this.#row ?? this.#body.lastElementChild ?? this.element.querySelector('tr');
    // The cells after the arriving one are empty.
    return (this.#row ? row?.children[this.#arrivedCount - 1] : row?.lastElementChild) ?? this.element;
  }

  override show(): void {
    if (!this.#line || !this.#throttle.start(this.#line.length)) return;
    this.#showRow(false);
    this.#throttle.end();
  }

  override endLine(): void {
    if (!this.#line) return;
    this.#showRow(true);
    this.#row = undefined;
    this.#line = '';
    this.#throttle.reset();
  }

  #showRow(isComplete: boolean): void {
    const columns = this.#alignments.length;
    // Surplus cells are dropped, as on GitHub.
    const sources = cellsOf(this.#line, columns, this.#context.math, !isComplete).slice(0, columns);
    if (!this.#row) {
      this.#row = createElement('tr');
      this.#cells = [];
      this.#arrivedCount = 1;
      this.#body.append(this.#row);
    }
    const countBefore = this.#arrivedCount;
    this.#arrivedCount = Math.max(1, sources.length);
    const empty = Math.min(columns - this.#arrivedCount, MAX_EMPTY_CELLS - this.#fillerCount);
    while (this.#cells.length < this.#arrivedCount + empty) {
      const cell = this.#createCell('td', this.#cells.length);
      this.#cells.push(cell);
      this.#row.append(cell.element);
    }
    // The last cells are empty again if a pipe before them turned out to be in code.
    for (let at = 0; at < countBefore || at < this.#arrivedCount; at++)
      this.#updateCell(this.#cells[at]!, sources[at] ?? '', at < sources.length - Number(!isComplete));
    if (isComplete) this.#fillerCount += empty;
  }

  #createCell(tag: string, at: number): Cell {
    const cell = createElement(tag);
    const align = this.#alignments[at];
    if (align) cell.style.textAlign = align;
    return { element: cell, text: new InlineText(cell, this.#context), source: '', isComplete: false };
  }

  #updateCell(cell: Cell, source: string, isComplete: boolean): void {
    if (source === cell.source && isComplete === cell.isComplete) return;
    if (cell.isComplete || !source.startsWith(cell.source)) {
      cell.text.remove();
      cell.element.removeAttribute('dir');
      cell.text = new InlineText(cell.element, this.#context);
      cell.source = '';
    }
    // A cell without letters, such as a number, has the direction of the table.
    const direction = directionOf(source) ? cell.element.dir || 'auto' : '';
    if (!direction) cell.element.removeAttribute('dir');
    else if (direction !== cell.element.dir) cell.element.dir = direction;
    cell.text.append(source.slice(cell.source.length));
    cell.source = source;
    cell.isComplete = isComplete;
    if (isComplete) cell.text.finish();
    else cell.text.show();
  }
}
