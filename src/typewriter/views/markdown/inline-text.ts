/** Shows the text of a block while it arrives. */
import { areIntact, lengthOf, inlineNodesIn } from './changes.ts';
import type { RenderContext } from './context.ts';
import { isElement } from './elements.ts';
import { decodeReferences } from './entities.ts';
import { renderFormulas } from './typeset.ts';
import { isPlain, lexInline } from './inline.ts';
import { patch } from './patch.ts';
import { finalLength, forcedLength } from './pieces.ts';
import { repair } from './repair.ts';
import { keepSelection } from './selection.ts';
import { renderInline } from './render-inline.ts';
import { TextDirection } from './text-direction.ts';
import { MIN_GROWTH, Throttle } from './throttle.ts';

/**
 * The sizes in which the start of a long text is tried as a final piece, in characters. A piece is cut where later text
 * cannot change it; the largest is cut in any case.
 */
const PIECE_SIZES = [500, 1000, 2000, 4000];

/** The length of a text, in characters, from which on each change to its nodes takes long. */
const LONG_TEXT = 4000;

/**
 * The text of one block. The start of a long text is final: it is not parsed again. Each frame parses only the pending
 * text after it, which is at most one piece.
 */
export class InlineText {
  readonly #context: RenderContext;
  #parent: HTMLElement;
  /** The last node before the pending text. */
  #lastFinalNode: Node | null = null;
  #lastFinalLength: number | undefined;
  /** The source of the final pieces. */
  #final = '';
  readonly #direction = new TextDirection();
  /** The text after the final pieces. */
  #pending = '';
  /** The index of the piece size to try next. */
  #sizeIndex = 0;
  readonly #throttle = new Throttle();
  /** The nodes of the pending text. */
  #pendingNodes: readonly Node[] = [];
  #lastPendingLength: number | undefined;
  /** The number of times that the text was started again, and its length then. */
  #restarts = 0;
  #restartLength = 0;
  #mustRestart = false;
  #isFinished = false;

  constructor(parent: HTMLElement, context: RenderContext) {
    this.#parent = parent;
    this.#context = context;
    this.#setLastFinalNode(parent.lastChild);
  }

  /** Call after the nodes have moved to another parent. */
  setParent(parent: HTMLElement): void {
    this.#parent = parent;
  }

  append(text: string): void {
    this.#pending += text;
  }

