import { Lexer, Tokenizer, type MarkedToken, type Token, type TokenizerExtension, type Tokens } from 'marked';
import { findEmphasis, type DelimiterRun, type EmphasisOptions } from './emphasis.ts';

/** A formula. */
export interface MathToken {
  readonly type: 'math';
  readonly raw: string;
  readonly source: string;
  readonly isBlock: boolean;
}

/** A mark that refers to a footnote. */
export interface FootnoteToken {
  readonly type: 'footnote';
  readonly raw: string;
  readonly label: string;
}

/** A token of text that is not a block. */
export type InlineToken = MarkedToken | MathToken | FootnoteToken;

/** How text is read. */
export interface InlineOptions extends EmphasisOptions {
  readonly links: Lexer['tokens']['links'];
  readonly math: boolean;
}

/**
 * marked looks for the end of what each of these opens: with more of them in one piece of text, the rest opens
 * nothing.
 */
const MOST_OPENERS = 200;
/** No more brackets than this stand open at once. */
const MOST_BRACKETS = 32;
const OPENER = /[[\]<`&!]/g;

/** https://github.github.com/gfm/#autolinks-extension-, which ends at the punctuation of Chinese and Japanese, too. */
const ADDRESS =
  /^(?:https?:\/\/|ftp:\/\/|www\.)[^\s<\u3000-\u303F\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65“”‘’…—]+/i;

class AtomTokenizer extends Tokenizer {
  override url(src: string): Tokens.Link | undefined {
    const found = ADDRESS.exec(src)?.[0];
    if (!found) return super.url(src);
    const token = super.url(found);
    return token && token.raw.length > 1 ? token : undefined;
  }
  // Emphasis is found afterwards, among all delimiters at once.
  override emStrong(): undefined {}
  override del(): undefined {}
}

const MATH = [
  /^(\$\$)([^$]+?)\$\$/,
  /^(\$)((?![\s$])(?:[^$\\\n`]|\\.){0,1000}?[^\s\\$`])\$(?![\p{L}\d])/u,
  /^(\\\[)([^]{1,2000}?)\\\]/,
  /^(\\\()([^]{1,1000}?)\\\)/,
];

function readMath(source: string): MathToken | undefined {
  for (const pattern of MATH) {
    const [raw, mark = '', formula = ''] = pattern.exec(source) ?? [];
    if (raw) return { type: 'math', raw, source: formula, isBlock: mark === '$$' || mark === '\\[' };
  }
  return undefined;
}

function readFootnote(source: string): FootnoteToken | undefined {
  const [raw, label = ''] = /^\[\^([^\s\][^]{1,100})\](?![(:])/.exec(source) ?? [];
  return raw ? { type: 'footnote', raw, label } : undefined;
}

function readDelimiters(source: string): DelimiterRun | undefined {
  const [raw] = /^(?:\*+|_+|~+)/.exec(source) ?? [];
  return raw ? { type: 'delimiter', raw } : undefined;
}

/** What marked does not read. One extension: marked asks each how far away it is, at each piece of text. */
function createExtension(math: boolean): TokenizerExtension {
  const start = math ? /[*_~$]|\[\^|\\[[(]/ : /[*_~]|\[\^/;
  return {
    name: 'teleprinter',
    level: 'inline',
    start(source) {
      const at = source.search(start);
      return at < 0 ? undefined : at;
    },
    tokenizer(source) {
      const character = source[0]!;
      if (/[*_~]/.test(character)) return readDelimiters(source);
      if (character === '[') return readFootnote(source);
      return math && /[$\\]/.test(character) ? readMath(source) : undefined;
    },
  };
}

/** The tokens of a piece of text, with what stands within them. */
export function lexInline(source: string, options: InlineOptions): InlineToken[] {
  const { tokenizer, start } = createExtension(options.math);
  const lexer = new Lexer({
    gfm: true,
    tokenizer: new AtomTokenizer(),
    extensions: {
      inline: [tokenizer],
      startInline: [start!],
      childTokens: {},
      renderers: {},
    },
  });
  lexer.tokens.links = options.links;
  const end = endOfOpeners(source);
  const tokens = lexer.inlineTokens(source.slice(0, end), []);
  if (end < source.length) tokens.push({ type: 'text', raw: source.slice(end), text: source.slice(end) });
  return withEmphasis(tokens, options);
}

function withEmphasis(tokens: readonly Token[], options: InlineOptions): InlineToken[] {
  for (const token of tokens) {
    // What is in brackets is complete.
    if ('tokens' in token && token.tokens) {
      token.tokens = withEmphasis(token.tokens, { ...options, isArriving: false });
    }
  }
  return findEmphasis(tokens, options) as InlineToken[];
}

/** Where so much has been opened that the rest opens nothing. */
function endOfOpeners(source: string): number {
  let count = 0;
  let depth = 0;
  for (const { 0: character, index } of source.matchAll(OPENER)) {
    if (character === '[') depth++;
    else if (character === ']') depth = Math.max(0, depth - 1);
    if (++count > MOST_OPENERS || depth > MOST_BRACKETS) return index;
  }
  return source.length;
}
