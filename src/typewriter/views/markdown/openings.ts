/** Recognises the syntax at the start of a line that opens a block. */
import { CLOSERS } from './formulas.ts';
import { mayBeTag } from './inline.ts';
import type { Line } from './line.ts';

/** The properties of a list. https://spec.commonmark.org/0.31.2/#lists */
export interface ListKind {
  readonly isOrdered: boolean;
  /** The bullet, or the delimiter after the number (`.` or `)`): another one begins another list. */
  readonly marker: string;
  readonly start: number;
  /** The indentation of the content of an item, in columns. */
  readonly width: number;
}

/** A block that a line opens. */
export type Opening =
  | { readonly type: 'quote' }
  | { readonly type: 'list'; readonly kind: ListKind }
  | { readonly type: 'item'; readonly kind: ListKind }
  | { readonly type: 'footnote'; readonly label: string }
  | { readonly type: 'details'; readonly isOpen: boolean }
  /** Without a text, its end is the last of its line, or in a later one. */
  | { readonly type: 'summary'; readonly text: string | undefined }
  | { readonly type: 'paragraph'; readonly task: string | undefined }
  | { readonly type: 'heading'; readonly depth: number }
  | { readonly type: 'fence'; readonly fence: string; readonly indent: number; readonly info: string }
  | { readonly type: 'code' }
  | { readonly type: 'html'; readonly kind: number }
  | { readonly type: 'math'; readonly open: string; readonly close: string }
  | { readonly type: 'rule' };

const HTML_STARTS = [
  /^<(?:script|pre|textarea|style)(?:\s|>|$)/i,
  /^<!--/,
  /^<[?]/,
  /^<![a-z]/i,
  /^<!\[CDATA\[/,
  /^<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|\/?>|$)/i,
  /^(?:<[a-z][a-z\d-]*(?:\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|<\/[a-z][a-z\d-]*\s*>)\s*$/i,
];
const HTML_ENDS = [/<\/(?:script|pre|textarea|style)>/i, /-->/, /\?>/, />/, /\]\]>/];

/** Whether an HTML block ends with a line. Its kind is an index of `HTML_STARTS`. https://spec.commonmark.org/0.31.2/#html-blocks */
export function endsHtml(kind: number, line: string): boolean {
  return HTML_ENDS[kind]?.test(line) ?? false;
}

/** The circumstances in which a line may open a block. */
export interface OpeningContext {
  /** Whether the block would interrupt a paragraph. */
  readonly interrupts: boolean;
  /** Whether the line could be a lazy continuation of a paragraph. */
  readonly isLazy: boolean;
  readonly list: ListKind | undefined;
  readonly math: boolean;
  readonly isInDetails: boolean;
  /** Whether the line starts with a footnote definition: these do not nest. */
  readonly isFootnote: boolean;
  /** Whether containers may be nested deeper. */
  readonly mayNest: boolean;
}

/** Reads the syntax that opens the next block of a line. Returns `undefined` if the rest opens none. */
export function nextOpening(line: Line, context: OpeningContext): readonly Opening[] | undefined {
  if (line.indent >= 4) {
    if (context.isLazy || line.isBlank) return undefined;
    line.skipIndent(4);
    return [{ type: 'code' }];
  }
  const text = line.content;
  const { mayNest } = context;
  switch (text[0] ?? '') {
    case '>':
      return mayNest ? readQuote(line) : undefined;
    case '#':
      return readHeading(line, text);
    case '`':
    case '~':
      return readFence(line, text);
    case '$':
    case '\\':
      return readMath(line, text, context);
    case '<':
      return (mayNest ? readDetails(line, text, context) : undefined) ?? readHtml(text, context);
    case '[':
      return mayNest ? readFootnote(line, text, context) : undefined;
    default:
      if (/^[a-z]/i.test(text)) return undefined;
      return readRule(line, text) ?? (mayNest ? readItem(line, text, context) : undefined);
  }
}

function readQuote(line: Line): Opening[] {
  skipTo(line, 1);
  line.skipIndent(1);
  return [{ type: 'quote' }];
}

function readHeading(line: Line, text: string): Opening[] | undefined {
  const [marks] = /^#{1,6}(?=[ \t]|$)/.exec(text) ?? [];
  if (!marks) return undefined;
  skipTo(line, marks.length);
  return [{ type: 'heading', depth: marks.length }];
}

function readFence(line: Line, text: string): Opening[] | undefined {
  const [, mark, info = ''] = /^(`{3,}(?=[^`]*$)|~{3,}(?!~))(.{0,1000})$/.exec(text) ?? [];
  if (!mark) return undefined;
  return [{ type: 'fence', fence: mark, indent: line.indent, info }];
}

const ENVIRONMENT =
  /^\\begin\{([a-z]*(?:align|array|cases|eqnarray|equation|gather|matrix|multline|split)[a-z]*\*?)\}/i;

