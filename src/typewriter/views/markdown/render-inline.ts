/** Renders inline tokens as nodes. */
import { createElement, isText } from './elements.ts';
import { decodeReferences } from './entities.ts';
import { createFormula } from './typeset.ts';
import type { InlineToken, LinkToken } from './tokens.ts';
import { HARMLESS_TAGS } from './openings.ts';
import { createLink, imageURL } from './policy.ts';
import type { RenderContext } from './context.ts';

/** The maximum depth of emphasis, beyond which it is text, and of raw HTML. */
const MAX_DEPTH = 100;

const HARMLESS_OPENING_TAG = new RegExp(`^<(?:${HARMLESS_TAGS})\\s*/?>$`, 'i');
const VOID = /^(?:area|br|col|hr|img|input|link|meta|source|track|wbr)$/;

/** Elements whose text is not shown as text. Markdown never goes into them, even if a sanitizer allows them. */
const NOT_MARKDOWN = /^(?:i?frame|math|no\w+|object|plaintext|script|style|svg|template|textarea|title|xmp)$/;

/** Renders inline tokens as nodes, without building or parsing strings of HTML. */
export function renderInline(tokens: readonly InlineToken[], context: RenderContext, depth = 0): Node[] {
  const nodes: Node[] = [];
  /** The open elements of raw HTML. */
  const open: { readonly name: string; readonly element: Element | undefined }[] = [];
  /** Text without a node yet: thousands of delimiters in a row are one node. */
  let text = '';
  const addText = (): void => {
    if (text) add(document.createTextNode(text), nodes, open.at(-1)?.element);
    text = '';
  };
  for (const token of tokens) {
    if (token.type === 'text' || token.type === 'escape') {
      text += textOf(token);
      continue;
    }
    addText();
    const parent = open.at(-1)?.element;
    if (token.type !== 'html') {
      add(renderToken(token, context, depth), nodes, parent);
      continue;
    }
    const [, slash, name = ''] = /^<(\/?)([a-z][a-z\d-]*)/i.exec(token.raw) ?? [];
    const tag = name.toLowerCase();
    const at = slash ? open.map((element) => element.name).lastIndexOf(tag) : -1;
    const opened = slash ? undefined : openTag(token.raw, tag, context);
    if (at >= 0) open.length = at;
    else add(opened?.node ?? document.createTextNode(token.raw), nodes, parent);
    if (opened && tag && !VOID.test(tag) && open.length < MAX_DEPTH)
      open.push({ name: tag, element: opened.element ?? parent });
  }
  addText();
  return nodes;
}

/** Appends a node to an element, or to a list if there is none. Merges adjacent text nodes. */
function add(node: Node, nodes: Node[], parent: Element | undefined): void {
  if (node.nodeType === Node.DOCUMENT_FRAGMENT_NODE)
    return [...node.childNodes].forEach((child) => add(child, nodes, parent));
  const last = parent ? parent.lastChild : nodes.at(-1);
  if (isText(node) && isText(last)) last.data += node.data;
  else if (parent) parent.append(node);
  else nodes.push(node);
}

/** Renders an opening tag: returns its node, and the element that later content goes into. */
function openTag(
  raw: string,
  tag: string,
  { sanitize }: RenderContext,
): { readonly node: Node; readonly element: Element | null } | undefined {
  const node = sanitize?.(undefined, raw);
  if (node) {
    let element: Element | null =
      node.nodeType === Node.ELEMENT_NODE ? (node as Element) : (node as DocumentFragment).firstElementChild;
    // A sanitizer may wrap its result in other elements.
    while (element?.firstElementChild) element = element.firstElementChild;
    return { node, element: element && NOT_MARKDOWN.test(element.localName) ? null : element };
  }
  if (!HARMLESS_OPENING_TAG.test(raw)) return undefined;
  const element = document.createElement(tag);
  return { node: element, element };
}

function renderToken(token: InlineToken, context: RenderContext, depth: number): Node {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are text
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return createElement(
        token.type,
        depth > MAX_DEPTH ? [textOf(token)] : renderInline(token.tokens, context, depth + 1),
      );
    case 'code':
      return createElement('code', [token.text]);
    case 'break':
      return createElement('br');
    case 'link':
      return createLink(
        token.href,
        token.title,
        renderInline(token.tokens, context, depth + 1),
        context,
        // `<std::string>` has the form of an address.
        token.raw[0] === '<' ? [document.createTextNode(token.raw)] : undefined,
      );
    case 'image':
      return renderImage(token, context);
    case 'math':
      return createFormula(token);
    case 'footnote':
      return context.footnotes.renderMark(token.label);
    default:
      return document.createTextNode(textOf(token));
  }
}

function renderImage(token: LinkToken, context: RenderContext): Node {
  const src = token.href && imageURL(token.href, context);
  const alt = token.tokens.map(textOf).join('');
  if (!src) return document.createTextNode(alt);
  const image = createElement('img');
  image.alt = alt;
  if (token.title) image.title = token.title;
  // Set before `src`: a lazy image that never gets into the page is not fetched.
  image.loading = 'lazy';
  image.referrerPolicy = 'no-referrer';
  image.src = src;
  return image;
}

function textOf(token: InlineToken): string {
  if ('tokens' in token) return token.tokens.map(textOf).join('');
  return 'text' in token ? token.text : decodeReferences(token.raw);
}
