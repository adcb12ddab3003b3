import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import type { View } from '../view.ts';
import { openCode, type OpenCode } from './code.ts';
import { patch } from './patch.ts';
import { element, renderBlocks, renderInline, renderItem, type RenderOptions } from './render.ts';
import { repair } from './repair.ts';

export type { LinkPolicy } from './policy.ts';

/** How markdown is shown. */
export interface MarkdownOptions extends RenderOptions {
  /** Called once for each block of code that is complete, e.g. to highlight it. */
  readonly highlight?: ((code: HTMLElement, language: string | undefined) => void) | undefined;
  /** Called once for each block that is complete, e.g. to give it a copy button. */
  readonly onBlock?: ((block: HTMLElement) => void) | undefined;
}

/** How many blocks share a section: siblings by the thousand make each layout dearer. */
const BLOCKS_PER_SECTION = 64;
/** A block that is longer, in characters, is not read from its start again with each piece that comes. */
const LONG = 2000;
/** Where a longer block cannot be read in pieces, it is read again only when it has grown by this share. */
const GROWTH = 0.05;

/** A block of which the beginning is shown for good; `tail` is the rest. */
type Begun = { readonly element: HTMLElement; source: string } & (
  | { readonly type: 'paragraph'; count: number }
  | { readonly type: 'list'; count: number; readonly isLoose: boolean }
  | { readonly type: 'table'; count: number; readonly head: string }
);

/** A finished block, and what it was made of. */
interface Referrer {
  readonly source: string;
  node: Node;
}

/** What stands before the rest of a paragraph, so that the rest is not taken for a block of its own. */
const WORD = 'x ';

/**
 * Shows GitHub-flavoured markdown. Only the block that is arriving is read again, blocks before it are never touched;
 * what has been opened is shown as if it were closed. Nodes are made one by one, so no HTML of the model's runs.
 *
 * @example
 * typewriter(answer, element, { view: markdown({ images: ['https://images.example.com'] }) });
 */
export function markdown(options: MarkdownOptions = {}): (root: HTMLElement) => View {
  return (root) => createView(root, options);
}

