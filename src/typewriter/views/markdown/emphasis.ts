/** Finds emphasis among the tokens of a text. */
import type { DelimiterRun, FlatToken, InlineToken, Span } from './tokens.ts';

/** An entry of the delimiter stack. https://spec.commonmark.org/0.31.2/#delimiter-stack */
interface Delimiter {
  readonly character: string;
  readonly length: number;
  /** How many of its characters are not matched yet. */
  left: number;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** Whether it may open or close where CommonMark has text: see `lenientlyMatches`. */
  readonly mayOpen: boolean;
  readonly mayClose: boolean;
  /** Whether a closing bracket precedes it, and no opening one follows. */
  readonly isAfterBrackets: boolean;
  /** Whether a space follows, so that it opens only if it or the closer is beside a character of `LOOSE`. */
  readonly isSpaced: boolean;
  readonly isLoose: boolean;
  /** Whether later text is shown as emphasised before the run is closed. `2*3` and `2**10` are probably not emphasis. */
  isLikely: boolean;
  /** The tokens that follow the run. */
  tokens: InlineToken[];
  previous: Delimiter | undefined;
}

const SPACE = /^\s?$/;
const PUNCTUATION = /[\p{P}\p{S}]/u;
/**
 * Characters beside which punctuation does not matter: those of Chinese, Japanese and Korean with their punctuation, as
 * in https://github.com/tats-u/markdown-cjk-friendly, emojis, and letters of other scripts than Latin, Greek and Cyrillic.
 */
const LOOSE =
  /[\u20A9\u2329\u232A\u2E80-\uA4CF\uFE10-\uFE19\uFE30-\uFE6B\uFF00-\uFFEF\u{1F200}-\u{1F265}]|(?=[^\0-\u052F\u1E00-\u1FFF])[\p{L}\p{M}\p{Extended_Pictographic}]/u;

/** The end of bold text, as in `**"word"**s`, `**Note:**text` and `**Note: **text`; not as in `f(a, **b) or f(c,**d)`. */
const MAY_CLOSE = /(?:\S[^\s\p{Ps}\p{Pi},/]|[:：] )$/u;
/** Some models write `** word**` in Chinese, as the space is part of their token. */
const SPACED = /^ (?:$|[a-z\u00C0-\u04FF])/i;
const VARIATION_SELECTOR = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]$/u;

type Kind = readonly [
  isSpace: boolean,
  isPunctuation: boolean,
  isLoose: boolean,
  isOpeningBracket: boolean,
  isClosingBracket: boolean,
];

/** The kinds of the characters that have been next to a delimiter run: there are few of them, and the patterns are slow. */
const kinds = new Map<string, Kind>();

function kindOf(character: string): Kind {
  const kind = kinds.get(character) ?? [
    SPACE.test(character),
    PUNCTUATION.test(character),
    LOOSE.test(character),
    /[\p{Ps}\p{Pi}]/u.test(character),
    /[\p{Pe}\p{Pf}]/u.test(character),
  ];
  kinds.set(character, kind);
  return kind;
}

export interface EmphasisOptions {
  /** Whether `~one~` is strikethrough, as `~~two~~` is. */
  readonly singleTilde: boolean;
}

/** Resolves emphasis in a list of tokens, in time linear in its length. https://spec.commonmark.org/0.31.2/#phase-2-inline-structure */
export function findEmphasis(
  tokens: readonly FlatToken[],
  options: EmphasisOptions,
  isArriving = false,
): InlineToken[] {
  if (tokens.every(isNotDelimiter)) return tokens.slice();
  const result: InlineToken[] = [];
  let top: Delimiter | undefined;
  /** For each kind of closer, the delimiter below which there is no opener: `openers_bottom` in the specification. */
  const bottoms = new Map<string, Delimiter | undefined>();
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.type !== 'delimiter') {
      (top?.tokens ?? result).push(token);
      continue;
    }
    const before = tokens[at - 1];
    const delimiter = delimiterOf(token.raw, textBefore(tokens, at), tokens[at + 1]?.raw ?? '', options);
    delimiter.isLikely ||= before?.type !== 'text' || token.raw === '~~';
    // The last run may still grow, so its kind is not known.
    if (isArriving && at === tokens.length - 1) continue;
    if (delimiter.canClose || delimiter.mayClose) top = close(delimiter, top, result, bottoms);
    if (delimiter.left > 0 && (delimiter.canOpen || delimiter.mayOpen)) {
      delimiter.previous = top;
      top = delimiter;
    } else if (delimiter.left > 0) (top?.tokens ?? result).push(textTokenOf(delimiter));
  }
  result.push(...flatten(top, undefined, isArriving));
  return result;
}

