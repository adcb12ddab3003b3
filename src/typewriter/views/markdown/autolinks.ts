/** Finds URLs and email addresses in text. https://github.github.com/gfm/#autolinks-extension- */
import { matchAt } from './match-at.ts';

/** Letters of scripts without spaces between words. After a Latin letter or digit they are not part of a URL. */
const UNSPACED =
  '[\\u0E00-\\u109F\\u1780-\\u17FF\\u3040-\\u30FF\\u3400-\\u9FFF\\uAC00-\\uD7AF\\uFF66-\\uFFDC]';
/** A URL. It ends at quotes, at punctuation and symbols outside ASCII, and at marks that close emphasis around it. */
const URL_PATTERN = new RegExp(
  `(?:(?:https?|ftp)://|www\\.)(?:[!#-)+-;=?-Z\\\\-_a-}]+|\\[(?!\\^)|([*~])(?!\\1|${UNSPACED})|(?<![a-z\\d])${UNSPACED}|(?![\\0-\\x7F]|${UNSPACED})[\\p{L}\\p{M}\\p{N}·–\\u200C\\u200D])+`,
  'iuy',
);
/** It ends with a letter: `react@18.2.0` is none, nor is `git@a.example:b/c`. */
const DOMAIN = /@[a-z\d_-]+(?:\.[a-z\d_-]*[a-z\d])+(?<!\d)(?![\w-]|\.\w|:\w+\/)/iy;

/**
 * Returns the URL at an index, if there is one. In brackets, which may be the text of a link, it ends before the closing
 * bracket.
 */
export function urlAt(source: string, at: number, isInBrackets: boolean): string | undefined {
  const before = source[at - 1] ?? '';
  if (/[\p{sc=Latin}\d]/u.test(before)) return undefined;
  const [found] = matchAt(URL_PATTERN, source, at) ?? [];
  if (!found) return undefined;
  const address = trimUrl(isInBrackets ? found.slice(0, closingBracket(found)) : found);
  return /^(?:\w+:\/\/|www\.)[^\s/?#]*[\p{L}\d]/iu.test(address) ? address : undefined;
}

/** Returns the email address around the `@` at an index. It starts at `from` or later, `back` characters before the `@`. */
export function emailAround(
  source: string,
  at: number,
  from: number,
): { readonly address: string; readonly back: number } | undefined {
  const [domain] = matchAt(DOMAIN, source, at) ?? [];
  const [name] =
    (domain && /(?<!\/\/[\w.+-]*)(?:mailto:)?[\w.+-]+$/i.exec(source.slice(Math.max(from, at - 100), at))) ||
    [];
  return name ? { address: name + domain!, back: name.length } : undefined;
}

/** The index of the first closing bracket without an opening one, or the length of the text. */
function closingBracket(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth < 0) return at;
  }
  return text.length;
}

/** Removes trailing punctuation from a URL, and closing brackets without opening ones. */
function trimUrl(found: string): string {
  let end = found.length;
  const surplus: Record<string, number> = {
    ')': countOf(found, ')') - countOf(found, '('),
    '}': countOf(found, '}') - countOf(found, '{'),
  };
  for (;;) {
    const [reference] = /&[a-z\d]+;$/i.exec(found.slice(Math.max(0, end - 40), end)) ?? [];
    const character = found[end - 1] ?? '';
    if (reference) end -= reference.length;
    else if (/[?!.,:;*_~'\\]/.test(character) || surplus[character]!-- > 0) end--;
    else return found.slice(0, end);
  }
}

const countOf = (text: string, character: string): number => text.split(character).length - 1;
