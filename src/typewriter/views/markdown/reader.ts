import type { SpokenWords, View } from '../view.ts';
import type { Block } from './block.ts';
import { Answer, Item, List, Summary, type Container } from './containers.ts';
import type { RenderContext } from './context.ts';
import { createBlock } from './create-block.ts';
import { directionOf } from './direction.ts';
import { CARET } from '../../styles.ts';
import type { Paragraph } from './leaves.ts';
import { LONG_LINE, planLine, type Plan } from './plan.ts';
import { alignments, Table } from './table.ts';

/** Below so many open blocks the typewriter finds no end. */
const DEEP = 6;

/** The blocks that a line opens while it is arriving. When it turns out to open something else, they are removed. */
interface Draft {
  readonly plan: Plan;
  readonly created: readonly Block[];
  /** How much of the line's content the last block has. */
  given: number;
}

/**
 * Reads markdown line by line, and keeps the blocks that are open on a stack: each line says which of them stay open,
 * which blocks it opens in them, and what it adds to the last. https://spec.commonmark.org/0.31.2/#phase-1-block-structure
 */
export class Reader implements View {
  readonly #context: RenderContext;
  #open: Block[];
  /** The line that is arriving. */
  #line = '';
  /** The length of the line when it was last looked at. */
  #planned = 0;
  #lineNumber = 1;
  #draft: Draft | undefined;
  #heldReturn = '';
  #caret: Element | undefined;

  constructor(root: HTMLElement, context: RenderContext) {
    this.#context = context;
    this.#open = [new Answer(root)];
  }

