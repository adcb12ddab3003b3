import type { Line } from './line.ts';

/** What the items of a list have in common. https://spec.commonmark.org/0.31.2/#lists */
export interface ListKind {
  readonly isOrdered: boolean;
  /** The bullet, or what follows the number. */
  readonly mark: string;
  readonly start: number;
  /** How far the text of an item is indented. */
  readonly width: number;
}

/** A block that a line opens. */
export type Opening =
  | { readonly type: 'quote' }
  | { readonly type: 'list'; readonly kind: ListKind }
  | { readonly type: 'item'; readonly kind: ListKind }
  | { readonly type: 'footnote'; readonly label: string }
  | { readonly type: 'details'; readonly isOpen: boolean }
  | { readonly type: 'summary'; readonly text: string }
  | { readonly type: 'paragraph'; readonly task: string | undefined }
  | { readonly type: 'heading'; readonly depth: number }
  | { readonly type: 'fence'; readonly fence: string; readonly indent: number; readonly info: string }
  | { readonly type: 'code' }
  | { readonly type: 'html'; readonly end: number }
  | { readonly type: 'math'; readonly end: '$$' | '\\]' }
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

/** Whether a block of HTML of this kind ends with a line. https://spec.commonmark.org/0.31.2/#html-blocks */
export function endsHtml(kind: number, line: string): boolean {
  return HTML_ENDS[kind]?.test(line) ?? false;
}

/** Where a block would begin. */
export interface Place {
  /** Whether a paragraph would be interrupted. */
  readonly interrupts: boolean;
  /** Whether the line could as well go on with a paragraph. */
  readonly isLazy: boolean;
  readonly list: ListKind | undefined;
  readonly math: boolean;
  readonly isInDetails: boolean;
  /** Whether the line has begun with the definition of a footnote, in which none stands. */
  readonly isFootnote: boolean;
  /** Whether containers may be nested deeper. */
  readonly mayNest: boolean;
}

/** The next block that a line opens, where it opens one. Reads what opens it. */
export function nextOpening(line: Line, place: Place): readonly Opening[] | undefined {
  if (line.indent >= 4) {
    if (place.isLazy || line.isBlank) return undefined;
    line.skipIndent(4);
    return [{ type: 'code' }];
  }
  const text = line.content;
  const { mayNest } = place;
  switch (text[0] ?? '') {
    case '>':
      return mayNest ? quote(line) : undefined;
    case '#':
      return heading(line, text);
    case '`':
    case '~':
      return fence(line, text);
    case '$':
    case '\\':
      return math(line, text, place);
    case '<':
      return (mayNest ? details(line, text, place) : undefined) ?? html(text, place);
    case '[':
      return mayNest ? footnote(line, text, place) : undefined;
    default:
      if (!/^[*_+\d-]/.test(text)) return undefined;
      return rule(line, text) ?? (mayNest ? item(line, text, place) : undefined);
  }
}

function quote(line: Line): Opening[] {
  skip(line, 1);
  line.skipIndent(1);
  return [{ type: 'quote' }];
}

function heading(line: Line, text: string): Opening[] | undefined {
  const [marks] = /^#{1,6}(?=[ \t]|$)/.exec(text) ?? [];
  if (!marks) return undefined;
  skip(line, marks.length);
  return [{ type: 'heading', depth: marks.length }];
}

