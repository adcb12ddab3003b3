/** Finds URLs and email addresses in text. https://github.github.com/gfm/#autolinks-extension- */
import { matchAt } from './links.ts';

/** A URL. It ends at Chinese and Japanese punctuation, and at CJK letters that follow a Latin letter or digit. */
const URL_PATTERN =
  /(?:(?:https?|ftp):\/\/|www\.)(?:(?<![a-z\d])[\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]|[^\s<\u3000-\u30FF\u3400-\u9FFF\uAC00-\uD7AF\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65“”‘’…—])+/iy;
/** It ends with a letter: `react@18.2.0` is none. */
const DOMAIN = /@[a-z\d_-]+(?:\.[a-z\d_-]*[a-z\d])+(?<!\d)(?![\w-]|\.\w)/iy;

/**
 * Returns the URL at an index, if there is one. In brackets, which may be the text of a link, it ends before the closing
 * bracket.
 */
export function urlAt(source: string, at: number, isInBrackets: boolean): string | undefined {
  const before = source[at - 1] ?? '';
  if (/[\p{L}\d]/u.test(before) && !/[\u3000-\uFFEF]/.test(before)) return undefined;
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
  const [name] = (domain && /(?:mailto:)?[\w.+-]+$/i.exec(source.slice(Math.max(from, at - 100), at))) || [];
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

/** Removes trailing punctuation from a URL, and closing parentheses without opening ones. */
function trimUrl(found: string): string {
  let end = found.length;
  let surplus = countOf(found, ')') - countOf(found, '(');
  for (;;) {
    const [reference] = /&[a-z\d]+;$/i.exec(found.slice(Math.max(0, end - 40), end)) ?? [];
    const character = found[end - 1] ?? '';
    if (reference) end -= reference.length;
    else if (/[?!.,:;*_~'"]/.test(character)) end--;
    else if (character === ')' && surplus > 0) {
      end--;
      surplus--;
    } else return found.slice(0, end);
  }
}

const countOf = (text: string, character: string): number => text.split(character).length - 1;
