import type { DelimiterRun, FlatToken, InlineToken, Span } from './tokens.ts';

/** An entry of the delimiter stack. https://spec.commonmark.org/0.31.2/#delimiter-stack */
interface Delimiter {
  readonly character: string;
  readonly length: number;
  left: number;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** Whether what follows is shown as its emphasis before it is closed: `2*3` and `2**10` are rather none. */
  isLikely: boolean;
  /** The tokens that follow the run. */
  tokens: InlineToken[];
  previous: Delimiter | undefined;
}

const SPACE = /^[\s\p{Zs}]?$/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;
/** Scripts that put no spaces between words, and their punctuation. https://github.com/tats-u/markdown-cjk-friendly */
const CJK =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hangul}\p{scx=Bopo}\p{scx=Yi}\u3000-\u303F\uFE30-\uFE4F\uFF00-\uFFEF\u{20000}-\u{3FFFD}]/u;

/** Whether one `~` strikes out, as two do. */
export interface EmphasisOptions {
  readonly singleTilde: boolean;
}

/** Finds the emphasis in a list of tokens, in time linear in its length. https://spec.commonmark.org/0.31.2/#phase-2-inline-structure */
export function findEmphasis(
  tokens: readonly FlatToken[],
  options: EmphasisOptions,
  isArriving = false,
): InlineToken[] {
  if (tokens.every(isNoDelimiter)) return tokens.slice();
  const result: InlineToken[] = [];
  let top: Delimiter | undefined;
  /** Below these nothing opens what a closer of this kind closes. */
  const bottoms = new Map<string, Delimiter | undefined>();
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.type !== 'delimiter') {
      (top?.tokens ?? result).push(token);
      continue;
    }
    const before = tokens[at - 1];
    const delimiter = delimiterOf(token.raw, lastOf(before?.raw), firstOf(tokens[at + 1]?.raw), options);
    delimiter.isLikely ||= before?.type !== 'text' || token.raw === '~~';
    // At the end a run may still grow: nobody knows yet what it is.
    if (isArriving && at === tokens.length - 1) continue;
    if (delimiter.canClose) top = close(delimiter, top, result, bottoms);
    if (delimiter.left > 0 && delimiter.canOpen) {
      delimiter.previous = top;
      top = delimiter;
    } else if (delimiter.left > 0) (top?.tokens ?? result).push(textOf(delimiter));
  }
  result.push(...flatten(top, undefined, isArriving));
  return result;
}

const isNoDelimiter = (token: FlatToken): token is Exclude<FlatToken, DelimiterRun> =>
  token.type !== 'delimiter';

/** Closes what a delimiter can close. Returns the new top of the stack. */
function close(
  closer: Delimiter,
  start: Delimiter | undefined,
  result: InlineToken[],
  bottoms: Map<string, Delimiter | undefined>,
): Delimiter | undefined {
  let top = start;
  while (closer.left > 0) {
    const key = closer.character + (closer.canOpen ? closer.length % 3 : 3);
    const bottom = bottoms.get(key);
    let opener = top;
    while (opener && opener !== bottom && !fits(opener, closer)) opener = opener.previous;
    if (!opener || opener === bottom) {
      bottoms.set(key, top);
      return top;
    }
    // What stands between the two opens nothing any more.
    opener.tokens.push(...flatten(top, opener, false));
    for (; top !== opener; top = top!.previous) forget(bottoms, top!);
    const length = closer.character === '~' ? closer.left : Math.min(2, opener.left, closer.left);
    opener.left -= length;
    closer.left -= length;
    const span = spanOf(closer.character, length, opener.tokens);
    if (opener.left > 0) opener.tokens = [span];
    else {
      (opener.previous?.tokens ?? result).push(span);
      forget(bottoms, opener);
      top = opener.previous;
    }
  }
  return top;
}

/** A delimiter that leaves the stack bounds the search at the one below it. */
function forget(bottoms: Map<string, Delimiter | undefined>, gone: Delimiter): void {
  for (const [key, bottom] of bottoms) if (bottom === gone) bottoms.set(key, gone.previous);
}

