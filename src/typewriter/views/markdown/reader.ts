/** Parses markdown into blocks, line by line, while it arrives. */
import type { SpokenWords, View } from '../view.ts';
import type { Block, Underline } from './block.ts';
import { Answer, Item, List, type Container } from './containers.ts';
import type { RenderContext } from './context.ts';
import { createBlock } from './create-block.ts';
import { Summary } from './details.ts';
import { directionOf } from './direction.ts';
import { CARET } from '../../styles.ts';
import type { Paragraph } from './leaves.ts';
import { LONG_LINE, planLine, type Plan } from './plan.ts';
import { reattach } from './reattach.ts';

/** The typewriter finds the end of the text within this many open blocks; deeper, the reader sets the caret. */
const MAX_CARET_DEPTH = 6;

/** A long undecided line is planned again after it has grown by so many characters, and by this part of its length. */
const MIN_NEW_CHARACTERS = 1000;
const MIN_NEW_PART = 0.02;

/** The blocks that an arriving line opens. They are removed if more of the line changes its plan. */
interface Draft {
  readonly plan: Plan;
  readonly created: readonly Block[];
  /** How many characters of the line's content have been added to the last block. */
  added: number;
}

/**
 * Parses markdown with a stack of open blocks. Each line determines which of them stay open, which new blocks it opens,
 * and which content it adds to the last block. https://spec.commonmark.org/0.31.2/#phase-1-block-structure
 */
export class Reader implements View {
  readonly #context: RenderContext;
  #openBlocks: Block[];
  /** The line that is arriving. */
  #line = '';
  /** The length of the line when it was last planned. */
  #plannedLength = 0;
  #lineNumber = 1;
  #draft: Draft | undefined;
  /** A CR at the end of the text so far, which an LF may follow. */
  #pendingReturn = '';
  #caret: Element | undefined;

  constructor(root: HTMLElement, context: RenderContext) {
    this.#context = context;
    this.#openBlocks = [new Answer(root)];
  }

  append(text: string): void {
    this.#reattach();
    // A line ends in CR, LF or CRLF, and a CRLF may be split between two calls.
    const whole = this.#pendingReturn + text;
    this.#pendingReturn = whole.endsWith('\r') ? '\r' : '';
    const lines = whole
      .slice(0, whole.length - this.#pendingReturn.length)
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
    const before = this.#openBlocks.at(-1)!;
    const last = this.#draft?.created.at(-1) ?? before;
    // The arriving line may close the block before it, which must be up to date.
    if (last !== before && lines.length) before.show();
    last.show();
    this.#moveCaret(last);
    this.#context.definitions.update();
  }

  takeWords(): SpokenWords {
    const { plan, created } = this.#draft ?? {};
    const next = plan?.kept === 1 ? created![0]?.element : undefined;
    return this.#context.words.takeWords(this.#openBlocks[1]?.element, next);
  }

  end(): void {
    this.#reattach();
    if (this.#line || this.#pendingReturn) this.#endLine();
    this.#close(1);
    this.#caret?.removeAttribute(CARET);
    this.#context.definitions.end();
    this.#context.sources.end();
    this.#context.footnotes.end(this.#context.words);
  }

  /** Puts open blocks back if another script has removed them from the page. */
  #reattach(): void {
    const { plan, created = [] } = this.#draft ?? {};
    const open = this.#openBlocks;
    const root = open[0]!.element!;
    const isShown = ({ place, caret }: Block): boolean => root.contains(place ?? caret!);
    if (isShown(open.at(-1)!) && (!created.length || isShown(created.at(-1)!))) return;
    const kept = plan?.kept ?? open.length;
    reattach(root, open.slice(0, kept));
    reattach(root, [open[kept - 1]!, ...created]);
    reattach(root, open.slice(kept - 1), created[0]?.place);
  }

  /** Sets the caret where the typewriter does not find the end of the text: in tables, code and deeply nested blocks. */
  #moveCaret(last: Block): void {
    const depth = this.#openBlocks.length + (this.#draft?.created.length ?? 0);
    const isInLines = /^(?:table|fence|code)$/.test(last.type);
    const caret = isInLines || depth > MAX_CARET_DEPTH ? last.caret : undefined;
    if (caret === this.#caret) return;
    this.#caret?.removeAttribute(CARET);
    caret?.setAttribute(CARET, '');
    this.#caret = caret;
  }

  #showLine(piece: string): void {
    const draft = this.#draft;
    const isLong = this.#plannedLength > LONG_LINE;
    if (isLong && draft && draft.plan.content !== undefined) {
      (draft.created.at(-1) ?? this.#openBlocks.at(-1)!).add(piece);
      draft.added += piece.length;
      return;
    }
    // A long line that is still undecided consists of few characters. It is planned again after it has grown a little, or
    // at a new character, which usually decides it: the sooner, the less is shown in one frame.
    const planAgainAt =
      this.#plannedLength + Math.max(MIN_NEW_CHARACTERS, this.#plannedLength * MIN_NEW_PART);
    if (isLong && this.#line.length < planAgainAt && this.#isRepetition(piece)) return;
    this.#plannedLength = this.#line.length;
    this.#applyPlan(this.#planLine(false), false);
  }

  #planLine(isComplete: boolean): Plan {
    return planLine(this.#line, this.#openBlocks, { math: Boolean(this.#context.math), isComplete });
  }

  /** Whether all characters of a piece occur in the part of the line that has been planned. */
  #isRepetition(piece: string): boolean {
    return [...new Set(piece)].every((character) => this.#line.indexOf(character) < this.#plannedLength);
  }

  #endLine(): void {
    const plan = this.#planLine(true);
    const line = this.#line;
    this.#line = '';
    this.#plannedLength = 0;
    const created = this.#applyPlan(plan, true);
    this.#draft = undefined;
    this.#close(plan.kept);
    const { effect } = plan;
    if (effect === 'heading' || effect === 'table') this.#applyUnderline(effect, line);
    for (const block of created) {
      (this.#openBlocks.at(-1) as Container).adopt(block);
      if (!isWholeSummary(block)) this.#openBlocks.push(block);
    }
    const isBlank = !/[^ \t]/.test(plan.content ?? '') && !plan.openings.length && !effect;
    this.#updateLastLines(isBlank);
    // Neither a blank line nor a closing fence or an underline is part of the last block.
    if (plan.content !== undefined || created.length) this.#openBlocks.at(-1)!.endLine();
    this.#lineNumber++;
    if (effect === 'end-block') this.#close(this.#openBlocks.length - 1);
    if (effect === 'end-details') this.#close(this.#lastIndexOf('details'));
  }

  /** Extends the open blocks to the current line. A blank one is part of code, or of a quote and the blocks around it. */
  #updateLastLines(isBlank: boolean): void {
    const open = this.#openBlocks;
    const last = open.at(-1)!;
    const count =
      isBlank && (!last.isRaw || last.type === 'code') ? this.#lastIndexOf('quote') + 1 : open.length;
    for (let at = 0; at < count; at++) open[at]!.lastLine = this.#lineNumber;
  }

  #lastIndexOf(type: string): number {
    return this.#openBlocks.map((block) => block.type).lastIndexOf(type);
  }

