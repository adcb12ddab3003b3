/** The blocks without blocks in them: paragraphs, headings, rules. */
import { Block, type Underline } from './block.ts';
import type { Container } from './containers.ts';
import type { RenderContext } from './context.ts';
import { mayBeDefinition, mayBeginWithDefinition, extractDefinitions } from './links.ts';
import { InlineText } from './inline-text.ts';
import type { Line } from './line.ts';
import { keepSelection } from './selection.ts';
import { createElement } from './elements.ts';
import { alignments, cellsOf, Table } from './table.ts';

/** A line that is longer, in characters, is not the head of a table: without a pipe at its start, and with one. */
const MAX_HEAD_LENGTH = 500;
const MAX_PIPED_HEAD_LENGTH = 10_000;

const mayBeHead = (line: string): boolean =>
  line.length < (line.startsWith('|') ? MAX_PIPED_HEAD_LENGTH : MAX_HEAD_LENGTH);

/** Link definitions are searched for in at most this many characters at a time. */
const MAX_DEFINITIONS_LENGTH = 5000;

/** A paragraph. In a tight list item it is bare text without an element. */
export class Paragraph extends Block {
  readonly type = 'paragraph';
  element: HTMLElement | undefined;
  readonly #context: RenderContext;
  readonly #container: Container;
  readonly #parent: HTMLElement;
  readonly #firstIndex: number;
  readonly #text: InlineText;
  /** The start of the text, while it may be link definitions. */
  #possibleDefinitions: string | undefined = '';
  /** The arriving line. */
  #line = '';
  /** The last complete line, if it may be the head of a table; otherwise empty. */
  #headLine = '';
  #isFirstLine = true;
  /** Marks the place of the paragraph in the page while it shows nothing. */
  #placeholder: Text | undefined;

  constructor(container: Container, task: string | undefined, context: RenderContext) {
    super();
    this.#context = context;
    this.#container = container;
    const { body } = container;
    if (container.isLoose) this.element = createElement('p');
    this.#parent = this.element ?? body;
    this.#firstIndex = this.#parent.hasChildNodes() ? this.#parent.childNodes.length : 0;
    if (task !== undefined) {
      this.#parent.append(createCheckbox(task), ' ');
      // The class that GitHub uses.
      body.classList.add('task-list-item');
    }
    this.#text = new InlineText(this.#parent, context);
  }

  override get caret(): Element {
    return this.element ?? this.#parent;
  }

