/** Letters that have a direction: Hebrew, Arabic and their kin from right to left, all others from left to right. */
const LETTER = /\p{L}/u;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** The direction of the first letter of a text, code left out, where it has one. */
export function directionOf(text: string): 'ltr' | 'rtl' | undefined {
  // Most texts: the rest looks at 500 characters.
  if (/^[a-z]/i.test(text)) return 'ltr';
  const [letter] =
    LETTER.exec(text.slice(0, 500).replaceAll(/`[^`]*`?|<[^>]*>?|\[\^[^\]]*|\]\([^)]*\)?/g, '')) ?? [];
  if (!letter) return undefined;
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}
