/** Determines the direction of a text. */

const LETTER = /\p{L}/u;
/** Letters of Hebrew, Arabic and related scripts. All others run from left to right. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** What has letters but is no word: code, tags, addresses and marks of footnotes. */
const NOT_WORDS = /`[^`]*`?|<[^>]*>?|\[\^[^\]]*|\]\([^)]*\)?|\w+:\/\/\S+/g;

export type Direction = 'ltr' | 'rtl';

/**
 * Returns the direction of a text, or `undefined` if it has no letter. It is that of its first letter outside code, or
 * from right to left if most of its words are: `React היא ספרייה`.
 */
export function directionOf(text: string): Direction | undefined {
  const start = text.slice(0, 500);
  // A fast path for most texts.
  if (!RIGHT_TO_LEFT.test(start)) {
    if (/^[a-z]/i.test(text)) return 'ltr';
    return LETTER.test(start.replaceAll(NOT_WORDS, '')) ? 'ltr' : undefined;
  }
  const words = start
    .replaceAll(NOT_WORDS, '')
    .split(/\s+/)
    .filter((word) => LETTER.test(word));
  if (!words.length) return undefined;
  const count = words.filter((word) => RIGHT_TO_LEFT.test(word)).length;
  return RIGHT_TO_LEFT.test(LETTER.exec(words[0]!)![0]) || count > words.length / 2 ? 'rtl' : 'ltr';
}
