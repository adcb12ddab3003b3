import { element } from './elements.ts';
import { decodeReferences } from './entities.ts';
import type { InlineToken, LinkToken, MathToken } from './tokens.ts';
import { HARMLESS } from './openings.ts';
import { opaque } from './patch.ts';
import { imageURL, linkURL } from './policy.ts';
import type { RenderContext } from './context.ts';

/** Deeper emphasis is text. */
const DEEPEST = 100;

const HARMLESS_TAG = new RegExp(`^<(?:${HARMLESS})\\s*/?>$`, 'i');
const VOID = /^(?:area|br|col|hr|img|input|link|meta|source|track|wbr)$/;

/** Elements in which text is more than text. What follows does not go into them, whatever a sanitizer lets through. */
const RAW = /^(?:i?frame|math|no\w+|object|script|style|svg|template|textarea|title|xmp)$/;

/** The nodes of a list of inline tokens. No string of HTML is made or read on the way. */
export function renderSpans(tokens: readonly InlineToken[], context: RenderContext, depth = 0): Node[] {
  const nodes: Node[] = [];
  /** The elements that raw HTML has opened. */
  const open: { readonly name: string; readonly element: Element | undefined }[] = [];
  for (const token of tokens) {
    const parent = open.at(-1)?.element;
    if (token.type !== 'html') {
      add(renderSpan(token, context, depth), nodes, parent);
      continue;
    }
    const [, slash, name = ''] = /^<(\/?)([a-z][a-z\d-]*)/i.exec(token.raw) ?? [];
    const tag = name.toLowerCase();
    const at = slash ? open.map((element) => element.name).lastIndexOf(tag) : -1;
    const made = slash ? undefined : openTag(token.raw, tag, context);
    if (at >= 0) open.length = at;
    else add(made?.node ?? document.createTextNode(token.raw), nodes, parent);
    if (made && tag && !VOID.test(tag) && open.length < DEEPEST)
      open.push({ name: tag, element: made.element ?? parent });
  }
  return nodes;
}

/** Adds a node to an element, or else to a list. Pieces of text that meet are one piece. */
function add(node: Node, nodes: Node[], parent: Element | undefined): void {
  if (node.nodeType === Node.DOCUMENT_FRAGMENT_NODE)
    return [...node.childNodes].forEach((child) => add(child, nodes, parent));
  const last = parent ? parent.lastChild : nodes.at(-1);
  if (node instanceof Text && last instanceof Text) last.data += node.data;
  else if (parent) parent.append(node);
  else nodes.push(node);
}

/** What an opening tag makes: a node, and the element that what follows goes into. */
function openTag(
  raw: string,
  tag: string,
  { sanitize }: RenderContext,
): { readonly node: Node; readonly element: Element | null } | undefined {
  const node = sanitize?.(raw);
  if (node) {
    let element: Element | null =
      node.nodeType === Node.ELEMENT_NODE ? (node as Element) : (node as DocumentFragment).firstElementChild;
    // A sanitizer may give its result a root of its own.
    while (element?.firstElementChild) element = element.firstElementChild;
    return { node, element: element && RAW.test(element.localName) ? null : element };
  }
  if (!HARMLESS_TAG.test(raw)) return undefined;
  const element = document.createElement(tag);
  return { node: element, element };
}

function renderSpan(token: InlineToken, context: RenderContext, depth: number): Node {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return element(
        token.type,
        depth > DEEPEST ? [textOf(token)] : renderSpans(token.tokens, context, depth + 1),
      );
    case 'code':
      return element('code', [token.text]);
    case 'break':
      return element('br');
    case 'link':
      return renderLink(token, context, depth);
    case 'image':
      return renderImage(token, context);
    case 'math':
      return renderMath(token);
    case 'footnote':
      return context.footnotes.renderMark(token.label);
    case 'escape':
      return document.createTextNode(token.text);
    case 'text':
      return document.createTextNode(decodeReferences(token.raw));
    case 'html':
      return document.createTextNode(token.raw);
    default:
      return token satisfies never;
  }
}

function renderLink(token: LinkToken, context: RenderContext, depth: number): Node {
  const nodes = renderSpans(token.tokens, context, depth + 1);
  const href = token.href === undefined ? undefined : linkURL(token.href, context);
  if (href === undefined) return fragmentOf(nodes);
  const link = element('a', nodes) as HTMLAnchorElement;
  link.setAttribute('href', href);
  link.setAttribute('rel', 'noopener noreferrer nofollow');
  if (token.title) link.title = token.title;
  if (!context.link) return link;
  if (context.link(link, new URL(href)) === false) return fragmentOf(nodes);
  // The page may hold on to it: what has another address is another link.
  opaque.set(link, link.outerHTML);
  return link;
}

function fragmentOf(nodes: readonly Node[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes);
  return fragment;
}

function renderImage(token: LinkToken, context: RenderContext): Node {
  const src = token.href && imageURL(token.href, context);
  const alt = token.tokens.map(textOf).join('');
  if (!src) return document.createTextNode(alt);
  const image = element('img');
  image.setAttribute('alt', alt);
  if (token.title) image.title = token.title;
  // Before the address: a lazy image that never gets into the page is not fetched.
  image.setAttribute('loading', 'lazy');
  image.setAttribute('referrerpolicy', 'no-referrer');
  image.setAttribute('src', src);
  return image;
}

/** A formula as it is written, for the page's function to replace. */
export function renderMath({ raw, source, isBlock }: Omit<MathToken, 'type'>): HTMLElement {
  const formula = element(isBlock ? 'div' : 'span', [source]);
  if (isBlock) formula.style.display = 'block';
  formula.className = isBlock ? 'math math-display' : 'math math-inline';
  opaque.set(formula, raw);
  return formula;
}

function textOf(token: InlineToken): string {
  if ('tokens' in token) return token.tokens.map(textOf).join('');
  return 'text' in token ? token.text : decodeReferences(token.raw);
}