  /** Shows the text that has arrived, without the last `hidden` characters. The last `removable` ones are not final. */
  show(hidden = 0, removable: number = hidden): void {
    if (!this.#isIntact && !this.#restart(false)) return;
    this.#finalizePieces(this.#pending.length - removable);
    if (!this.#throttle.start(this.#pending.length)) return;
    if (!this.#final) this.#direction.show(this.#pending, this.#parent);
    const shown = hidden ? this.#pending.slice(0, this.#pending.length - hidden) : this.#pending;
    const { math, images } = this.#context;
    const nodes = this.#render(repair(shown, Boolean(math), Boolean(images?.length)), true);
    const before = this.#pendingNodes;
    const replace = (): readonly Node[] => {
      const nodesNow = patch(this.#parent, this.#insertionPoint, nodes, before.length, this.#isLong);
      this.#throttle.end();
      return nodesNow;
    };
    // If other scripts change the text, as a hook does that replaces its formula later, formulas wait for its end.
    const mayRender = math && !this.#restarts;
    keepSelection(
      before,
      () =>
        (this.#pendingNodes = mayRender
          ? renderFormulas(before, this.#parent, math, replace, true)
          : replace()),
    );
    this.#lastPendingLength = lengthOf(this.#pendingNodes.at(-1));
  }

  get #length(): number {
    return this.#final.length + this.#pending.length;
  }

  get #isLong(): boolean {
    return this.#length > LONG_TEXT;
  }

  get isEmpty(): boolean {
    return !this.#pending && !this.#final;
  }

  /** Removes text from the start, none of which may be shown. */
  removeFirst(length: number): void {
    this.#pending = this.#pending.slice(length);
  }

  /** Removes text from the end, none of which may be final. */
  removeLast(length: number): void {
    this.#pending = this.#pending.slice(0, this.#pending.length - length);
  }

  /** Call after the last text: all of it is final. */
  finish(): void {
    if (!this.#isIntact) this.#restart(true);
    this.#isFinished = true;
    this.#finalizePieces(this.#pending.length);
    const rest = this.#pending.trimEnd();
    this.#pending = '';
    if (rest && !this.#pendingNodes.length && isPlain(rest)) this.#appendPlain(rest);
    else this.#finalize(rest);
  }

  /** Removes the text from the page. */
  remove(): void {
    this.#restarts++;
    if (this.#final || this.#pendingNodes.length)
      for (const node of inlineNodesIn(this.#parent)) (node as ChildNode).remove();
  }

  get #isIntact(): boolean {
    const before = this.#lastFinalNode;
    return (
      !this.#mustRestart &&
      (!before || areIntact([before], this.#parent, this.#lastFinalLength)) &&
      areIntact(this.#pendingNodes, this.#parent, this.#lastPendingLength)
    );
  }

  /**
   * Starts the text again, as other scripts have changed its nodes: a page translator replaces them, and others split
   * them or mark words. Returns false if it is too early for that.
   */
  #restart(isLast: boolean): boolean {
    if (!isLast && this.#isLong && this.#length < this.#restartLength * MIN_GROWTH) return false;
    this.#restarts++;
    this.#restartLength = this.#length;
    this.#mustRestart = false;
    this.#pendingNodes = inlineNodesIn(this.#parent);
    const [first] = this.#pendingNodes;
    let before = first ? first.previousSibling : this.#parent.lastChild;
    // The space after a checkbox may be part of the text now.
    if (isElement(before) && before.localName === 'input') {
      before.after(' ');
      before = before.nextSibling;
    }
    this.#setLastFinalNode(before);
    this.#lastPendingLength = lengthOf(this.#pendingNodes.at(-1));
    this.#pending = this.#final + this.#pending;
    this.#final = '';
    this.#sizeIndex = 0;
    this.#throttle.reset();
    return true;
  }

  #setLastFinalNode(node: Node | null): void {
    this.#lastFinalNode = node;
    this.#lastFinalLength = lengthOf(node);
  }

  /** Finalizes the pieces that later text cannot change. Where they end depends on the text alone. */
  #finalizePieces(available: number): void {
    let left = available;
    for (;;) {
      const size = PIECE_SIZES[this.#sizeIndex]!;
      if (left <= size + 1) return;
      const source = this.#pending.slice(0, size);
      const length =
        finalLength(lexInline(source, this.#context, false)) ||
        (size === PIECE_SIZES.at(-1) ? forcedLength(source) : 0);
      if (!length) {
        this.#sizeIndex++;
        continue;
      }
      this.#sizeIndex = 0;
      this.#throttle.reset();
      this.#finalize(this.#pending.slice(0, length));
      this.#pending = this.#pending.slice(length);
      left -= length;
    }
  }

  /** Appends the last text without parsing it or storing its node. Most cells and items consist of one plain text. */
  #appendPlain(source: string): void {
    this.#direction.add(source, this.#parent, !this.#final);
    this.#final += source;
    const text = decodeReferences(source);
    const next = this.#insertionPoint as ChildNode | null;
    if (next) next.before(text);
    else this.#parent.append(text);
  }

  /** Renders a final piece, and again when a definition for it arrives. */
  #finalize(source: string): void {
    this.#direction.add(source, this.#parent, !this.#final);
    const nodes = this.#renderFinal(this.#parent, this.#insertionPoint, source, this.#pendingNodes);
    this.#final += source;
    if (nodes.length) this.#setLastFinalNode(nodes.at(-1)!);
    this.#pendingNodes = [];
    this.#lastPendingLength = undefined;
    if (source.includes('[') && nodes.length) this.#register(source, nodes);
  }

  /** Renders a piece again when a definition for it arrives. */
  #register(source: string, rendered: readonly Node[]): void {
    const restarts = this.#restarts;
    let nodes = rendered;
    let lastLength = lengthOf(nodes.at(-1));
    const rerender = (): void => {
      if (restarts !== this.#restarts) return;
      const [first] = nodes;
      const parent = first!.parentNode;
      if (!parent || !areIntact(nodes, parent, lastLength)) return this.#rerenderAll();
      const isLast = this.#lastFinalNode === nodes.at(-1);
      nodes = this.#renderFinal(parent, first!, source, nodes);
      lastLength = lengthOf(nodes.at(-1));
      if (isLast) this.#setLastFinalNode(nodes.at(-1) ?? null);
    };
    this.#context.definitions.register(source, { length: source.length, rerender });
  }

  /** Renders the whole text again, whose nodes have been changed by other scripts. */
  #rerenderAll(): void {
    this.#mustRestart = true;
    // The text of a list item that has turned loose is in a paragraph, which is not known here.
    const isMoved = this.#parent.localName === 'li' && this.#parent.querySelector(':scope > p');
    if (!this.#isFinished || isMoved) return;
    this.finish();
    this.#context.onBlock?.revise(this.#parent);
  }

  /** The first node of the pending text, or the node before which it goes. */
  get #insertionPoint(): Node | null {
    if (this.#pendingNodes.length) return this.#pendingNodes[0]!;
    if (!this.#lastFinalNode) return this.#parent.firstChild;
    return this.#lastFinalNode.parentNode === this.#parent ? this.#lastFinalNode.nextSibling : null;
  }

  /** Replaces nodes by a final text, lets the page render its formulas, and keeps the selection. Returns the new nodes. */
  #renderFinal(parent: Node, first: Node | null, source: string, shown: readonly Node[]): readonly Node[] {
    const { math } = this.#context;
    const replace = (): readonly Node[] =>
      patch(parent, first, this.#render(source, false), shown.length, this.#isLong);
    let nodesNow: readonly Node[] = [];
    keepSelection(shown, () => (nodesNow = math ? renderFormulas(shown, parent, math, replace) : replace()));
    return nodesNow;
  }

  #render(source: string, isArriving: boolean): Node[] {
    return renderInline(lexInline(source, this.#context, isArriving), this.#context);
  }
}
