import { Block } from './block.ts';
import type { RenderContext } from './context.ts';
import type { Line } from './line.ts';
import type { ListKind } from './openings.ts';
import { keepSelection } from './selection.ts';
import { BLOCKS, element } from './elements.ts';
import { InlineText } from './inline-text.ts';

/** How many blocks share a section: siblings by the thousand make each layout dearer. */
const BLOCKS_PER_SECTION = 64;

/** Children without a letter, after which the browser looks for none any more: it would look at all of them each time. */
const UNDIRECTED = 50;

/** A block that holds blocks. */
export abstract class Container extends Block {
  override readonly isLeaf = false;
  abstract override readonly element: HTMLElement;
  #isDirected = false;
  #count = 0;
  /** The child that was opened last. */
  lastChild: Block | undefined;
  /** Whether text in it stands in paragraphs. */
  isLoose = true;

  /** Where the next child goes. */
  get body(): HTMLElement {
    return this.element;
  }

  /**
   * Takes the direction of the text that arrives in it, where it has none: `dir="auto"` alone does not look into blocks
   * that have a direction of their own. https://html.spec.whatwg.org/multipage/dom.html#auto-directionality
   */
  direct(direction: 'ltr' | 'rtl'): void {
    if (this.#isDirected) return;
    this.#isDirected = true;
    this.setDirection(direction);
  }

  protected setDirection(direction: 'ltr' | 'rtl'): void {
    // Left to right needs no saying where nothing looks for a direction.
    if (direction === 'rtl' || this.element.dir) this.element.dir = direction;
  }

  /** Takes over a child that a line opens. */
  adopt(child: Block): void {
    this.lastChild = child;
    if (++this.#count === UNDIRECTED && !this.#isDirected) this.setDirection('ltr');
    this.isEmpty = false;
  }
}

/** The answer as a whole. */
export class Answer extends Container {
  readonly type = 'answer';
  readonly element: HTMLElement;
  #section: HTMLElement;
  /** How many blocks are complete; how many were when the section began. */
  complete = 0;
  #completeBefore = 0;

  constructor(root: HTMLElement) {
    super();
    this.element = root;
    this.#section = this.#start();
  }

  override get body(): HTMLElement {
    if (this.complete - this.#completeBefore >= BLOCKS_PER_SECTION) {
      this.#completeBefore = this.complete;
      this.#section = this.#start();
    }
    return this.#section;
  }

  /** Blocks stand under each other: the answer as a whole has no direction of its own. */
  override direct(): void {}

  protected override setDirection(): void {}

  continues(): boolean {
    return true;
  }

  #start(): HTMLElement {
    const section = document.createElement('div');
    this.element.append(section);
    return section;
  }
}

export class Quote extends Container {
  readonly type = 'quote';
  readonly element: HTMLElement = element('blockquote');

  continues(line: Line): boolean {
    if (line.indent >= 4 || !line.content.startsWith('>')) return false;
    line.skipIndent();
    line.skip(1);
    line.skipIndent(1);
    return true;
  }
}

export class List extends Container {
  readonly type = 'list';
  readonly element: HTMLElement;
  override readonly list: ListKind;
  override isLoose = false;

  constructor(kind: ListKind) {
    super();
    this.list = kind;
    this.element = element(kind.isOrdered ? 'ol' : 'ul');
    if (kind.isOrdered && kind.start !== 1) this.element.setAttribute('start', String(kind.start));
  }

  continues(): boolean {
    return true;
  }

  /** Puts the text of all items into paragraphs. */
  loosen(open: readonly Block[]): void {
    if (this.isLoose) return;
    this.isLoose = true;
    keepSelection([this.element], () => {
      for (const item of this.element.children) wrapText(item, open);
    });
  }
}

function wrapText(item: Element, open: readonly Block[]): void {
  let paragraph: HTMLElement | undefined;
  for (const [at, node] of [...item.childNodes].entries()) {
    if (node instanceof Element && node.matches(BLOCKS) && !node.classList.contains('math')) {
      paragraph = undefined;
      continue;
    }
    if (!paragraph) {
      paragraph = element('p');
      node.before(paragraph);
      for (const block of open)
        (block as { wrap?(parent: Node, into: HTMLElement, at: number): void }).wrap?.(item, paragraph, at);
    }
    paragraph.append(node);
  }
}

export class Item extends Container {
  readonly type = 'item';
  readonly element: HTMLElement = element('li');
  readonly parent: List;
  readonly #width: number;

  constructor(parent: List, { width }: ListKind) {
    super();
    this.parent = parent;
    this.isLoose = parent.isLoose;
    this.#width = width;
  }

  continues(line: Line): boolean {
    if (line.isBlank) {
      if (this.isEmpty) return false;
      line.skipIndent();
      return true;
    }
    if (line.indent < this.#width) return false;
    line.skipIndent(this.#width);
    return true;
  }
}

/** The definition of a footnote, at its place until the answer ends. */
export class FootnoteBlock extends Container {
  readonly type = 'footnote';
  readonly element: HTMLElement;
  readonly #item: HTMLElement = element('li');
  readonly #label: string;
  readonly #context: RenderContext;

  constructor(label: string, context: RenderContext) {
    super();
    this.#label = label;
    this.#context = context;
    this.element = element('section', [element('ol', [this.#item])]);
    this.element.setAttribute('data-footnotes', '');
  }

  override get body(): HTMLElement {
    return this.#item;
  }

  continues(line: Line): boolean {
    if (line.isBlank) {
      line.skipIndent();
      return true;
    }
    if (line.indent < 4) return false;
    line.skipIndent(4);
    return true;
  }

  protected override setDirection(direction: 'ltr' | 'rtl'): void {
    this.#item.parentElement!.dir = direction;
  }

  override endLine(): void {
    this.#context.footnotes.define(this.#label, this.#item);
  }

  override finish(): void {
    this.#context.footnotes.define(this.#label, this.#item);
  }
}

/** `<details>`, which holds markdown. */
export class Details extends Container {
  readonly type = 'details';
  readonly element: HTMLElement = element('details');

  constructor(isOpen: boolean) {
    super();
    this.element.toggleAttribute('open', isOpen);
  }

  continues(line: Line, tip: Block, isComplete: boolean): boolean | 'end' | 'wait' {
    if (tip.type === 'fence' || line.indent >= 4) return true;
    const { content } = line;
    if (/^<\/details>[ \t]*$/i.test(content)) return 'end';
    return isComplete || !content || !'</details>'.startsWith(content.toLowerCase()) || 'wait';
  }
}

/** The line of `<details>` that is always shown. */
export class Summary extends Block {
  readonly type = 'summary';
  readonly element: HTMLElement = element('summary');

  constructor(text: string, context: RenderContext) {
    super();
    const inline = new InlineText(this.element, context);
    inline.append(text);
    inline.finish();
  }

  continues(): boolean {
    return false;
  }
}
