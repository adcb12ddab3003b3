import type { Lexer, Token, Tokens } from 'marked';

type Links = Lexer['tokens']['links'];

/** A finished block, and its source. */
interface Referrer {
  readonly source: string;
  node: Node;
}

/**
 * The link definitions of an answer, and the finished blocks that may refer to those that have not arrived.
 * https://spec.commonmark.org/0.31.2/#link-reference-definitions
 */
export class Definitions {
  readonly links = Object.create(null) as Links;
  readonly #referrers = new Map<string, Set<Referrer>>();
  readonly #render: (source: string) => Node | undefined;
  readonly #onReplace: (node: Node) => void;

  /**
   * @param render Renders a block again, with the definitions that are known now.
   * @param onReplace Called with each block that has replaced its first rendering.
   */
  constructor(render: (source: string) => Node | undefined, onReplace: (node: Node) => void) {
    this.#render = render;
    this.#onReplace = onReplace;
  }

  /** Remembers a finished block that may refer to a definition that has not arrived. */
  remember(source: string, node: Node | undefined): void {
    if (!node) return;
    const referrer = { source, node };
    for (const [, label = ''] of source.matchAll(/\[((?:[^[\]\\]|\\.)+)\]/g)) {
      const name = nameOf(label);
      if (name in this.links) continue;
      this.#referrers.set(name, (this.#referrers.get(name) ?? new Set()).add(referrer));
    }
  }

  /** Takes over the definitions in these blocks, and renders the blocks again that refer to them. */
  collect(tokens: readonly Token[]): void {
    for (const token of definitionsIn(tokens)) this.#define(token);
  }

  #define({ tag, href, title }: Tokens.Def): void {
    if (tag in this.links) return;
    this.links[tag] = { href, title };
    const name = nameOf(tag);
    const named = name ? [this.#referrers.get(name), this.#referrers.get('')] : this.#referrers.values();
    const all = new Set<Referrer>();
    for (const set of named) for (const referrer of set ?? []) all.add(referrer);
    for (const referrer of all) {
      const node = this.#render(referrer.source);
      if (!node || node.isEqualNode(referrer.node)) continue;
      (referrer.node as ChildNode).replaceWith(node);
      referrer.node = node;
      this.#onReplace(node);
    }
    if (name) this.#referrers.delete(name);
  }
}

/** The name of a plain label; of one with escapes or letters beyond ASCII, which have more than one case, none. */
const nameOf = (label: string): string =>
  /^[ -[^-~\s]*$/.test(label) ? label.trim().replace(/\s+/g, ' ').toLowerCase() : '';

/** The definitions of links in these blocks, also those in a quote or a list. */
function definitionsIn(tokens: readonly Token[]): Tokens.Def[] {
  return tokens.flatMap((token) => {
    if (token.type === 'def') return [token as Tokens.Def];
    const { items, tokens: inner } = token as Tokens.Generic;
    return definitionsIn(
      (items as Token[] | undefined) ?? (/^(blockquote|list_item)$/.test(token.type) ? (inner ?? []) : []),
    );
  });
}