  append(text: string): void {
    // A line may end in CR, LF, or both, which may come apart.
    const whole = this.#heldReturn + text;
    this.#heldReturn = whole.endsWith('\r') ? '\r' : '';
    const lines = whole
      .slice(0, whole.length - this.#heldReturn.length)
      .replace(/\r\n?/g, '\n')
      .replaceAll('\0', '\uFFFD')
      .split('\n');
    const piece = lines.pop()!;
    for (const line of lines) {
      this.#line += line;
      this.#endLine();
    }
    this.#line += piece;
    if (piece) this.#showLine(piece);
    const before = this.#open.at(-1)!;
    const last = this.#draft?.created.at(-1) ?? before;
    // What the line that is arriving may close.
    if (last !== before && lines.length) before.show();
    last.show();
    this.#moveCaret(last);
    this.#context.definitions.update();
  }

  takeWords(): SpokenWords {
    return this.#context.words.take(this.#open[1]?.element);
  }

  end(): void {
    if (this.#line || this.#heldReturn) this.#endLine();
    this.#close(1);
    this.#context.words.read();
    this.#caret?.removeAttribute(CARET);
    this.#context.definitions.end();
    this.#context.sources.end();
    this.#context.footnotes.end();
  }

  /** The typewriter's own caret is in the last block, unless that is a table, or in lists within lists. */
  #moveCaret(last: Block): void {
    const depth = this.#open.length + (this.#draft?.created.length ?? 0);
    const caret = last.type === 'table' || depth > DEEP ? last.caret : undefined;
    if (caret === this.#caret) return;
    this.#caret?.removeAttribute(CARET);
    caret?.setAttribute(CARET, '');
    this.#caret = caret;
  }

  #showLine(piece: string): void {
    const draft = this.#draft;
    const isLong = this.#planned > LONG_LINE;
    if (isLong && draft && draft.plan.content !== undefined) {
      (draft.created.at(-1) ?? this.#open.at(-1)!).add(piece);
      draft.given += piece.length;
      return;
    }
    // A line of thousands of marks, of which nobody knows what they are.
    if (isLong && this.#line.length < this.#planned * 1.5) return;
    this.#planned = this.#line.length;
    this.#apply(planLine(this.#line, this.#open, { math: Boolean(this.#context.math), isComplete: false }));
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = '';
    this.#planned = 0;
    const plan = planLine(line, this.#open, { math: Boolean(this.#context.math), isComplete: true });
    const created = this.#apply(plan);
    this.#draft = undefined;
    this.#close(plan.kept);
    if (plan.underline) this.#underline(plan.underline, line);
    this.#open.push(...created);
    const last = this.#open.at(-1)!;
    const isBlank = !plan.content?.trim() && !plan.openings.length && !plan.closes;
    // A blank line in a quote belongs to the quote, and to what that stands in.
    const isWhole = !isBlank || (last.isRaw && last.type !== 'code');
    const count = isWhole ? this.#open.length : this.#lastIndexOf('quote') + 1;
    for (let at = 0; at < count; at++) this.#open[at]!.lastLine = this.#lineNumber;
    const isFence = plan.content === undefined && !created.length;
    if (!isFence && !plan.underline) last.endLine();
    this.#lineNumber++;
    if (plan.closes) this.#close(this.#open.length - 1);
    if (plan.endsDetails) this.#close(this.#lastIndexOf('details'));
  }

  #lastIndexOf(type: string): number {
    return this.#open.map((block) => block.type).lastIndexOf(type);
  }

  /** Opens what the line opens, and adds to the last block what it has not. */
  #apply(plan: Plan): readonly Block[] {
    let draft = this.#draft;
    if (!draft || keyOf(draft.plan) !== keyOf(plan)) {
      for (const block of draft?.created ?? []) block.remove();
      draft = this.#draft = { plan, created: this.#create(plan), given: 0 };
    } else if (draft.plan.content === undefined && plan.content !== undefined) {
      draft = this.#draft = { ...draft, plan };
    }
    const last = draft.created.at(-1) ?? this.#open[plan.kept - 1]!;
    if (plan.content !== undefined && !plan.underline) {
      if (!last.isRaw && plan.kept + draft.created.length > 2)
        this.#direct(plan.content, [...this.#open.slice(0, plan.kept), ...draft.created]);
      last.add(plan.content.slice(draft.given));
      draft.given = Math.max(draft.given, plan.content.length);
    }
    return draft.created;
  }

  /** Gives the direction of a text to the blocks around it that have none. */
  #direct(text: string, blocks: readonly Block[]): void {
    const direction = directionOf(text);
    if (direction) for (const block of blocks) (block as Partial<Container>).direct?.(direction);
  }

  #create({ kept, openings }: Plan): Block[] {
    const created: Block[] = [];
    let parent = this.#open[kept - 1]!;
    for (const opening of openings) {
      if (parent instanceof Summary) parent = created.at(-2)!;
      const container = parent as Container;
      this.#separate(container);
      const block = createBlock(opening, container, this.#context);
      if (block.element) container.body.append(block.element);
      container.adopt(block);
      created.push(block);
      parent = block;
    }
    return created;
  }

  /** A blank line between the children of an item, or between items, makes a list loose. */
  #separate(parent: Container): void {
    const list = parent instanceof Item ? parent.parent : parent;
    if (!(list instanceof List) || !parent.lastChild?.lastLine) return;
    if (this.#lineNumber - parent.lastChild.lastLine > 1) {
      list.loosen(this.#open);
      for (const block of this.#open)
        if (block instanceof Item && block.parent === list) block.isLoose = true;
    }
  }

  /** Finishes the open blocks from the last on, but for the first `kept`. */
  #close(kept: number): void {
    while (this.#open.length > kept) {
      const block = this.#open.pop()!;
      block.finish();
      if (this.#open.length > 1) continue;
      (this.#open[0] as Answer).complete++;
      if (block.element?.parentNode) this.#complete(block.element);
    }
  }

  /** A block of the answer is complete. */
  #complete(block: HTMLElement): void {
    const { words, onBlock } = this.#context;
    words.add(block);
    if (!onBlock) return;
    words.read();
    onBlock(block);
  }

  /** The last paragraph is a heading, or its last line the head of a table, by the line under it. */
  #underline(as: 'heading' | 'table', line: string): void {
    const paragraph = this.#open.at(-1) as Paragraph;
    paragraph.lastLine = this.#lineNumber;
    if (as === 'heading') {
      const heading = paragraph.underline(line.includes('=') ? 1 : 2);
      this.#open.pop();
      if (this.#open.length === 1) this.#complete(heading);
      return;
    }
    this.#open.pop();
    const parent = this.#open.at(-1) as Container;
    const columns = alignments(line.replace(/^[> \t]*/, ''))!;
    const head = paragraph.takeHead(columns.length);
    if (this.#open.length === 1 && paragraph.element?.parentNode) this.#complete(paragraph.element);
    const table = new Table(head, columns, this.#context);
    parent.body.append(table.element);
    parent.adopt(table);
    this.#open.push(table);
  }
}

/** What two plans that open the same have in common. */
const keyOf = ({ kept, openings }: Plan): string => JSON.stringify([kept, openings]);