const isNotDelimiter = (token: FlatToken): token is Exclude<FlatToken, DelimiterRun> =>
  token.type !== 'delimiter';

/** Matches a closer with all openers that it can close. Returns the new top of the stack. */
function close(
  closer: Delimiter,
  start: Delimiter | undefined,
  result: InlineToken[],
  bottoms: Map<string, Delimiter | undefined>,
): Delimiter | undefined {
  let top = start;
  while (closer.left > 0) {
    const key = keyOf(closer);
    const bottom = bottoms.get(key);
    let opener = top;
    while (opener && opener !== bottom && !canMatch(opener, closer)) opener = opener.previous;
    if (!opener || opener === bottom) {
      bottoms.set(key, top);
      return top;
    }
    // Delimiters between the two become text.
    opener.tokens.push(...flatten(top, opener, false));
    for (; top !== opener; top = top!.previous) replaceInBottoms(bottoms, top!);
    const length = closer.character === '~' ? closer.left : Math.min(2, opener.left, closer.left);
    opener.left -= length;
    closer.left -= length;
    const span = spanOf(closer.character, length, opener.tokens);
    if (opener.left > 0) opener.tokens = [span];
    else {
      (opener.previous?.tokens ?? result).push(span);
      replaceInBottoms(bottoms, opener);
      top = opener.previous;
    }
  }
  return top;
}

/** Closers with the same key can close the same delimiters: see `canMatch` and, for the second part, `lenientlyMatches`. */
function keyOf({ character, length, left, canOpen, mayClose, isAfterBrackets, isLoose }: Delimiter): string {
  const key = `${character}${isLoose}${canOpen && length % 3}`;
  return mayClose || isAfterBrackets ? `${key} ${Math.min(left, 4)}${mayClose}` : key;
}

/** When a delimiter leaves the stack, the one below it becomes the bottom in its place. */
function replaceInBottoms(bottoms: Map<string, Delimiter | undefined>, removed: Delimiter): void {
  for (const [key, bottom] of bottoms) if (bottom === removed) bottoms.set(key, removed.previous);
}

function canMatch(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.character !== closer.character) return false;
  if (!opener.canOpen || !closer.canClose) return lenientlyMatches(opener, closer);
  if (closer.character === '~') return opener.left === closer.left;
  if (opener.isSpaced && !opener.isLoose && !closer.isLoose) return false;
  // https://spec.commonmark.org/0.31.2/#can-open-emphasis, rules 9 and 10
  const isEither = opener.canClose || closer.canOpen;
  return !isEither || closer.length % 3 === 0 || (opener.length + closer.length) % 3 !== 0;
}

/**
 * Whether two runs enclose bold text where CommonMark has none: `**"word"**s` or `word**(bold)**`, but not `(a)**2, (b)**2`
 * or `a**(2), b**(2)`.
 */
function lenientlyMatches(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.left !== closer.left) return false;
  return closer.mayClose ? opener.canOpen && opener.isLikely : opener.mayOpen && closer.isAfterBrackets;
}

/**
 * Resolves the unclosed delimiters above `bottom`: to text or, while text arrives, to emphasis that ends with the text.
 * Moves each token once, unless a span includes it.
 */
function flatten(
  top: Delimiter | undefined,
  bottom: Delimiter | undefined,
  isArriving: boolean,
): InlineToken[] {
  /** The resolved tokens, as lists in reverse order. */
  let lists: (readonly InlineToken[])[] = [];
  let hasContent = false;
  for (let at = top; at && at !== bottom; at = at.previous) {
    const { tokens, left } = at;
    hasContent ||= tokens.some(({ raw }) => raw.trim());
    if (isArriving && at.isLikely && left <= 3 && hasContent) {
      lists = [[closeSpan(at, [...tokens, ...concatReversed(lists)])]];
      continue;
    }
    if (isArriving && !hasContent) continue;
    lists.push([textTokenOf(at), ...tokens]);
    hasContent = true;
  }
  return concatReversed(lists);
}

