/** Splits the text of a block into tokens. */
import { urlAt, emailAround } from './autolinks.ts';
import { BACKTICKS, endOfCodeSpan } from './code-span.ts';
import { findEmphasis, type EmphasisOptions } from './emphasis.ts';
import { unescape } from './entities.ts';
import { formulaAt } from './formulas.ts';
import { mayBeTarget, readTarget, type Target } from './links.ts';
import { matchAt } from './match-at.ts';
import type { AtomToken, FlatToken, InlineToken } from './tokens.ts';

/** The options for parsing text. */
export interface InlineOptions extends EmphasisOptions {
  /** The hook for formulas. Without it they are text. */
  readonly math: unknown;
  readonly definitions: {
    /** Returns the target of a reference. With `mayWait`, the reference shows its text until its definition arrives. */
    find(label: string, mayWait: boolean): Target | undefined;
  };
}

/** An opening bracket that may start a link. https://spec.commonmark.org/0.31.2/#phase-2-inline-structure */
interface Bracket {
  readonly isImage: boolean;
  /** The index at which its text starts. */
  readonly from: number;
  /** The index of its token. */
  readonly index: number;
  /** Whether it cannot start a link, because a link ended within it. */
  isInactive: boolean;
}

/** Characters that may be syntax. */
const SPECIAL = /[\\`*_~[\]<\n$@]|!(?=\[(?!\^))|[hfw](?=t?tps?:\/\/|ww\.)/gi;

/** Whether a text contains no syntax. */
export const isPlain = (source: string): boolean => source.search(SPECIAL) < 0;

/** An escaped character, or a hard line break. */
const ESCAPE = /\\(?:[!-/:-@[-`{-~]|\n[ \t]*)/y;
const DELIMITER_RUN = /\*+|_+|~+/y;
/** Marks that are text: an underscore in the name of an email address, asterisks in paths and in `"*.ts"`. */
const NO_DELIMITER = /(?<=\w)_(?=\w[\w.+-]{0,64}@)|(?<=[/"'(,]\*?)\*+(?=\.[a-z])|(?<=\/\*?)\*+(?=\/)/y;
const LINE_END = / *\n[ \t]*/y;
const FOOTNOTE = /\[\^([^\s\][^*`\\]{1,100})\](?!\(|:\S)/y;
const LINK_LABEL = /\[((?:[^[\]\\]|\\[^]){0,999})\]/y;
const PARTIAL_LABEL = /\](?:\[[^\]]*)?$/y;
const AUTOLINK =
  /<([a-z][a-z\d+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d.-]*[a-z\d])?)>/iy;
const HTML =
  /<(?:[a-z][a-z\d-]*(?:\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|\/[a-z][a-z\d-]*\s*>|!---?>|!--[^]*?-->|\?[^]*?\?>|![a-z][^>]*>|!\[CDATA\[[^]*?\]\]>)/iy;

/**
 * An arriving tag, address, comment or instruction. `<5` is text, and so is `if a <b and so on`: an attribute without a
 * value rarely follows another.
 */
const ARRIVING_TAG =
  /^<(?!\w+(?:\s+\w+){4})(?:[!?][^>]*|\/?[a-z][\w.+-]*(?:[:@][^\s<>]*|(?:\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*(?:\s+[a-z:_][\w.:-]*\s*=\s*(?:'[^']*|"[^"]*)?)?\s*\/?)|\/)?$/i;

/** A longer tag, in characters, is shown while it arrives. */
const MAX_TAG_LENGTH = 1000;

/** Whether text that starts with `<` may be an arriving tag, address, comment or instruction. */
export const mayBeTag = (text: string): boolean => text.length < MAX_TAG_LENGTH && ARRIVING_TAG.test(text);

/**
 * Parses text into tokens, some of which contain tokens.
 *
 * @param isArriving Whether more text may follow: unclosed emphasis then ends with the text
 */
export function lexInline(source: string, options: InlineOptions, isArriving: boolean): InlineToken[] {
  return findEmphasis(new InlineLexer(source, options).lex(), options, isArriving);
}

class InlineLexer {
  readonly #source: string;
  readonly #options: InlineOptions;
  readonly #tokens: FlatToken[] = [];
  readonly #brackets: Bracket[] = [];
  /** Runs of backticks that no run of the same length follows. */
  readonly #unclosed = new Set<string>();
  #at = 0;
  /** The start of text that is not in a token yet. */
  #textStart = 0;

  constructor(source: string, options: InlineOptions) {
    this.#source = source;
    this.#options = options;
  }

  lex(): FlatToken[] {
    const source = this.#source;
    for (;;) {
      SPECIAL.lastIndex = this.#at;
      if (!SPECIAL.test(source)) break;
      this.#at = SPECIAL.lastIndex - 1;
      if (!this.#read(source[this.#at]!)) this.#at++;
    }
    this.#at = source.length;
    this.#endText();
    return this.#tokens;
  }

  /** Reads the syntax that starts with this character. Returns `false` if it is text. */
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
        return this.#readAutolinkOrHtml();
      case '@':
        return this.#readEmail();
      case '*':
      case '_':
      case '~':
        return (
          !this.#match(NO_DELIMITER) && this.#add({ type: 'delimiter', raw: this.#match(DELIMITER_RUN)![0] })
        );
      default:
        return this.#readUrl();
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    return matchAt(pattern, this.#source, this.#at);
  }

  /** Adds a token after the text before it. The token starts `back` characters before the current index. */
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
    const formula = this.#options.math ? formulaAt(this.#source, this.#at) : undefined;
    return formula !== undefined && this.#add(formula);
  }

  #readEscape(): boolean {
    const [raw] = this.#match(ESCAPE) ?? [];
    return raw !== undefined && this.#add({ type: raw[1] === '\n' ? 'break' : 'escape', raw, text: raw[1]! });
  }

  /** Reads a line ending. Two spaces before it make it a hard line break; other spaces around it are dropped. */
  #readLineEnd(): boolean {
    while (this.#at > this.#textStart && this.#source[this.#at - 1] === ' ') this.#at--;
    const [raw] = this.#match(LINE_END)!;
    return this.#add({ type: raw.startsWith('  ') ? 'break' : 'escape', raw, text: '\n' });
  }

  #readCode(): boolean {
    const [ticks] = this.#match(BACKTICKS)!;
    const start = this.#at + ticks.length;
    const end = this.#unclosed.has(ticks) ? -1 : endOfCodeSpan(this.#source, start, ticks);
    if (end < 0) {
      this.#unclosed.add(ticks);
      this.#at = start - 1;
      return false;
    }
    const content = this.#source.slice(start, end - ticks.length).replaceAll('\n', ' ');
    const text = /^ .*[^ ].* $/.test(content) ? content.slice(1, -1) : content;
    return this.#add({ type: 'code', raw: this.#source.slice(this.#at, end), text });
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
      index: this.#tokens.length - 1,
      isInactive: false,
    });
    return true;
  }

  #closeBracket(): boolean {
    const bracket = this.#brackets.pop();
    if (!bracket || bracket.isInactive) return false;
    const after = this.#at + 1;
    const target = readTarget(this.#source, after) ?? this.#findReference(bracket, after);
    if (!target) {
      // Both brackets are text for good, unless a definition arrives later or their target ends after the source.
      const { raw } = this.#tokens[bracket.index]!;
      const canOpen = mayBeTarget(this.#source, after) || this.#match(PARTIAL_LABEL) !== null;
      this.#tokens[bracket.index] = { type: 'text', raw, canOpen };
      return false;
    }
    this.#endText();
    // Links do not nest: a URL in the text of a link is text.
    const inner = this.#tokens.splice(bracket.index).slice(1).flatMap(contentOfLink);
    const tokens = findEmphasis(inner, this.#options);
    const end = after + target.length;
    const { isImage } = bracket;
    const { href, title } = target;
    this.#textStart = this.#at = end;
    const raw = this.#source.slice(bracket.from - (isImage ? 2 : 1), end);
    this.#tokens.push({ type: isImage ? 'image' : 'link', raw, href, title, tokens });
    if (!isImage && href !== undefined) this.#deactivateOuterBrackets();
    return true;
  }

  /** Links do not nest. Brackets before an inactive one are inactive already. */
  #deactivateOuterBrackets(): void {
    for (let at = this.#brackets.length - 1; at >= 0; at--) {
      const bracket = this.#brackets[at]!;
      if (bracket.isInactive) return;
      if (!bracket.isImage) bracket.isInactive = true;
    }
  }

  /** https://spec.commonmark.org/0.31.2/#reference-link */
  #findReference(
    { from, isImage }: Bracket,
    after: number,
  ): (Target & { readonly length: number }) | undefined {
    const [whole = '', label = ''] = matchAt(LINK_LABEL, this.#source, after) ?? [];
    const text = this.#source.slice(from, after - 1);
    // A label contains no brackets.
    const name = label || (/^(?:[^[\]\\]|\\[^])*$/.test(text) ? text : '');
    const mayWait = whole !== '' && (isImage || this.#looksLikeReference(from, text, after + whole.length));
    const target = name.trim() ? this.#options.definitions.find(name, mayWait) : undefined;
    return target && { ...target, length: whole.length };
  }

  /** Whether `[text][label]` is probably a link, not sources as in `[1][2]` or indices as in `a[i][j]`. */
  #looksLikeReference(from: number, text: string, end: number): boolean {
    return (
      /\p{L}[^]*\p{L}/u.test(text) &&
      !/[\w)\]]/.test(this.#source[from - 2] ?? '') &&
      this.#source[end] !== '('
    );
  }

  #readAutolinkOrHtml(): boolean {
    const [raw, address] = this.#match(AUTOLINK) ?? [];
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

  #readUrl(): boolean {
    const address = urlAt(this.#source, this.#at, this.#brackets.length > 0);
    if (!address) return false;
    const shown = unescape(address);
    return this.#addLink(address, shown, /^www\./i.test(shown) ? `http://${shown}` : shown);
  }

  #readEmail(): boolean {
    const email = emailAround(this.#source, this.#at, this.#textStart);
    if (!email) return false;
    const { address, back } = email;
    return this.#addLink(address, address, `mailto:${address.replace(/^mailto:/i, '')}`, back);
  }
}

/** In the text of a link, a URL is text with its escapes, as in `[https://a.example/b\_c](https://a.example/b_c)`. */
const contentOfLink = (token: FlatToken): FlatToken | FlatToken[] =>
  token.type !== 'link'
    ? token
    : (token.tokens as AtomToken[]).map((inner) => (inner.raw === token.raw ? unescaped(inner) : inner));

const unescaped = (token: AtomToken): AtomToken => ({ ...token, text: unescape(token.raw) });
