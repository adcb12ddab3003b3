/** Determines the direction of a text. */
/** Letters of Hebrew, Arabic and related scripts run from right to left, all others from left to right. */
const LETTER = /\p{L}/u;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Returns the direction of the first letter of a text outside code, or `undefined` if it has none. */
export function directionOf(text: string): 'ltr' | 'rtl' | undefined {
  // A fast path for most texts: the code below searches 500 characters.
  if (/^[a-z]/i.test(text)) return 'ltr';
  const [letter] =
    LETTER.exec(text.slice(0, 500).replaceAll(/`[^`]*`?|<[^>]*>?|\[\^[^\]]*|\]\([^)]*\)?/g, '')) ?? [];
  if (!letter) return undefined;
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}