function fits(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.character !== closer.character || !opener.canOpen) return false;
  if (closer.character === '~') return opener.left === closer.left;
  // https://spec.commonmark.org/0.31.2/#can-open-emphasis, rules 9 and 10
  const isEither = opener.canClose || closer.canOpen;
  return !isEither || closer.length % 3 === 0 || (opener.length + closer.length) % 3 !== 0;
}

/**
 * The delimiters down to another one, which have not been closed, as text, or, while text arrives, closed where it ends.
 * Each token is moved once, unless a span takes it in.
 */
function flatten(
  top: Delimiter | undefined,
  bottom: Delimiter | undefined,
  isArriving: boolean,
): InlineToken[] {
  /** What has been flattened, in lists from the last to the first. */
  let lists: (readonly InlineToken[])[] = [];
  let hasContent = false;
  for (let at = top; at && at !== bottom; at = at.previous) {
    const { tokens, left } = at;
    hasContent ||= tokens.some(({ raw }) => raw.trim());
    if (isArriving && at.isLikely && left <= 3 && hasContent) {
      lists = [[closedSpan(at, [...tokens, ...joined(lists)])]];
      continue;
    }
    if (isArriving && !tokens.length && !lists.length) continue;
    lists.push([textOf(at), ...tokens]);
    hasContent = true;
  }
  return joined(lists);
}

function joined(lists: readonly (readonly InlineToken[])[]): InlineToken[] {
  const tokens: InlineToken[] = [];
  for (let at = lists.length - 1; at >= 0; at--) tokens.push(...lists[at]!);
  return tokens;
}

const textOf = ({ character, left, canOpen }: Delimiter): InlineToken => ({
  type: 'text',
  raw: character.repeat(left),
  canOpen,
});

function closedSpan({ character, left }: Delimiter, tokens: InlineToken[]): Span {
  if (character === '~') return spanOf(character, left, tokens);
  const inner = spanOf(character, left >= 2 ? 2 : 1, tokens);
  return left === 3 ? spanOf(character, 1, [inner]) : inner;
}

function spanOf(character: string, length: number, tokens: InlineToken[]): Span {
  const type = character === '~' ? 'del' : length === 2 ? 'strong' : 'em';
  const mark = character.repeat(length);
  return { type, raw: mark, tokens };
}

/** https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run, as the amendment for Chinese, Japanese and Korean has it */
function delimiterOf(
  run: string,
  before: string,
  after: string,
  { singleTilde }: EmphasisOptions,
): Delimiter {
  const character = run[0]!;
  const isSpaceBefore = SPACE.test(before);
  const isSpaceAfter = SPACE.test(after);
  const isPunctuationBefore = PUNCTUATION.test(before);
  const isPunctuationAfter = PUNCTUATION.test(after);
  const isByCjk = (): boolean => CJK.test(before) || CJK.test(after);
  const opensLeft =
    !isSpaceAfter && (!isPunctuationAfter || isSpaceBefore || isPunctuationBefore || isByCjk());
  const closesRight =
    !isSpaceBefore && (!isPunctuationBefore || isSpaceAfter || isPunctuationAfter || isByCjk());
  const isStrike = character === '~';
  const isMark = !isStrike || run.length === 2 || (singleTilde && run.length === 1);
  const canOpen = opensLeft && (character !== '_' || !closesRight || isPunctuationBefore);
  const canClose = closesRight && (character !== '_' || !opensLeft || isPunctuationAfter);
  return {
    character,
    length: run.length,
    left: run.length,
    canOpen: canOpen && isMark,
    canClose: canClose && isMark,
    isLikely: !/[\w)\]]/.test(before) || !/\w/.test(after),
    tokens: [],
    previous: undefined,
  };
}

const lastOf = (raw = ''): string =>
  raw
    ? String.fromCodePoint(
        raw.codePointAt(/[\uDC00-\uDFFF]$/.test(raw) ? raw.length - 2 : raw.length - 1) ?? 32,
      )
    : '';
const firstOf = (raw = ''): string => (raw ? String.fromCodePoint(raw.codePointAt(0)!) : '');