  /** Creates the blocks that a line opens, and adds the new content of the line to the last block. */
  #applyPlan(plan: Plan, isComplete: boolean): readonly Block[] {
    let draft = this.#draft;
    if (!draft || keyOfOpenings(draft.plan) !== keyOfOpenings(plan)) {
      for (const block of draft?.created ?? []) block.remove();
      draft = this.#draft = { plan, created: this.#createBlocks(plan), added: 0 };
    } else if (draft.plan.content === undefined && plan.content !== undefined) {
      draft = this.#draft = { ...draft, plan };
    }
    const last = draft.created.at(-1) ?? this.#openBlocks[plan.kept - 1]!;
    if (plan.content !== undefined) {
      if (!last.isRaw && plan.kept + draft.created.length > 2)
        this.#setDirection(
          plan.content,
          [...this.#openBlocks.slice(0, plan.kept), ...draft.created],
          isComplete,
        );
      last.add(plan.content.slice(draft.added));
      draft.added = Math.max(draft.added, plan.content.length);
    }
    return draft.created;
  }

  /** Sets the direction of the containers around a text, unless they have one. */
  #setDirection(text: string, blocks: readonly Block[], isComplete: boolean): void {
    const direction = directionOf(text);
    for (const block of blocks) block.adoptDirection(direction, isComplete);
  }

  #createBlocks({ kept, openings }: Plan): Block[] {
    const created: Block[] = [];
    let parent = this.#openBlocks[kept - 1]!;
    for (const opening of openings) {
      const container = parent as Container;
      this.#updateLooseness(container);
      const block = createBlock(opening, container, this.#context);
      if (block.element) container.body.append(block.element);
      created.push(block);
      if (!isWholeSummary(block)) parent = block;
    }
    return created;
  }

  /** Makes a list loose if a blank line precedes the next item, or the next child of an item. */
  #updateLooseness(parent: Container): void {
    const list = parent instanceof Item ? parent.parent : parent;
    if (!(list instanceof List) || !parent.lastChild?.lastLine) return;
    if (this.#lineNumber - parent.lastChild.lastLine > 1) list.loosen(this.#openBlocks);
  }

  /** Finishes all open blocks except the first `kept`, the innermost first. */
  #close(kept: number): void {
    while (this.#openBlocks.length > kept) {
      const block = this.#openBlocks.pop()!;
      block.finish();
      if (this.#openBlocks.length > 1) continue;
      (this.#openBlocks[0] as Answer).completeCount++;
      for (const element of [block.element, block.rest])
        if (element?.parentNode) this.#completeBlock(element);
    }
  }

  /** Reports a complete top-level block to screen readers and the page. */
  #completeBlock(block: HTMLElement): void {
    const { words, onBlock } = this.#context;
    words.add(block);
    if (!onBlock) return;
    words.read();
    onBlock.complete(block);
  }

  /** Turns the last paragraph into a heading, or its last line into the head of a table. */
  #applyUnderline(as: Underline, line: string): void {
    const paragraph = this.#openBlocks.pop() as Paragraph;
    paragraph.lastLine = this.#lineNumber;
    const isTopLevel = this.#openBlocks.length === 1;
    if (as === 'heading') {
      const heading = paragraph.toHeading(line.includes('=') ? 1 : 2);
      if (isTopLevel) this.#completeBlock(heading);
      return;
    }
    const table = paragraph.toTable(line.replace(/^[> \t]*/, ''));
    if (isTopLevel && paragraph.element?.parentNode) this.#completeBlock(paragraph.element);
    (this.#openBlocks.at(-1) as Container).adopt(table);
    this.#openBlocks.push(table);
  }
}

/** What follows a summary in its line goes beside it. */
const isWholeSummary = (block: Block): boolean => block instanceof Summary && block.isWhole;

/** Plans with the same key open the same blocks. */
const keyOfOpenings = ({ kept, openings }: Plan): string => JSON.stringify([kept, openings]);
