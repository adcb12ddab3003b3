import type { RenderContext } from './context.ts';
import type { Referrer } from './definitions.ts';
import { directionOf } from './direction.ts';
import { decodeReferences } from './entities.ts';
import { isPlain, lexInline } from './inline.ts';
import { opaque, patch } from './patch.ts';
import { repair } from './repair.ts';
import { keepSelection } from './selection.ts';
import { renderSpans } from './spans.ts';
import type { InlineToken } from './tokens.ts';

/**
 * How much of a long text is read together. A shorter piece stands by itself where nothing that follows can change it;
 * the longest is cut wherever it is.
 */
const PIECES = [500, 1000, 2000, 4000];

/** From this length on, in characters, a text has its direction for good. */
const LONG = 250;

/** How much of a frame reading may take, in milliseconds. Text that takes longer is read when it has grown by a share. */
const SHARE = 2;
const GROWTH = 1.05;

/** A piece of text that is shown for good. */
interface Piece extends Referrer {
  readonly source: string;
}

/** The text of one block. What is shown of a long text is not read again: each frame reads at most one piece. */
export class InlineText {
  readonly #context: RenderContext;
  #parent: Node;
  /** The last node before what is not shown for good. */
  #before: Node | null;
  /** Whether some of the text is shown for good. */
  #isBegun = false;
  /** The direction of the first letter that is shown for good, and whether the block has it for good. */
  #direction: 'ltr' | 'rtl' | undefined;
  #isDirected = false;
  /** What is not shown for good. */
  #rest = '';
  #tried = 0;
  /** How long it took to read the rest, in milliseconds, and how long that was. */
  #cost = 0;
  #readLength = 0;
  /** The nodes that show the rest. */
  #shown: readonly Node[] = [];

  constructor(parent: Node, context: RenderContext) {
    this.#parent = parent;
    this.#before = parent.lastChild;
    this.#context = context;
  }

  /** The nodes have moved into another parent. */
  move(parent: Node): void {
    this.#parent = parent;
  }

  append(text: string): void {
    this.#rest += text;
  }

