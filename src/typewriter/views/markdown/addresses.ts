import { matchAt } from './links.ts';

/** https://github.github.com/gfm/#autolinks-extension-. Ends at the punctuation of Chinese and Japanese, and at words of theirs glued to it. */
const ADDRESS =
  /(?:(?:https?|ftp):\/\/|www\.)(?:(?<![a-z\d])[\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]|[^\s<\u3000-\u30FF\u3400-\u9FFF\uAC00-\uD7AF\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65“”‘’…—])+/iy;
const DOMAIN = /@[a-z\d_-]+(?:\.[a-z\d_-]*[a-z\d])+(?![-_])/iy;

/**
 * The address that stands bare in a text. In brackets, which may yet be a link's, it ends before the one that closes them.
 */
export function addressAt(source: string, at: number, isInBrackets: boolean): string | undefined {
  const before = source[at - 1] ?? '';
  if (/[\p{L}\d]/u.test(before) && !/[\u3000-\uFFEF]/.test(before)) return undefined;
  const [found] = matchAt(ADDRESS, source, at) ?? [];
  if (!found) return undefined;
  const address = withoutEnd(isInBrackets ? found.slice(0, closingBracket(found)) : found);
  return /^(?:\w+:\/\/|www\.)[^\s/?#]*[\p{L}\d]/iu.test(address) ? address : undefined;
}

/** The address of a person around an `@`, in text that begins at an index, and how much of it stands before the `@`. */
export function emailAround(
  source: string,
  at: number,
  from: number,
): { readonly address: string; readonly back: number } | undefined {
  const [domain] = matchAt(DOMAIN, source, at) ?? [];
  const [name] = (domain && /(?:mailto:)?[\w.+-]+$/i.exec(source.slice(Math.max(from, at - 100), at))) || [];
  return name ? { address: name + domain!, back: name.length } : undefined;
}

/** Where a bracket stands that none in the text opens. */
function closingBracket(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth < 0) return at;
  }
  return text.length;
}

/** An address in text without the punctuation at its end, and without a bracket that it does not open. */
function withoutEnd(found: string): string {
  let end = found.length;
  let surplus = count(found, ')') - count(found, '(');
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

const count = (text: string, character: string): number => text.split(character).length - 1;