function createView(root: HTMLElement, options: MarkdownOptions): View {
  const { highlight, onBlock } = options;
  const links = Object.create(null) as Lexer['tokens']['links'];
  /** Finished blocks by the names that they may refer to, which are defined later in the answer. */
  const referrers = new Map<string, Set<Referrer>>();
  let section = startSection();
  /** How many nodes of the section are finished. */
  let finished = 0;
  /** The text of the block that is arriving. */
  let tail = '';
  let begun: Begun | undefined;
  let code: OpenCode | undefined;
  let readLength = 0;
  let heldReturn = '';

  function startSection(): HTMLElement {
    const made = document.createElement('div');
    root.append(made);
    return made;
  }

  function lex(source: string): Token[] {
    const lexer = new Lexer({ gfm: true });
    Object.assign(lexer.tokens.links, links);
    return lexer.lex(source);
  }

  function append(text: string): void {
    // A line may end in CR, LF, or both, which may come apart.
    const whole = heldReturn + text;
    heldReturn = whole.endsWith('\r') ? '\r' : '';
    add(whole.slice(0, whole.length - heldReturn.length).replace(/\r\n?/g, '\n'), false);
  }

  function add(text: string, isLast: boolean): void {
    let added = text;
    if (code) {
      const rest = code.append(added);
      if (rest === undefined) {
        if (!isLast) return;
        code.end();
        added = '';
      } else added = rest;
      finishNodes([code.element]);
      code = undefined;
    }
    tail += added;
    read(isLast);
  }

  /** Finishes all blocks but the last, and shows that as far as it has come. */
  function read(isLast: boolean): void {
    while (tail) {
      if (tail.length > LONG && !isLast && tail.length < readLength * (1 + GROWTH)) return;
      const opened = begun ? undefined : openCode(tail.replace(/^\n+/, ''));
      if (opened) {
        startCode(opened.code);
        const rest = opened.code.append(opened.rest);
        tail = '';
        if (rest === undefined) {
          if (!isLast) return;
          opened.code.end();
        } else tail = rest;
        finishNodes([opened.code.element]);
        code = undefined;
        continue;
      }
      readLength = tail.length;
      // Of a line that is arriving nobody can say yet which block it belongs to.
      const complete = isLast ? tail : tail.slice(0, tail.lastIndexOf('\n') + 1);
      const tokens = complete ? lex(prefix() + complete) : [];
      if (begun && tokens[0] && !fits(tokens[0])) {
        // Not what it seemed to be: from its start again.
        tail = begun.source + tail;
        begun = undefined;
        continue;
      }
      const last = tokens.length - 1 - Number(tokens.at(-1)?.type === 'space');
      const count = isLast ? tokens.length : last;
      if (count <= 0) return show();
      finishTokens(tokens.slice(0, count));
    }
  }

  const prefix = (): string =>
    begun?.type === 'paragraph' ? WORD : begun?.type === 'table' ? begun.head : '';

  /** Whether the beginning that is shown for good is still the beginning of this. */
  function fits(token: Token | undefined): boolean {
    if (!begun) return true;
    if (begun.type === 'list')
      return token?.type === 'list' && (begun.isLoose || !(token as Tokens.List).loose);
    if (begun.type === 'paragraph') return token?.type === 'paragraph' || token?.type === 'heading';
    return token?.type === 'table';
  }

  /** Shows the last block, and what has come after it, as far as it goes. */
  function show(): void {
    const tokens = lex(prefix() + tail);
    const [token] = tokens as [MarkedToken?];
    const isParagraph = tokens.at(-1)?.type === 'paragraph';
    const repaired = tail.length > LONG * 4 ? tail : repair(tail, isParagraph && tokens.length === 1);
    const shown = repaired === tail ? tokens : lex(prefix() + repaired);
    if (!begun) patch(section, finished, renderBlocks(shown, options));
    else if (fits(shown[0])) {
      renderBegun(shown[0] as MarkedToken);
      patch(section, finished + 1, renderBlocks(shown.slice(1), options));
    }
    if (tail.length > LONG && token && fits(token)) begin(token);
  }

  /** Renders the rest of the block whose beginning is shown for good. */
  function renderBegun(token: MarkedToken): void {
    const { element: own, type, count } = begun!;
    if (type === 'list') {
      const { items, loose } = token as Tokens.List;
      const isLoose = loose || (begun as { isLoose: boolean }).isLoose;
      patch(
        own,
        count,
        items.map((item) => renderItem(item, options, isLoose)),
      );
    } else if (type === 'table') {
      const [table] = renderBlocks([token], options);
      patch(own.lastElementChild!, count, [...table!.lastChild!.childNodes]);
    } else {
      patch(own, count, withoutWord(renderInline((token as Tokens.Paragraph).tokens, options)));
    }
  }

  /** Shows the beginning of a long block for good, and keeps only the rest to read again. */
  function begin(token: MarkedToken): void {
    const own = (begun?.element ?? section.childNodes[finished]) as HTMLElement | undefined;
    const source = begun?.source ?? '';
    const before = begun?.count ?? 0;
    let length = 0;
    let next: Begun | undefined;
    if (!own) return;
    if (token.type === 'list' && token.items.length > 1) {
      length = token.items.slice(0, -1).reduce((sum, { raw }) => sum + raw.length, 0);
      const isLoose = token.loose || (begun?.type === 'list' && begun.isLoose);
      next = { type: 'list', element: own, count: before + token.items.length - 1, isLoose, source: '' };
    } else if (token.type === 'table' && token.rows.length > 1) {
      const [, head = ''] = /^([^\n]*\n[^\n]*\n)/.exec(token.raw) ?? [];
      const start = token.raw.trimEnd().lastIndexOf('\n') + 1;
      length = start - prefix().length;
      next = { type: 'table', element: own, count: before + token.rows.length - 1, head, source: '' };
    } else if (token.type === 'paragraph') {
      const split = splitParagraph(token, prefix().length);
      if (!split) return;
      length = split.length;
      // Shows exactly what stays, so that the rest can go on behind it.
      const [whole] = lex(WORD + tail.slice(0, length)) as [Tokens.Paragraph];
      const kept = withoutWord(renderInline(whole.tokens, options));
      patch(own, before, kept);
      next = { type: 'paragraph', element: own, count: before + kept.length, source: '' };
    }
    if (!next || length <= 0) return;
    next.source = source + tail.slice(0, length);
    tail = tail.slice(length);
    begun = next;
    readLength = 0;
    if (next.type === 'paragraph') renderBegun(lex(WORD + repair(tail, true))[0] as MarkedToken);
  }

  function startCode(opened: OpenCode): void {
    code = opened;
    patch(section, finished, []);
    section.append(opened.element);
  }

  /** These blocks are complete, and shown for good. */
  function finishTokens(tokens: readonly Token[]): void {
    const all = prefix() + tail;
    const length = tokens.reduce((sum, { raw }) => sum + raw.length, 0);
    const source = (begun?.source ?? '') + all.slice(prefix().length, length);
    tail = all.slice(length);
    readLength = 0;
    for (const [at, token] of (tokens as MarkedToken[]).entries()) {
      let nodes: readonly Node[];
      if (at === 0 && begun) {
        const { element: own } = begun;
        renderBegun(token);
        begun = undefined;
        nodes = [token.type === 'heading' ? asHeading(own, token.depth) : own];
        remember(source, finishNodes(nodes));
      } else remember(token.raw, finishNodes(renderBlocks([token], options)));
    }
    for (const token of definitionsIn(tokens)) define(token);
  }

  /** A long paragraph that turns out to be a heading, by the line under it. */
  function asHeading(paragraph: HTMLElement, depth: number): HTMLElement {
    const heading = element(`h${depth}`, [...paragraph.childNodes]);
    paragraph.replaceWith(heading);
    return heading;
  }

  /** Gives the nodes as they stand in the page now. */
  function finishNodes(nodes: readonly Node[]): readonly Node[] {
    patch(section, finished, nodes);
    const placed = nodes.map((_, at) => section.childNodes[finished + at]!);
    for (const node of placed) if (node instanceof HTMLElement) complete(node);
    finished += nodes.length;
    if (finished >= BLOCKS_PER_SECTION) {
      section = startSection();
      finished = 0;
    }
    return placed;
  }

  function complete(block: HTMLElement): void {
    for (const pre of block.matches('pre') ? [block] : block.querySelectorAll('pre')) {
      const own = pre.firstElementChild as HTMLElement;
      highlight?.(own, /^language-(.+)$/.exec(own.className)?.[1]);
    }
    onBlock?.(block);
  }

  /** Keeps what may refer to a definition that has not come. */
  function remember(source: string, [node]: readonly Node[]): void {
    if (!node) return;
    const referrer = { source, node };
    for (const [, label = ''] of source.matchAll(/\[((?:[^[\]\\]|\\.)+)\]/g)) {
      const name = nameOf(label);
      if (!(name in links)) referrers.set(name, (referrers.get(name) ?? new Set()).add(referrer));
    }
  }

  function define({ tag, href, title }: Tokens.Def): void {
    if (tag in links) return;
    links[tag] = { href, title };
    const name = nameOf(tag);
    const named = name ? [referrers.get(name), referrers.get('')] : referrers.values();
    const all = new Set<Referrer>();
    for (const set of named) for (const referrer of set ?? []) all.add(referrer);
    for (const referrer of all) {
      const [made] = renderBlocks(lex(referrer.source), options);
      if (!made || made.isEqualNode(referrer.node)) continue;
      (referrer.node as ChildNode).replaceWith(made);
      referrer.node = made;
      if (made instanceof HTMLElement) complete(made);
    }
    if (name) referrers.delete(name);
  }

  return {
    append,
    end() {
      if (heldReturn) {
        heldReturn = '';
        add('\n', true);
      } else add('', true);
    },
  };
}

/** Takes away again what was put before the rest of a paragraph. */
function withoutWord(nodes: Node[]): Node[] {
  const first = nodes[0] as Text;
  first.data = first.data.slice(WORD.length);
  return first.data ? nodes : nodes.slice(1);
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
