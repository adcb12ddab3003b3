/** The blocks that contain other blocks. */
import { Block } from './block.ts';
import type { RenderContext } from './context.ts';
import type { Line } from './line.ts';
import type { ListKind } from './openings.ts';
import type { Direction } from './direction.ts';
import { keepSelection } from './selection.ts';
import { createElement, isBlockInItem } from './elements.ts';

/** The number of blocks in a section: thousands of siblings slow down each layout. */
const BLOCKS_PER_SECTION = 64;

/**
 * After this many children, and lines such as rows of a table, without a letter `ltr` replaces `dir="auto"`, which would
 * search all of them at each change.
 */
const MAX_WITHOUT_DIRECTION = 50;

/** A block that contains other blocks. */
export abstract class Container extends Block {
  override readonly isLeaf = false;
  abstract override readonly element: HTMLElement;
  #hasDirection = false;
  /** The direction of a line that is still arriving. */
  #provisional: Direction | undefined;
  #countWithoutDirection = 0;
  /** The newest child. */
  lastChild: Block | undefined;

  /** Whether its paragraphs are `<p>` elements. In a tight list they are bare text. */
  get isLoose(): boolean {
    return true;
  }

  /** The element that the next child is appended to. */
  get body(): HTMLElement {
    return this.element;
  }

  /**
   * Sets the direction of the block, unless it has one: `dir="auto"` ignores descendants that have a `dir` of their own.
   * https://html.spec.whatwg.org/multipage/dom.html#auto-directionality
   *
   * @param direction `undefined` if the text has no letters
   * @param isFinal Whether the line is complete: until then, the direction may change
   */
  override adoptDirection(direction: Direction | undefined, isFinal: boolean): void {
    if (this.#hasDirection || (direction === this.#provisional && !isFinal)) return;
    this.#hasDirection = isFinal && direction !== undefined;
    if (direction !== this.#provisional) this.setDirection(direction ?? this.#fallback);
    this.#provisional = direction;
    if (isFinal) this.#limitSearch();
  }

  /** The direction without a letter; `undefined` for that of the first one to come. */
  get #fallback(): Direction | undefined {
    return this.#countWithoutDirection < MAX_WITHOUT_DIRECTION ? undefined : 'ltr';
  }

  #limitSearch(): void {
    if (!this.#hasDirection && ++this.#countWithoutDirection === MAX_WITHOUT_DIRECTION)
      this.setDirection(this.#fallback);
  }

  protected setDirection(direction: Direction | undefined): void {
    const { localName } = this.element;
    // An item from left to right has the direction of its list.
    if (localName === 'li' ? direction !== 'rtl' : localName === 'details' && !direction)
      this.element.removeAttribute('dir');
    else this.element.dir = direction ?? 'auto';
  }

  /** Registers a new child. */
  adopt(child: Block): void {
    this.lastChild = child;
    this.#limitSearch();
    this.isEmpty = false;
  }
}

/** The whole answer, the root of all blocks. */
export class Answer extends Container {
  readonly type = 'answer';
  readonly element: HTMLElement;
  /** The element that the next block is appended to. */
  section: HTMLElement;
  /** The number of complete blocks, and the number at the start of the current section. */
  completeCount = 0;
  #countAtSectionStart = 0;

  constructor(root: HTMLElement) {
    super();
    this.element = root;
    this.section = this.#startSection();
  }

  override get body(): HTMLElement {
    const isFull = this.completeCount - this.#countAtSectionStart >= BLOCKS_PER_SECTION;
    // Another script may have removed the section.
    if (isFull || !this.element.contains(this.section)) {
      this.#countAtSectionStart = this.completeCount;
      this.section = this.#startSection();
    }
    return this.section;
  }

  /** The answer has no direction of its own: each block has one. */
  protected override setDirection(): void {}

  override continues(): boolean {
    return true;
  }

  #startSection(): HTMLElement {
    const section = document.createElement('div');
    this.element.append(section);
    return section;
  }
}

/** https://spec.commonmark.org/0.31.2/#block-quotes */
export class Quote extends Container {
  readonly type = 'quote';
  readonly element: HTMLElement = createElement('blockquote');

  override continues(line: Line): boolean {
    if (line.indent >= 4 || !line.content.startsWith('>')) return false;
    line.skipIndent();
    line.skip(1);
    line.skipIndent(1);
    return true;
  }
}

/** https://spec.commonmark.org/0.31.2/#lists */
export class List extends Container {
  readonly type = 'list';
  readonly element: HTMLElement;
  override readonly list: ListKind;
  #isLoose = false;

  constructor(kind: ListKind) {
    super();
    this.list = kind;
    this.element = createElement(kind.isOrdered ? 'ol' : 'ul');
    if (kind.isOrdered && kind.start !== 1) this.element.setAttribute('start', String(kind.start));
  }

  override continues(): boolean {
    return true;
  }

  override get isLoose(): boolean {
    return this.#isLoose;
  }

  /** Makes the list loose: wraps the text of all items in paragraphs. */
  loosen(open: readonly Block[]): void {
    if (this.#isLoose) return;
    this.#isLoose = true;
    keepSelection([this.element], () => {
      for (const item of this.element.children) wrapText(item, open);
    });
  }
}

/** Wraps each run of inline nodes of an item in a paragraph. */
function wrapText(item: Element, open: readonly Block[]): void {
  let paragraph: HTMLElement | undefined;
  for (const [at, node] of [...item.childNodes].entries()) {
    // The place of link definitions is a comment.
    if (isBlockInItem(node) || node.nodeType === Node.COMMENT_NODE) {
      paragraph = undefined;
      continue;
    }
    if (!paragraph) {
      paragraph = createElement('p');
      node.before(paragraph);
      for (const block of open) block.wrap(item, paragraph, at);
    }
    paragraph.append(node);
  }
}

/** https://spec.commonmark.org/0.31.2/#list-items */
export class Item extends Container {
  readonly type = 'item';
  readonly element: HTMLElement = createElement('li');
  readonly parent: List;
  readonly #width: number;

  constructor(parent: List, { width }: ListKind) {
    super();
    this.parent = parent;
    this.#width = width;
  }

  override get isLoose(): boolean {
    return this.parent.isLoose;
  }

  override continues(line: Line): boolean {
    if (line.isBlank ? this.isEmpty : line.indent < this.#width) return false;
    // More whitespace in a blank line may belong to code.
    line.skipIndent(this.#width);
    return true;
  }
}

/** A footnote definition. It stays where it was written until the answer ends. */
export class FootnoteBlock extends Container {
  readonly type = 'footnote';
  readonly element: HTMLElement;
  readonly #item: HTMLElement = createElement('li');
  readonly #label: string;
  readonly #context: RenderContext;

  constructor(label: string, context: RenderContext) {
    super();
    this.#label = label;
    this.#context = context;
    this.element = createElement('section', [createElement('ol', [this.#item])]);
    this.element.setAttribute('data-footnotes', '');
  }

  override get body(): HTMLElement {
    return this.#item;
  }

  override continues(line: Line): boolean {
    if (line.indent < 4 && !line.isBlank) return false;
    line.skipIndent(4);
    return true;
  }

  protected override setDirection(direction: Direction | undefined): void {
    this.#item.parentElement!.dir = direction ?? 'auto';
  }

  override endLine(): void {
    this.#context.footnotes.define(this.#label, this.#item);
  }

  override finish(): void {
    this.endLine();
  }
}
