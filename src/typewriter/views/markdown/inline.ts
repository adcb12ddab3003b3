import { addressAt, emailAround } from './addresses.ts';
import { findEmphasis, type EmphasisOptions } from './emphasis.ts';
import { matchAt, readTarget, type Target } from './links.ts';
import type { AtomToken, FlatToken, InlineToken, MathToken } from './tokens.ts';

/** How text is read. */
export interface InlineOptions extends EmphasisOptions {
  /** What shows formulas, where they are more than text. */
  readonly math: unknown;
  readonly definitions: {
    /** Where a reference goes. One that may wait shows its text until there is a definition. */
    find(label: string, mayWait: boolean): Target | undefined;
  };
}

/** A bracket that may begin a link. https://spec.commonmark.org/0.31.2/#phase-2-inline-structure */
interface Bracket {
  readonly isImage: boolean;
  /** Where its text begins. */
  readonly from: number;
  /** How many tokens stand before it. */
  readonly tokens: number;
  isClosed: boolean;
}

/** What may be more than text. */
const SPECIAL = /[\\`*_~[\]<\n$@]|!\[|(?:https?|ftp):\/\/|www\./gi;

/** Whether a text is nothing more. */
export const isPlain = (source: string): boolean => source.search(SPECIAL) < 0;

const ESCAPE = /\\[!-/:-@[-`{-~]/y;
const RUN = /\*+|_+|~+/y;
const TICKS = /`+/y;
const BREAK = /(?: {2,}|\\)\n[ \t]*/y;
const FOOTNOTE = /\[\^([^\s\][^*`\\]{1,100})\](?!\(|:\S)/y;
const LABEL = /\[((?:[^[\]\\]|\\[^]){0,999})\]/y;
const ANGLED = /<([a-z][a-z\d+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d.-]*[a-z\d])?)>/iy;
const HTML =
  /<(?:[a-z][a-z\d-]*(?:\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|\/[a-z][a-z\d-]*\s*>|!---?>|!--[^]*?-->|\?[^]*?\?>|![a-z][^>]*>|!\[CDATA\[[^]*?\]\]>)/iy;
const MATH = [
  /(\$\$)([^$]+?)\$\$/y,
  /(\$)((?![\s$]|(?<=\w\$)\d)(?:[^$\\\n`]|\\.){0,1000}?(?:[^\s\\$`]|\\\S))\$(?!\w)/y,
  /(\\\[)([^]{1,2000}?)\\\]/y,
  /(\\\()([^]{1,1000}?)\\\)/y,
];

/**
 * The tokens of a piece of text, with what stands within them.
 *
 * @param isArriving Whether more text may follow: what is open then ends with the text
 */
export function lexInline(source: string, options: InlineOptions, isArriving: boolean): InlineToken[] {
  return findEmphasis(new InlineLexer(source, options).lex(), options, isArriving);
}

class InlineLexer {
  readonly #source: string;
  readonly #options: InlineOptions;
  readonly #tokens: FlatToken[] = [];
  readonly #brackets: Bracket[] = [];
  #at = 0;
  /** Where text begins that is no token yet. */
  #textStart = 0;

  constructor(source: string, options: InlineOptions) {
    this.#source = source;
    this.#options = options;
  }

  lex(): FlatToken[] {
    const source = this.#source;
    for (;;) {
      SPECIAL.lastIndex = this.#at;
      const found = SPECIAL.exec(source);
      if (!found) break;
      this.#at = found.index;
      if (!this.#read(found[0][0]!)) this.#at++;
    }
    this.#at = source.length;
    this.#endText();
    return this.#tokens;
  }

  /** Reads what begins with this character. Returns whether it is more than text. */
  #read(character: string): boolean {
    switch (character) {
      case '\\':
        return this.#readMath() || this.#readEscape();
      case '$':
        return this.#readMath();
      case '`':
        return this.#readCode();
      case '\n':
        return this.#readLineEnd();
      case '[':
        return this.#readFootnote() || this.#openBracket(1);
      case '!':
        return this.#openBracket(2);
      case ']':
        return this.#closeBracket();
      case '<':
        return this.#readAngled();
      case '@':
        return this.#readEmail();
      case '*':
      case '_':
      case '~':
        return this.#add({ type: 'delimiter', raw: this.#match(RUN)![0] });
      default:
        return this.#readAddress();
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    return matchAt(pattern, this.#source, this.#at);
  }

  /** Adds a token behind the text before it, which ends earlier by `back` characters. */
  #add(token: FlatToken, back = 0): true {
    this.#endText(back);
    this.#tokens.push(token);
    this.#at += token.raw.length - back;
    this.#textStart = this.#at;
    return true;
  }

  #endText(back = 0): void {
    const raw = this.#source.slice(this.#textStart, this.#at - back);
    if (raw) this.#tokens.push({ type: 'text', raw });
  }

  #readMath(): boolean {
    if (!this.#options.math) return false;
    for (const pattern of MATH) {
      const [raw, mark, source = ''] = this.#match(pattern) ?? [];
      const isBlock = mark === '$$' || mark === '\\[';
      if (raw) return this.#add({ type: 'math', raw, source, isBlock } satisfies MathToken);
    }
    return false;
  }

  #readEscape(): boolean {
    const [raw] = this.#match(ESCAPE) ?? [];
    if (raw) return this.#add({ type: 'escape', raw, text: raw[1]! });
    return this.#readBreak();
  }

  #readBreak(): boolean {
    const [raw] = this.#match(BREAK) ?? [];
    return raw !== undefined && this.#add({ type: 'break', raw, text: '\n' });
  }

  /** A line ends: with two spaces before it, hard. Other white space around it is not shown. */
  #readLineEnd(): boolean {
    const end = this.#at;
    while (this.#at > this.#textStart && this.#source[this.#at - 1] === ' ') this.#at--;
    if (this.#readBreak()) return true;
    const [, indent = ''] = /^\n([ \t]*)/.exec(this.#source.slice(end, end + 200)) ?? [];
    this.#endText();
    this.#at = end;
    this.#textStart = end;
    this.#at = end + 1;
    this.#endText();
    this.#at += indent.length;
    this.#textStart = this.#at;
    return true;
  }

  #readCode(): boolean {
    const [ticks] = this.#match(TICKS)!;
    const start = this.#at + ticks.length;
    for (let end = this.#source.indexOf(ticks, start); end >= 0;) {
      const [run] = matchAt(TICKS, this.#source, end)!;
      if (run.length === ticks.length) {
        const content = this.#source.slice(start, end).replaceAll('\n', ' ');
        const text = /^ .*[^ ].* $/.test(content) ? content.slice(1, -1) : content;
        return this.#add({ type: 'code', raw: this.#source.slice(this.#at, end + run.length), text });
      }
      end = this.#source.indexOf(ticks, end + run.length);
    }
    // Nothing closes a run of this length.
    this.#at = start - 1;
    return false;
  }

  #readFootnote(): boolean {
    const [raw, label = ''] = this.#match(FOOTNOTE) ?? [];
    return raw !== undefined && this.#add({ type: 'footnote', raw, label });
  }

  #openBracket(length: 1 | 2): true {
    this.#add({ type: 'text', raw: this.#source.slice(this.#at, this.#at + length) });
    this.#brackets.push({
      isImage: length === 2,
      from: this.#at,
      tokens: this.#tokens.length - 1,
      isClosed: false,
    });
    return true;
  }

  #closeBracket(): boolean {
    const bracket = this.#brackets.pop();
    if (!bracket || bracket.isClosed) return false;
    const after = this.#at + 1;
    const target = readTarget(this.#source, after) ?? this.#findReference(bracket, after);
    if (!target) {
      // Both are text, whatever follows but a definition.
      const { raw } = this.#tokens[bracket.tokens]!;
      this.#tokens[bracket.tokens] = { type: 'text', raw, canOpen: false };
      return false;
    }
    this.#endText();
    // No link stands in a link: an address is text there.
    const inner = this.#tokens.splice(bracket.tokens).slice(1).flatMap(withoutLink);
    const tokens = findEmphasis(inner, this.#options);
    const end = after + target.length;
    const { isImage } = bracket;
    const { href, title } = target;
    this.#textStart = this.#at = end;
    const raw = this.#source.slice(bracket.from - (isImage ? 2 : 1), end);
    this.#tokens.push({ type: isImage ? 'image' : 'link', raw, href, title, tokens });
    if (!isImage && href !== undefined) this.#closeOuterBrackets();
    return true;
  }

  /** No link stands in a link. What is closed already has closed what stands before it. */
  #closeOuterBrackets(): void {
    for (let at = this.#brackets.length - 1; at >= 0; at--) {
      const bracket = this.#brackets[at]!;
      if (bracket.isClosed) return;
      if (!bracket.isImage) bracket.isClosed = true;
    }
  }

  /** https://spec.commonmark.org/0.31.2/#reference-link */
  #findReference(
    { from, isImage }: Bracket,
    after: number,
  ): (Target & { readonly length: number }) | undefined {
    const [whole = '', label = ''] = matchAt(LABEL, this.#source, after) ?? [];
    const text = this.#source.slice(from, after - 1);
    // A label has no bracket in it.
    const name = label || (/^(?:[^[\]\\]|\\[^])*$/.test(text) ? text : '');
    const mayWait = whole !== '' && (isImage || this.#readsAsLink(from, text, after + whole.length));
    const target = name.trim() ? this.#options.definitions.find(name, mayWait) : undefined;
    return target && { ...target, length: whole.length };
  }

  /** Whether `[text][label]` is rather a link than sources or indices, as `[1][2]` and `a[i][j]` are. */
  #readsAsLink(from: number, text: string, end: number): boolean {
    return (
      /\p{L}[^]*\p{L}/u.test(text) &&
      !/[\w)\]]/.test(this.#source[from - 2] ?? '') &&
      this.#source[end] !== '('
    );
  }

  #readAngled(): boolean {
    const [raw, address] = this.#match(ANGLED) ?? [];
    if (raw && address) {
      const href = address.includes(':') ? address : `mailto:${address}`;
      return this.#addLink(raw, address, href);
    }
    const [html] = this.#match(HTML) ?? [];
    return html !== undefined && this.#add({ type: 'html', raw: html, text: html } satisfies AtomToken);
  }

  #addLink(raw: string, text: string, href: string, back = 0): boolean {
    return this.#add(
      { type: 'link', raw, href, title: undefined, tokens: [{ type: 'escape', raw: text, text }] },
      back,
    );
  }

  #readAddress(): boolean {
    const address = addressAt(this.#source, this.#at, this.#brackets.length > 0);
    if (!address) return false;
    return this.#addLink(address, address, /^www\./i.test(address) ? `http://${address}` : address);
  }

  #readEmail(): boolean {
    const email = emailAround(this.#source, this.#at, this.#textStart);
    if (!email) return false;
    const { address, back } = email;
    return this.#addLink(address, address, `mailto:${address.replace(/^mailto:/i, '')}`, back);
  }
}

const withoutLink = (token: FlatToken): FlatToken | FlatToken[] =>
  token.type === 'link' ? (token.tokens as AtomToken[]) : token;