function fence(line: Line, text: string): Opening[] | undefined {
  const [, mark, info = ''] = /^(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(text) ?? [];
  if (!mark) return undefined;
  return [{ type: 'fence', fence: mark, indent: line.indent, info }];
}

function math(line: Line, text: string, place: Place): Opening[] | undefined {
  if (!place.math) return undefined;
  const [mark] = /^(?:\$\$(?!\$)|\\\[)(?!.*(?:\$\$|\\\]).*\S)/.exec(text) ?? [];
  if (!mark || /^\$\$[^$]*\$\$[ \t]*\S/.test(text)) return undefined;
  skip(line, 2);
  return [{ type: 'math', end: mark === '$$' ? '$$' : '\\]' }];
}

function details(line: Line, text: string, { isInDetails }: Place): Opening[] | undefined {
  const [start, isOpen] = /^<details(\s+open(?:="[^"]*")?)?\s*>[ \t]*/i.exec(text) ?? [];
  if (start) {
    skip(line, start.length);
    return [{ type: 'details', isOpen: isOpen !== undefined }];
  }
  const [summary, inner = ''] = (isInDetails && /^<summary>(.*?)<\/summary>[ \t]*/i.exec(text)) || [];
  if (!summary) return undefined;
  skip(line, summary.length);
  return [{ type: 'summary', text: inner.trim() }];
}

/** The elements that stand for themselves in text, where they have no attributes. */
export const HARMLESS =
  'abbr|b|br|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|strong|sub|sup|u|var|wbr';

/** They begin no block of HTML when a line holds nothing else. */
const INLINE_TAG = new RegExp(`^</?(?:${HARMLESS})\\s*/?>`, 'i');

function html(text: string, { interrupts, isLazy }: Place): Opening[] | undefined {
  const end = HTML_STARTS.findIndex((start) => start.test(text));
  if (end < 0 || (end === 6 && (interrupts || isLazy || INLINE_TAG.test(text)))) return undefined;
  return [{ type: 'html', end }];
}

const RULE = /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/;

function rule(line: Line, text: string): Opening[] | undefined {
  if (!RULE.test(text)) return undefined;
  line.at = line.text.length;
  return [{ type: 'rule' }];
}

function item(line: Line, text: string, { interrupts, list }: Place): Opening[] | undefined {
  const [marker, number, delimiter] = /^(?:[*+-]|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(text) ?? [];
  if (!marker) return undefined;
  const isBlank = !text.slice(marker.length).trim();
  if (interrupts && (isBlank || (number && Number(number) !== 1))) return undefined;
  const { indent } = line;
  skip(line, marker.length);
  const spaces = line.indent;
  const padding = isBlank || spaces > 4 ? 1 : spaces;
  line.skipIndent(padding);
  const kind: ListKind = {
    isOrdered: number !== undefined,
    mark: delimiter ?? marker,
    start: Number(number ?? 1),
    width: indent + marker.length + padding,
  };
  const isSame = list?.isOrdered === kind.isOrdered && list.mark === kind.mark;
  return isSame
    ? [{ type: 'item', kind }]
    : [
        { type: 'list', kind },
        { type: 'item', kind },
      ];
}

function footnote(line: Line, text: string, { isFootnote }: Place): Opening[] | undefined {
  if (isFootnote) return undefined;
  const [start, label = ''] = /^\[\^([^\s\][^*`\\]{1,100})\]:[ \t]*/.exec(text) ?? [];
  if (!start) return undefined;
  skip(line, start.length);
  return [{ type: 'footnote', label }];
}

function skip(line: Line, count: number): void {
  line.skipIndent();
  line.skip(count);
}

/** What only opens something, or may yet become the underline of a heading or a table: nobody knows what it will be. */
const UNDECIDED =
  /^(?:=+|[-+][- \t]*|\*[* \t]*|_[_ \t]*|\d{1,9}[.)]?|#{1,6}|>|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*|<[^>]{0,1000}|\[(?:\^[^\s\]]{0,100}\]?:?)?|:?-+:?[-:| \t]*|[|:][-:| \t]*)[ \t]*$/;

/** Whether a line that is arriving does not yet say what it opens. */
export function isUndecided(
  text: string,
  { math, isInDetails }: Pick<Place, 'math' | 'isInDetails'>,
): boolean {
  if (UNDECIDED.test(text)) return true;
  if (math && /^(?:\$\$?|\\\[?)$/.test(text)) return true;
  return isInDetails && /^<summary>/i.test(text) && !/<\/summary>/i.test(text);
}