function concatReversed(lists: readonly (readonly InlineToken[])[]): InlineToken[] {
  const tokens: InlineToken[] = [];
  for (let at = lists.length - 1; at >= 0; at--) tokens.push(...lists[at]!);
  return tokens;
}

const textTokenOf = ({ character, left, canOpen }: Delimiter): InlineToken => ({
  type: 'text',
  raw: character.repeat(left),
  canOpen,
});

function closeSpan({ character, left }: Delimiter, tokens: InlineToken[]): Span {
  if (character === '~') return spanOf(character, left, tokens);
  const inner = spanOf(character, left >= 2 ? 2 : 1, tokens);
  return left === 3 ? spanOf(character, 1, [inner]) : inner;
}

function spanOf(character: string, length: number, tokens: InlineToken[]): Span {
  const type = character === '~' ? 'del' : length === 2 ? 'strong' : 'em';
  const mark = character.repeat(length);
  return { type, raw: mark, tokens };
}

/**
 * https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run, with the amendment for Chinese, Japanese and Korean
 *
 * @param before The last characters before the run, up to five
 */
function delimiterOf(
  run: string,
  before: string,
  textAfter: string,
  { singleTilde }: EmphasisOptions,
): Delimiter {
  const character = run[0]!;
  const after = firstCharacterOf(textAfter);
  const last = lastCharacterOf(before);
  const [isSpaceBefore, isPunctuationBefore, isLooseBefore, , isBracketBefore] = kindOf(last);
  const [isSpaceAfter, isPunctuationAfter, isLooseAfter, isBracketAfter] = kindOf(after);
  const isLoose = isLooseBefore || isLooseAfter;
  const isLeftFlanking =
    !isSpaceAfter && (!isPunctuationAfter || isSpaceBefore || isPunctuationBefore || isLoose);
  const isRightFlanking =
    !isSpaceBefore && (!isPunctuationBefore || isSpaceAfter || isPunctuationAfter || isLoose);
  const isStrike = character === '~';
  const isDelimiter = !isStrike || run.length === 2 || (singleTilde && run.length === 1);
  const isSpaced = run === '**' && (!before || isLooseBefore) && SPACED.test(textAfter);
  const canOpen =
    isSpaced || (isLeftFlanking && (character !== '_' || !isRightFlanking || isPunctuationBefore));
  const canClose = isRightFlanking && (character !== '_' || !isLeftFlanking || isPunctuationAfter);
  const isBold = character === '*' && (run.length === 2 || run.length === 3);
  return {
    character,
    length: run.length,
    left: run.length,
    canOpen: canOpen && isDelimiter,
    canClose: canClose && isDelimiter,
    mayOpen: isBold && !isLeftFlanking && isBracketAfter,
    mayClose:
      isBold &&
      !isRightFlanking &&
      !isPunctuationAfter &&
      (MAY_CLOSE.test(before) || (isLooseAfter && /\S $/.test(before))),
    isAfterBrackets: isBracketBefore && !isBracketAfter,
    isSpaced,
    isLoose,
    isLikely: isSpaced || (isLeftFlanking && (!/[\w)\]]/.test(last) || !/[\w(]/.test(after))),
    tokens: [],
    previous: undefined,
  };
}

/** The last characters before a run, without a variation selector. */
function textBefore(tokens: readonly FlatToken[], at: number): string {
  const text = (tokens[at - 2]?.raw.slice(-1) ?? '') + (tokens[at - 1]?.raw.slice(-4) ?? '');
  // A fast path: all variation selectors end after the surrogates begin.
  return text.charCodeAt(text.length - 1) < 0xdc00 ? text : text.replace(VARIATION_SELECTOR, '');
}

const lastCharacterOf = (raw = ''): string => Array.from(raw.slice(-2)).at(-1) ?? '';
const firstCharacterOf = (raw: string): string => Array.from(raw.slice(0, 2))[0] ?? '';