  /** Shows the text as far as it has arrived; `hidden` characters at its end may turn out to be something else. */
  show(hidden = 0): void {
    this.#cut(this.#rest.length - hidden);
    if (this.#cost > SHARE && this.#rest.length < this.#readLength * GROWTH) return;
    const start = performance.now();
    this.#readLength = this.#rest.length;
    const shown = hidden ? this.#rest.slice(0, this.#rest.length - hidden) : this.#rest;
    const nodes = this.#render(repair(shown, Boolean(this.#context.math)), true);
    keepSelection(
      this.#shown,
      () => (this.#shown = patch(this.#parent, this.#next, nodes, this.#shown.length)),
    );
    this.#cost = performance.now() - start;
  }

  get isEmpty(): boolean {
    return !this.#rest && !this.#isBegun;
  }

  /** Takes text off the beginning, none of which is shown. */
  removeFirst(length: number): void {
    this.#rest = this.#rest.slice(length);
  }

  /** Takes back text that has not been shown for good. */
  removeLast(length: number): void {
    this.#rest = this.#rest.slice(0, this.#rest.length - length);
  }

  /** Shows the text for good. */
  finish(): void {
    this.#cut(this.#rest.length);
    const rest = this.#rest.trimEnd();
    this.#rest = '';
    if (rest && !this.#shown.length && isPlain(rest)) this.#write(rest);
    else this.#keep(rest);
  }

  /** Shows for good what nothing that follows can change. Where that is depends on the text alone. */
  #cut(available: number): void {
    let left = available;
    for (;;) {
      const size = PIECES[this.#tried]!;
      if (left <= size + 1) return;
      const source = this.#rest.slice(0, size);
      const length =
        safeLength(lexInline(source, this.#context, false)) ||
        (size === PIECES.at(-1) ? hardLength(source) : 0);
      if (!length) {
        this.#tried++;
        continue;
      }
      this.#tried = 0;
      this.#readLength = 0;
      this.#keep(this.#rest.slice(0, length));
      this.#rest = this.#rest.slice(length);
      left -= length;
    }
  }

  /** Writes text that nothing follows, as most cells and items are: nobody needs its node. */
  #write(source: string): void {
    this.#direct(source);
    const text = decodeReferences(source);
    const next = this.#next as ChildNode | null;
    if (next) next.before(text);
    else (this.#parent as Element).append(text);
  }

  #keep(source: string): void {
    this.#direct(source);
    let nodes = this.#settle(this.#parent, this.#next, source, this.#shown);
    this.#before = nodes.at(-1) ?? this.#before;
    this.#isBegun ||= nodes.length > 0;
    this.#shown = [];
    if (!source.includes('[')) return;
    const piece: Piece = {
      source,
      rerender: () => {
        const [first] = nodes;
        const parent = first?.parentNode;
        if (!parent) return;
        const isLast = this.#before === nodes.at(-1);
        nodes = this.#settle(parent, first, source, nodes);
        if (isLast) this.#before = nodes.at(-1) ?? null;
      },
    };
    this.#context.definitions.remember(source, piece);
  }

  /**
   * Gives a long text the direction of its first letter for good: where that is left to the browser, it goes through
   * the whole block at each change.
   */
  #direct(source: string): void {
    if (this.#isDirected) return;
    this.#direction ??= directionOf(source);
    if (source.length < LONG && !this.#isBegun) return;
    this.#isDirected = true;
    let block = this.#parent as Element;
    // Only a tight list's text stands in a block without a direction of its own.
    if (block.nodeName === 'LI' && !block.previousElementSibling) block = block.parentElement!;
    if (block.getAttribute('dir') === 'auto') block.setAttribute('dir', this.#direction ?? 'ltr');
  }

  /** The first of the nodes that show the rest, or what stands where they go. */
  get #next(): Node | null {
    if (this.#shown.length) return this.#shown[0]!;
    if (!this.#before) return this.#parent.firstChild;
    return this.#before.parentNode === this.#parent ? this.#before.nextSibling : null;
  }

  /** Shows a text in the place of some nodes, and lets the page render its formulas. Gives its nodes. */
  #settle(parent: Node, first: Node | null, source: string, shown: readonly Node[]): readonly Node[] {
    let settled: readonly Node[] = [];
    keepSelection(shown, () => (settled = this.#replace(parent, first, source, shown.length)));
    return settled;
  }

  #replace(parent: Node, first: Node | null, source: string, count: number): readonly Node[] {
    const nodes = patch(parent, first, this.#render(source, false), count);
    const { math } = this.#context;
    if (!math || !nodes.length) return nodes;
    const before = nodes[0]!.previousSibling;
    const after = nodes.at(-1)!.nextSibling;
    for (const node of nodes) renderFormulas(node, math);
    // The page may have put any number of nodes in the place of a formula.
    const settled: Node[] = [];
    for (let at = before ? before.nextSibling : parent.firstChild; at && at !== after; at = at.nextSibling)
      settled.push(at);
    return settled;
  }

  #render(source: string, isArriving: boolean): Node[] {
    return renderSpans(lexInline(source, this.#context, isArriving), this.#context);
  }
}

const rendered = new WeakSet<Node>();

/** Calls the page's function for the formulas in a node, once each. One that it cannot render is as it was written. */
function renderFormulas(node: Node, math: NonNullable<RenderContext['math']>): void {
  if (!(node instanceof HTMLElement)) return;
  for (const formula of node.matches('.math') ? [node] : node.querySelectorAll<HTMLElement>('.math')) {
    const raw = opaque.get(formula);
    if (raw === undefined || rendered.has(formula)) continue;
    rendered.add(formula);
    const isBlock = formula.classList.contains('math-display');
    if (!math(formula, formula.textContent, isBlock)) formula.replaceWith(raw);
  }
}

/** What in a text may still be joined to what follows, over a space. */
const OPEN = /[`[$\\]|<[a-z/!?]/i;

const ATOM = /^(?:code|link|image|math|footnote)$/;

/** How much of a text nothing that follows can change: up to a space, behind which all that was opened is closed. */
function safeLength(tokens: readonly InlineToken[]): number {
  let closed = '';
  /** The last place between two tokens that stand by themselves. */
  let between = 0;
  let isAtom = false;
  for (const token of tokens) {
    if (token.type === 'text') {
      if (token.canOpen) break;
      const open = token.canOpen === undefined ? token.raw.search(OPEN) : -1;
      closed += open < 0 ? token.raw : token.raw.slice(0, open);
      if (open >= 0) break;
    } else if (!/^(strong|em|del|code|link|image|break|escape|math|footnote)$/.test(token.type)) break;
    if (isAtom && ATOM.test(token.type)) between = closed.length;
    isAtom = ATOM.test(token.type);
    // It is no space.
    if (token.type !== 'text') closed += 'x'.repeat(lengthOf(token));
  }
  for (let at = closed.length - 2; at > between; at--) {
    if (closed[at] === ' ' && /\S/.test(closed[at - 1]!) && /\S/.test(closed[at + 1]!)) return at + 1;
  }
  return between;
}

/** Emphasis knows its marks and what stands within them. */
function lengthOf(token: InlineToken): number {
  if (token.type !== 'strong' && token.type !== 'em' && token.type !== 'del') return token.raw.length;
  return token.tokens.reduce((sum, inner) => sum + lengthOf(inner), token.raw.length * 2);
}

/** Where a text is cut that cannot be cut: at its last space. */
function hardLength(source: string): number {
  const space = source.lastIndexOf(' ') + 1;
  if (space > source.length / 2) return space;
  // Not between the halves of a character.
  return source.length - Number(/[\uD800-\uDBFF]$/.test(source));
}
