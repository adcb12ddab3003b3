import { Block } from './block.ts';
import type { Container } from './containers.ts';
import type { RenderContext } from './context.ts';
import { mayBeDefinition, mayBeginWithDefinition, takeDefinitions } from './links.ts';
import { InlineText } from './inline-text.ts';
import type { Line } from './line.ts';
import { keepSelection } from './selection.ts';
import { element } from './elements.ts';
import { alignments, cellsOf } from './table.ts';

/** A longer line is no head of a table. */
const LONGEST_HEAD = 10_000;

/** Definitions are looked for in no more of a paragraph than this at once. */
const LONGEST_BEGINNING = 5000;

/** A paragraph; in an item of a tight list, text. */
export class Paragraph extends Block {
  readonly type = 'paragraph';
  element: HTMLElement | undefined;
  readonly #context: RenderContext;
  readonly #parent: HTMLElement;
  readonly #first: number;
  readonly #text: InlineText;
  /** The text, while it may begin with a definition. */
  #beginning: string | undefined = '';
  /** The line that is arriving. */
  #line = '';
  /** The last complete line, where it may be the head of a table. */
  #head: string | undefined;
  #isFirstLine = true;
  /** Stands for the paragraph while there is nothing to show. */
  #place: Text | undefined;

  constructor(parent: Container, task: string | undefined, context: RenderContext) {
    super();
    this.#context = context;
    const { body } = parent;
    if (parent.isLoose) this.element = element('p');
    this.#parent = this.element ?? body;
    this.#first = this.#parent.hasChildNodes() ? this.#parent.childNodes.length : 0;
    if (task !== undefined) {
      this.#parent.append(checkbox(task), ' ');
      // GitHub's name for it.
      body.classList.add('task-list-item');
    }
    this.#text = new InlineText(this.#parent, context);
  }

  override get caret(): Element {
    return this.element ?? this.#parent;
  }

  continues(line: Line): boolean {
    return !line.isBlank;
  }