function readMath(line: Line, text: string, context: OpeningContext): Opening[] | undefined {
  if (!context.math) return undefined;
  const [, name] = ENVIRONMENT.exec(text) ?? [];
  // The source of an environment contains its delimiters.
  if (name) return [{ type: 'math', open: '', close: `\\end{${name}}` }];
  const [open] = /^(?:\$\$(?!\$)|\\\[)(?!.*(?:\$\$|\\\]).*\S)/.exec(text) ?? [];
  if (!open || /^\$\$[^$]*\$\$[ \t]*\S/.test(text)) return undefined;
  skipTo(line, 2);
  return [{ type: 'math', open, close: CLOSERS[open]! }];
}

/** The end of a summary. */
export const SUMMARY_END: RegExp = /<\/summary>/i;

function readDetails(line: Line, text: string, { isInDetails }: OpeningContext): Opening[] | undefined {
  const [start] = /^<details(?:\s[^>]*)?>[ \t]*/i.exec(text) ?? [];
  if (start) {
    skipTo(line, start.length);
    return [{ type: 'details', isOpen: /\sopen\b/i.test(start) }];
  }
  const [summary, inner] =
    (isInDetails && /^<summary(?:\s[^>]*)?>(?:(.*?)<\/summary>[ \t]*(?=\S))?/i.exec(text)) || [];
  if (!summary) return undefined;
  skipTo(line, summary.length);
  return [{ type: 'summary', text: inner?.trim() }];
}

/** The tags that are HTML elements in text if they have no attributes, as a pattern. */
export const HARMLESS_TAGS =
  'abbr|b|bdi|br|cite|code|del|dfn|em|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|strong|sub|sup|u|var|wbr';

/** These tags do not open an HTML block, even alone in a line. */
const INLINE_TAG = new RegExp(`^</?(?:${HARMLESS_TAGS})\\s*/?>`, 'i');

function readHtml(text: string, { interrupts, isLazy }: OpeningContext): Opening[] | undefined {
  const kind = HTML_STARTS.findIndex((start) => start.test(text));
  if (kind < 0 || (kind === 6 && (interrupts || isLazy || INLINE_TAG.test(text)))) return undefined;
  return [{ type: 'html', kind }];
}

const RULE_START = /^([*_-])(?:[ \t]*\1){2}/;

function readRule(line: Line, text: string): Opening[] | undefined {
  if (!RULE_START.test(text) || !line.isOnly(text[0]!)) return undefined;
  line.at = line.text.length;
  return [{ type: 'rule' }];
}

/** Some models write the bullets themselves, without markdown. */
function readItem(line: Line, text: string, { interrupts, list }: OpeningContext): Opening[] | undefined {
  const [marker, number, delimiter] =
    /^(?:[*+-]|[·•‣▪◦](?=[ \t]+[^\s·•‣▪◦])|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(text) ?? [];
  if (!marker) return undefined;
  const isBlank = !/[^ \t]/.test(text.slice(marker.length));
  if (interrupts && (isBlank || (number && Number(number) !== 1))) return undefined;
  const { indent } = line;
  skipTo(line, marker.length);
  const spaces = line.indent;
  const padding = isBlank || spaces > 4 ? 1 : spaces;
  line.skipIndent(padding);
  const kind: ListKind = {
    isOrdered: number !== undefined,
    marker: delimiter ?? marker,
    start: Number(number ?? 1),
    width: indent + marker.length + padding,
  };
  const isSame = list?.isOrdered === kind.isOrdered && list.marker === kind.marker;
  return isSame
    ? [{ type: 'item', kind }]
    : [
        { type: 'list', kind },
        { type: 'item', kind },
      ];
}

function readFootnote(line: Line, text: string, { isFootnote }: OpeningContext): Opening[] | undefined {
  if (isFootnote) return undefined;
  const [start, label = ''] = /^\[\^([^\s\][^*`\\]{1,100})\]:[ \t]*/.exec(text) ?? [];
  if (!start) return undefined;
  skipTo(line, start.length);
  return [{ type: 'footnote', label }];
}

function skipTo(line: Line, count: number): void {
  line.skipIndent();
  line.skip(count);
}

/** Other lines that consist of opening syntax alone. A longer info string than these is probably a loop, and is text. */
const UNDECIDED =
  /^(?:(?:=+|[+·•‣▪◦]|\d{1,9}[.)]?|#{1,6}|>|`{1,2}|~{1,2}|\[(?:\^[^\s\]]{0,100}\]?:?)?)[ \t]*|`{3,}[^`]{0,1000}|~{3,}(?!~).{0,1000})$/;

/** Whether more of an arriving line is needed to know which block it opens. */
export function isUndecided(line: Line, { math }: Pick<OpeningContext, 'math'>): boolean {
  const text = line.content;
  // It may become a rule, an item, or the underline of a heading or a table.
  if (line.isOnly(/^[*_]/.exec(text)?.[0] ?? '-:|') || UNDECIDED.test(text)) return true;
  // A tag alone in its line is a block.
  if (text[0] === '<' && (mayBeTag(text) || HTML_STARTS[6]!.test(text))) return true;
  return math && (/^(?:\$\$?|\\\[?|\\begin\{[a-z]*\*?)$/i.test(text) || '\\begin'.startsWith(text));
}
