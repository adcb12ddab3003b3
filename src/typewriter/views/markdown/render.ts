import type { MarkedToken, Token, Tokens } from 'marked';
import { decodeReferences } from './entities.ts';
import { addLines } from './lines.ts';
import { imageURL, linkURL, type LinkPolicy } from './policy.ts';

/** How tokens become nodes. */
export interface RenderOptions extends LinkPolicy {
  /**
   * Makes nodes of a block of raw HTML, which is text otherwise. What it gives goes into the page as it is.
   * @default raw HTML is text
   */
  readonly sanitize?: ((html: string) => Node) | undefined;
}

/** The nodes of a list of block tokens. No string of HTML is made or read on the way. */
export function renderBlocks(tokens: readonly Token[], options: RenderOptions, isLoose = false): Node[] {
  return tokens.flatMap((token) => renderBlock(token as MarkedToken, options, isLoose));
}

function renderBlock(token: MarkedToken, options: RenderOptions, isLoose: boolean): Node[] {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what only stands in text is no block
  switch (token.type) {
    case 'paragraph':
      return [element('p', renderInline(token.tokens, options))];
    case 'text': {
      // In an item of a tight list there are no paragraphs.
      const nodes = renderInline(token.tokens ?? [token], options);
      return isLoose ? [element('p', nodes)] : nodes;
    }
    case 'heading':
      return [element(`h${token.depth}`, renderInline(token.tokens, options))];
    case 'code':
      return [codeBlock(token.lang ?? '', token.text.replace(/\n$/, ''))];
    case 'blockquote':
      return [element('blockquote', renderBlocks(token.tokens, options))];
    case 'list': {
      const list = element(
        token.ordered ? 'ol' : 'ul',
        token.items.map((item) => renderItem(item, options, token.loose)),
      );
      if (token.ordered && token.start !== 1) list.setAttribute('start', String(token.start));
      return [list];
    }
    case 'table':
      return [renderTable(token, options)];
    case 'hr':
      return [element('hr')];
    case 'html':
      return [
        options.sanitize
          ? element('div', [options.sanitize(token.text)])
          : element('p', [token.text.trimEnd()]),
      ];
    case 'checkbox':
      return renderInline([token], options);
    default:
      return [];
  }
}

/** One item of a list. */
export function renderItem(item: Tokens.ListItem, options: RenderOptions, isLoose: boolean): HTMLElement {
  return element('li', renderBlocks(item.tokens, options, isLoose));
}

function renderTable({ header, rows }: Tokens.Table, options: RenderOptions): HTMLElement {
  const renderRow = (cells: readonly Tokens.TableCell[], tag: string): HTMLElement =>
    element(
      'tr',
      cells.map(({ tokens, align }) => {
        const cell = element(tag, renderInline(tokens, options));
        if (align) cell.style.textAlign = align;
        return cell;
      }),
    );
  return element('table', [
    element('thead', [renderRow(header, 'th')]),
    element(
      'tbody',
      rows.map((row) => renderRow(row, 'td')),
    ),
  ]);
}

/** A block of code, whose last line ends, too. */
export function codeBlock(info: string, text: string): HTMLElement {
  const code = element('code');
  const add = addLines(code);
  if (text) for (const line of `${text}\n`.match(/[^\n]*\n/g) ?? []) add(line);
  setLanguage(code, info);
  const block = element('pre', [code]);
  // Long lines scroll, which a keyboard can do where the focus is.
  block.tabIndex = 0;
  return block;
}

/** Names the language of code as highlighters look for it. */
export function setLanguage(code: HTMLElement, info: string): void {
  const language = /^[^\s`]+/.exec(decodeReferences(info))?.[0];
  if (language) code.className = `language-${language}`;
}

/** The nodes of a list of inline tokens. */
export function renderInline(tokens: readonly Token[], options: RenderOptions): Node[] {
  const nodes: Node[] = [];
  for (const token of tokens) {
    for (const node of renderSpan(token as MarkedToken, options)) {
      const last = nodes.at(-1);
      // Pieces of text that meet are one piece.
      if (node instanceof Text && last instanceof Text) last.data += node.data;
      else nodes.push(node);
    }
  }
  return nodes;
}

function renderSpan(token: MarkedToken, options: RenderOptions): Node[] {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is no text shows as it is written
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [element(token.type, renderInline(token.tokens, options))];
    case 'codespan':
      return [element('code', [token.text])];
    case 'br':
      return [element('br')];
    case 'link': {
      const nodes = renderInline(token.tokens, options);
      const href = linkURL(decodeReferences(token.href), options);
      if (href === undefined) return nodes;
      const link = element('a', nodes);
      link.setAttribute('href', href);
      link.setAttribute('rel', 'noopener noreferrer nofollow');
      if (token.title) link.title = decodeReferences(token.title);
      return [link];
    }
    case 'image': {
      const src = imageURL(decodeReferences(token.href), options);
      const alt = decodeReferences(token.text);
      if (src === undefined) return [document.createTextNode(alt)];
      const image = element('img');
      image.setAttribute('alt', alt);
      if (token.title) image.title = decodeReferences(token.title);
      image.setAttribute('loading', 'lazy');
      image.setAttribute('referrerpolicy', 'no-referrer');
      image.setAttribute('src', src);
      return [image];
    }
    case 'checkbox': {
      const box = element('input');
      box.setAttribute('type', 'checkbox');
      box.setAttribute('disabled', '');
      box.toggleAttribute('checked', token.checked);
      return [box, document.createTextNode(' ')];
    }
    case 'html':
    case 'escape':
      return [document.createTextNode(token.text)];
    case 'text':
      return token.tokens
        ? renderInline(token.tokens, options)
        : [document.createTextNode(decodeReferences(token.text))];
    default:
      return [document.createTextNode(token.raw)];
  }
}

/** The elements that have the direction of their own first letter. */
const DIRECTED = /^(p|h\d|ol|ul|blockquote|t[hd])$/;

/** Makes an element with these children, of which strings are text. */
export function element(tag: string, children: readonly (Node | string)[] = []): HTMLElement {
  const made = document.createElement(tag);
  if (DIRECTED.test(tag)) made.dir = 'auto';
  made.append(...children);
  return made;
}