  override add(content: string): void {
    if (!this.#line && content && !this.#isFirstLine) {
      this.#head = undefined;
      // Nothing but a title may follow a definition on the next line.
      if (content.startsWith('[')) this.#takeDefinitions();
      if (!this.#text.isEmpty) this.#append('\n');
    }
    this.#line += content;
    this.#append(content);
  }

  override endLine(): void {
    const isHead = this.#line.length < LONGEST_HEAD && /(?:^|[^\\])\|/.test(this.#line);
    this.#head = isHead ? this.#line : undefined;
    this.#line = '';
    this.#isFirstLine = false;
  }

  override show(): void {
    if (!this.#beginning || !mayBeDefinition(this.#beginning)) {
      if (this.#beginning?.includes(']:')) this.#takeDefinitions(false);
      this.#text.show(this.#hidden());
    }
    this.#enter();
  }

  override canUnderline(as: 'heading' | 'table', line: string): boolean {
    if (as === 'heading')
      return this.#beginning === undefined || takeDefinitions(this.#beginning).rest !== '';
    const columns = alignments(line)?.length;
    return columns !== undefined && this.#headCells(columns)?.length === columns;
  }

  /** Makes a heading of the paragraph. */
  underline(depth: number): HTMLElement {
    this.#settle();
    const heading = element(`h${depth}`);
    const nodes = [...this.#parent.childNodes].slice(this.element ? 0 : this.#first);
    keepSelection(nodes, () => {
      nodes[0]?.before(heading);
      heading.append(...nodes);
      (this.element?.parentNode ? this.element : this.#place)?.replaceWith(heading);
    });
    return heading;
  }

  /** Takes the last line off the paragraph: it is the head of a table, by the line under it. */
  takeHead(columns: number): string[] {
    const cells = this.#headCells(columns)!;
    this.#text.removeLast(this.#head!.length);
    this.finish();
    return cells;
  }

  #headCells(columns: number): string[] | undefined {
    return this.#head === undefined ? undefined : cellsOf(this.#head, columns, Boolean(this.#context.math));
  }

  /** The text of a tight list is put into a paragraph of its own. */
  wrap(parent: Node, into: HTMLElement, at: number): void {
    if (parent !== this.#parent || this.element || at > this.#first) return;
    this.#text.move(into);
    this.element = into;
  }

  override finish(): void {
    this.#settle();
    if (this.element?.hasChildNodes()) this.#enter();
    else this.element?.remove();
    this.#place?.remove();
  }

  override remove(): void {
    this.#place?.remove();
    if (this.element) this.element.remove();
    else for (const node of [...this.#parent.childNodes].slice(this.#first)) node.remove();
  }

  /** Nothing stands in the page for a paragraph of which nothing is shown. */
  #enter(): void {
    if (!this.element) return;
    if (!this.element.hasChildNodes()) this.element.replaceWith((this.#place ??= new Text()));
    else if (!this.element.parentNode) this.#place?.replaceWith(this.element);
  }

  #append(text: string): void {
    this.#text.append(text);
    if (this.#beginning === undefined) return;
    this.#beginning += text;
    if (!mayBeginWithDefinition(this.#beginning)) this.#beginning = undefined;
    else if (this.#beginning.length > LONGEST_BEGINNING) {
      this.#takeDefinitions(false);
      this.#beginning = undefined;
    }
  }

  /** Takes the definitions off the beginning. */
  #takeDefinitions(isComplete = true): void {
    if (!this.#beginning) return;
    const { definitions, rest } = takeDefinitions(this.#beginning, isComplete);
    if (definitions.length) {
      for (const definition of definitions) this.#context.definitions.add(definition);
      const place = this.element?.parentNode ? this.element : this.#place;
      this.#context.sources.add(definitions, place ?? this.#parent.parentElement!);
      this.#text.removeFirst(this.#beginning.length - rest.length);
    }
    this.#beginning = mayBeginWithDefinition(rest) ? rest : undefined;
  }

  #settle(): void {
    this.#takeDefinitions();
    this.#text.finish();
  }

  /** How much of the end may be the head of a table, and is not shown yet. */
  #hidden(): number {
    const line = this.#line || this.#head || '';
    if (line.startsWith('|') && line.length < LONGEST_HEAD) return line.length;
    const pipe = line.length < 300 ? line.search(/ \|(?: |$)/) : -1;
    return pipe < 0 ? 0 : line.length - pipe;
  }
}

/** The box of a task. */
function checkbox(mark: string): HTMLElement {
  const box = element('input');
  box.setAttribute('type', 'checkbox');
  box.setAttribute('disabled', '');
  box.toggleAttribute('checked', mark !== ' ');
  return box;
}

/** A heading. */
export class Heading extends Block {
  readonly type = 'heading';
  readonly element: HTMLElement;
  readonly #text: InlineText;
  /** Marks at the end, which are no text where the heading ends with them. */
  #held = ' ';

  constructor(depth: number, context: RenderContext) {
    super();
    this.element = element(`h${depth}`);
    this.#text = new InlineText(this.element, context);
  }

  continues(): boolean {
    return false;
  }

  override add(content: string): void {
    const text = this.#held + content;
    const end = startOfClosing(text);
    this.#held = text.slice(end);
    this.#text.append(this.#text.isEmpty ? text.slice(0, end).trimStart() : text.slice(0, end));
  }

  override show(): void {
    this.#text.show();
  }

  override finish(): void {
    this.#text.finish();
  }
}

/** Where the closing sequence of a heading begins: the spaces and marks at the end, with a space before the marks. */
function startOfClosing(text: string): number {
  let at = text.length;
  while (/[ \t]/.test(text[at - 1] ?? '')) at--;
  const end = at;
  while (text[at - 1] === '#') at--;
  if (!/[ \t]/.test(text[at - 1] ?? '')) return end;
  while (/[ \t]/.test(text[at - 1] ?? '')) at--;
  return at;
}

/** A line across. */
export class Rule extends Block {
  readonly type = 'rule';
  readonly element: HTMLElement = element('hr');

  continues(): boolean {
    return false;
  }
}

/** Raw HTML. It is text, unless the page has a sanitizer. */
export class Html extends Block {
  readonly type = 'html';
  readonly element: HTMLElement;
  override readonly isRaw = true;
  readonly #context: RenderContext;
  readonly #ends: (line: string) => boolean;
  readonly #endsBlank: boolean;
  #source = '';

  constructor(end: number, ends: (line: string) => boolean, context: RenderContext) {
    super();
    this.#context = context;
    this.#ends = ends;
    this.#endsBlank = end >= 5;
    this.element = element(context.sanitize ? 'div' : 'p');
  }

  continues(line: Line): boolean {
    return !this.#endsBlank || !line.isBlank;
  }

  override endsWith(content: string, isComplete: boolean): boolean {
    return isComplete && this.#ends(content);
  }

  override add(content: string): void {
    const shown = this.#source.endsWith('\n') ? `\n${content}` : content;
    this.#source += content;
    if (this.#context.sanitize) return;
    const last = this.element.lastChild;
    if (last instanceof Text) last.appendData(shown);
    else this.element.append(shown);
  }

  override endLine(): void {
    this.#source += '\n';
  }

  override finish(): void {
    const source = this.#source.trimEnd();
    const made = this.#context.sanitize?.(source);
    if (made || this.element.textContent !== source) this.element.replaceChildren(made ?? source);
  }
}