  /** The nodes that show the text. */
  get nodes(): ChildNode[] {
    return [...this.#parent.childNodes].slice(this.element ? 0 : this.#firstIndex);
  }

  override get place(): ChildNode | undefined {
    return this.#placeholder?.parentNode ? this.#placeholder : this.element;
  }

  override continues(line: Line): boolean {
    return !line.isBlank;
  }

  override add(content: string): void {
    if (!this.#line && content && !this.#isFirstLine) {
      this.#headLine = '';
      // Only the title of a definition may be on the line after it.
      if (content.startsWith('[')) this.#extractDefinitions();
      if (!this.#text.isEmpty) this.#append('\n');
    }
    this.#line += content;
    this.#append(content);
  }

  override endLine(): void {
    this.#headLine = mayBeHead(this.#line) ? this.#line : '';
    if (/^(?:[^$]|\$[^$]+\$)*\$\$\s*$|\\\[\s*$/.test(this.#line)) this.isInFormula = !this.isInFormula;
    this.#line = '';
    this.#isFirstLine = false;
  }

  override show(): void {
    if (!this.#possibleDefinitions || !mayBeDefinition(this.#possibleDefinitions)) {
      if (this.#possibleDefinitions?.includes(']:')) this.#extractDefinitions(false);
      const line = this.#line || this.#headLine;
      const removable = mayBeHead(line) ? line.length : 0;
      this.#text.show(line.startsWith('|') ? removable : lengthFromPipe(line), removable);
    }
    this.#updatePlaceholder();
  }

  override canUnderline(as: Underline, line: string): boolean {
    if (as === 'heading')
      return (
        this.#possibleDefinitions === undefined || extractDefinitions(this.#possibleDefinitions).rest !== ''
      );
    const columns = alignments(line)?.length ?? 0;
    const cells = this.#headCells(columns)?.length ?? 0;
    if (columns < 2 || cells < 2 || !this.#headLine.startsWith('|')) return columns > 0 && cells === columns;
    // In wide tables models miscount the dashes.
    return Math.abs(cells - columns) <= 3;
  }

  /** Turns the paragraph into a heading. */
  toHeading(depth: number): HTMLElement {
    const heading = createElement(`h${depth}`);
    keepSelection(this.nodes, () => {
      this.#finishText();
      // With `dir="auto"`, Chrome looks for the direction again for each node that is moved.
      if (this.element) heading.dir = this.element.dir;
      this.#text.setParent(heading);
      const { nodes } = this;
      nodes[0]?.before(heading);
      heading.append(...nodes);
      this.place?.replaceWith(heading);
      return [heading];
    });
    return heading;
  }

  /** Turns the last line into the head of a table. */
  toTable(delimiterRow: string): Table {
    const columns = alignments(delimiterRow)!;
    const head = this.#headCells(columns.length)!;
    columns.length = head.length;
    let table!: Table;
    keepSelection(this.nodes, () => {
      this.#text.removeLast(this.#headLine.length);
      this.finish();
      const { nodes } = this;
      table = new Table(head, columns, this.#context);
      this.#container.body.append(table.element);
      return [...nodes, table.element];
    });
    return table;
  }

  #headCells(columns: number): string[] | undefined {
    return this.#headLine ? cellsOf(this.#headLine, columns, this.#context.math) : undefined;
  }

  override wrap(parent: Node, into: HTMLElement, at: number): void {
    if (parent !== this.#parent || this.element || at > this.#firstIndex) return;
    this.#text.setParent(into);
    this.element = into;
  }

  override finish(): void {
    this.#finishText();
    if (this.element?.hasChildNodes()) this.#updatePlaceholder();
    else this.element?.remove();
    this.#placeholder?.remove();
  }

  override remove(): void {
    this.#placeholder?.remove();
    if (this.element) this.element.remove();
    else this.#text.remove();
  }

  /** Keeps an empty paragraph out of the page. */
  #updatePlaceholder(): void {
    if (!this.element) return;
    if (!this.element.hasChildNodes()) this.element.replaceWith((this.#placeholder ??= new Text()));
    else if (!this.element.parentNode) this.#placeholder?.replaceWith(this.element);
  }

  #append(text: string): void {
    this.#text.append(text);
    if (this.#possibleDefinitions === undefined) return;
    this.#possibleDefinitions += text;
    if (!mayBeginWithDefinition(this.#possibleDefinitions)) this.#possibleDefinitions = undefined;
    else if (this.#possibleDefinitions.length > MAX_DEFINITIONS_LENGTH) {
      this.#extractDefinitions(false);
      this.#possibleDefinitions = undefined;
    }
  }

  /** Removes complete link definitions from the start of the text and registers them. */
  #extractDefinitions(isComplete = true): void {
    if (!this.#possibleDefinitions) return;
    const { definitions, rest } = extractDefinitions(this.#possibleDefinitions, isComplete);
    if (definitions.length) {
      for (const definition of definitions) this.#context.definitions.add(definition);
      const { place } = this;
      this.#context.sources.add(definitions, place?.parentNode ?? this.#parent, place ?? null);
      this.#text.removeFirst(this.#possibleDefinitions.length - rest.length);
    }
    this.#possibleDefinitions = mayBeginWithDefinition(rest) ? rest : undefined;
  }

  #finishText(): void {
    this.#extractDefinitions();
    this.#text.finish();
  }
}

/** The number of characters from the first pipe on, which may be the head of a table. */
function lengthFromPipe(line: string): number {
  const pipe = line.length < 300 ? line.search(/(?<= )\|(?: |$)/) : -1;
  return pipe < 0 ? 0 : line.length - pipe;
}

/** Creates the checkbox of a task list item. */
function createCheckbox(mark: string): HTMLElement {
  const box = createElement('input');
  box.type = 'checkbox';
  box.disabled = true;
  box.defaultChecked = mark !== ' ';
  // The labels that GitHub uses.
  box.setAttribute('aria-label', box.checked ? 'Completed task' : 'Incomplete task');
  return box;
}

/** An ATX heading. https://spec.commonmark.org/0.31.2/#atx-headings */
export class Heading extends Block {
  readonly type = 'heading';
  readonly element: HTMLElement;
  readonly #text: InlineText;
  /** Spaces and `#` at the end, held back because they may be the closing sequence. */
  #heldBack = ' ';

  constructor(depth: number, context: RenderContext) {
    super();
    this.element = createElement(`h${depth}`);
    this.#text = new InlineText(this.element, context);
  }

  override add(content: string): void {
    const text = this.#heldBack + content;
    const end = startOfClosingSequence(text);
    this.#heldBack = text.slice(end);
    this.#text.append(this.#text.isEmpty ? text.slice(0, end).trimStart() : text.slice(0, end));
  }

  override show(): void {
    this.#text.show();
  }

  override finish(): void {
    this.#text.finish();
  }
}

/** The index of a heading's closing sequence: trailing spaces, and `#` that follow a space. */
function startOfClosingSequence(text: string): number {
  let at = text.length;
  while (/[ \t]/.test(text[at - 1] ?? '')) at--;
  const end = at;
  while (text[at - 1] === '#') at--;
  if (!/[ \t]/.test(text[at - 1] ?? '')) return end;
  while (/[ \t]/.test(text[at - 1] ?? '')) at--;
  return at;
}

/** A thematic break. */
export class Rule extends Block {
  readonly type = 'rule';
  readonly element: HTMLElement = createElement('hr');
}
