import type { MarkedToken, Token, Tokens } from 'marked';
import { patch } from './patch.ts';
import { element, renderBlocks, renderInline, renderItem, type RenderOptions } from './render.ts';
import { repair } from './repair.ts';

type Lex = (source: string) => Token[];

type Beginning =
  | { readonly type: 'paragraph'; readonly count: number; readonly length: number; readonly kept: Node[] }
  | { readonly type: 'list'; readonly count: number; readonly length: number; readonly isLoose: boolean }
  | { readonly type: 'table'; readonly count: number; readonly length: number; readonly head: string };

/** What stands before the rest of a paragraph, so that the rest is not taken for a block of its own. */
const WORD = 'x ';

/**
 * A long block whose beginning is shown for good: only the rest is read again when more arrives.
 */
export class BegunBlock {
  /** The source of the beginning. */
  readonly source: string;
  readonly #element: HTMLElement;
  readonly #beginning: Beginning;
  /** How many child nodes belong to the beginning. */
  readonly #count: number;
  readonly #options: RenderOptions;

  private constructor(
    own: HTMLElement,
    source: string,
    beginning: Beginning,
    before: number,
    options: RenderOptions,
  ) {
    this.source = source;
    this.#element = own;
    this.#beginning = beginning;
    this.#count = before + beginning.count;
    this.#options = options;
  }

  /**
   * Begins the block of this token, or moves the end of a beginning on. `tail` is the source that is not shown for
   * good. Returns nothing where nothing more can be.
   */
  static begin(
    token: MarkedToken,
    tail: string,
    lex: Lex,
    {
      begun,
      own,
      options,
    }: { begun: BegunBlock | undefined; own: HTMLElement | undefined; options: RenderOptions },
  ): { readonly begun: BegunBlock; readonly rest: string } | undefined {
    const block = begun ? begun.#element : own;
    const before = begun ? begun.#count : 0;
    const beginning = block && beginningOf(token, tail, begun, lex, options);
    if (!block || !beginning || beginning.length <= 0) return undefined;
    const source = (begun?.source ?? '') + tail.slice(0, beginning.length);
    const next = new BegunBlock(block, source, beginning, before, options);
    const rest = tail.slice(beginning.length);
    if (beginning.type === 'paragraph') {
      // Shows exactly what stays, so that the rest can go on behind it.
      patch(block, before, beginning.kept);
      next.render(lex(WORD + repair(rest, true))[0] as MarkedToken);
    }
    return { begun: next, rest };
  }

  /** What the source of the rest needs before it to be read as what it is. */
  get prefix(): string {
    const beginning = this.#beginning;
    return beginning.type === 'paragraph' ? WORD : beginning.type === 'table' ? beginning.head : '';
  }

  get isLoose(): boolean {
    return this.#beginning.type === 'list' && this.#beginning.isLoose;
  }

  /** Whether the beginning is still the beginning of this. */
  fits(token: Token | undefined): boolean {
    const { type } = this.#beginning;
    if (type === 'list') return token?.type === 'list' && (this.isLoose || !(token as Tokens.List).loose);
    if (type === 'paragraph') return token?.type === 'paragraph' || token?.type === 'heading';
    return token?.type === 'table';
  }

  /** Renders the rest. */
  render(token: MarkedToken): void {
    const own = this.#element;
    const options = this.#options;
    const { type } = this.#beginning;
    if (type === 'list') {
      const { items, loose } = token as Tokens.List;
      const nodes = items.map((item) => renderItem(item, options, loose || this.isLoose));
      patch(own, this.#count, nodes);
    } else if (type === 'table') {
      const [table] = renderBlocks([token], options);
      patch(own.lastElementChild!, this.#count, [...table!.lastChild!.childNodes]);
    } else {
      patch(own, this.#count, withoutWord(renderInline((token as Tokens.Paragraph).tokens, options)));
    }
  }

  /** Renders the rest for the last time. Returns the whole block. */
  finish(token: MarkedToken): HTMLElement {
    this.render(token);
    if (token.type !== 'heading') return this.#element;
    // A long paragraph that turns out to be a heading, by the line under it.
    const heading = element(`h${token.depth}`, [...this.#element.childNodes]);
    this.#element.replaceWith(heading);
    return heading;
  }
}

/** How much of a block nothing that arrives can change. */
function beginningOf(
  token: MarkedToken,
  tail: string,
  begun: BegunBlock | undefined,
  lex: Lex,
  options: RenderOptions,
): Beginning | undefined {
  const prefixLength = begun?.prefix.length ?? 0;
  if (token.type === 'list' && token.items.length > 1) {
    const length = token.items.slice(0, -1).reduce((sum, { raw }) => sum + raw.length, 0);
    const isLoose = token.loose || (begun?.isLoose ?? false);
    return { type: 'list', count: token.items.length - 1, length, isLoose };
  }
  if (token.type === 'table' && token.rows.length > 1) {
    const [, head = ''] = /^([^\n]*\n[^\n]*\n)/.exec(token.raw) ?? [];
    const length = token.raw.trimEnd().lastIndexOf('\n') + 1 - prefixLength;
    return { type: 'table', count: token.rows.length - 1, length, head };
  }
  if (token.type === 'paragraph') {
    const split = splitParagraph(token, prefixLength);
    if (!split) return undefined;
    const [whole] = lex(WORD + tail.slice(0, split.length)) as [Tokens.Paragraph];
    const kept = withoutWord(renderInline(whole.tokens, options));
    return { type: 'paragraph', count: kept.length, length: split.length, kept };
  }
  return undefined;
}

/** Takes away again what was put before the rest of a paragraph. */
function withoutWord(nodes: Node[]): Node[] {
  const first = nodes[0] as Text;
  first.data = first.data.slice(WORD.length);
  return first.data ? nodes : nodes.slice(1);
}

/** What in a text may still be joined to what comes, over a space: the rest of it is text whatever comes. */
const OPEN = /[`[]|(?<!\s)[*~]|[*~](?!\s)|(?<!\w)_|_(?!\w)|<[a-z/!?]/i;

/** How much of a paragraph nothing that comes can change: up to a space, behind which all that was opened is closed. */
function splitParagraph(
  { tokens, text, raw }: Tokens.Paragraph,
  from: number,
): { readonly length: number } | undefined {
  if (!raw.startsWith(text)) return undefined;
  let at = 0;
  let safe = 0;
  for (const token of tokens) {
    if (token.type === 'text') {
      const open = token.raw.search(OPEN);
      const part = open < 0 ? token.raw : token.raw.slice(0, open);
      const [, upTo = ''] = /^([^]*\S )\S/.exec(part) ?? [];
      if (upTo) safe = at + upTo.length;
      if (open >= 0) break;
    } else if (!/^(strong|em|del|codespan|link|image|br|escape)$/.test(token.type)) break;
    at += token.raw.length;
  }
  return safe > from ? { length: safe - from } : undefined;
}
