/** Finds formulas in text, and tells them apart from amounts, prices and variables of shells. */
import { matchAt } from './links.ts';
import type { MathToken } from './tokens.ts';

const PATTERNS = [
  // Neither `Bar ($$), Inn ($$)` nor `from $$ to $$`.
  /((?<!\$)\$\$)(?![$),.;:\]|]|[^$a-z\d\\]*\$|\s(?:[a-z]{2,}[ ,]+)+\$)([^$]+?)\$\$(?![$\d])/iy,
  // Neither `5$, 6$` nor `$5 or 10$`, `${a}/${b}`, `$(a)/$(b)`.
  /((?<!\$)\$)(?![\s$,;:!?)\]}]|\.(?!\d)|(?<=\w\$)[\d|/–-]|\([^$]*\$\(|\d[^\\^_=+*<>$]{0,60}[\s(][A-Za-z\u0080-\uFFFF]{2}[^\\^_=+*<>$]{0,60}\$)((?:[^$\\\n`]|\\.){0,1000}?(?:[^\s\\$`]|\\\S))\$(?!\{|(?!(?:th|st|nd|rd)\b)_*[A-Za-z\d])/y,
  /(\\\[)([^]{1,2000}?)\\\]/y,
  /(\\\()([^]{1,1000}?)\\\)/y,
];

/** Returns the formula that starts at an index, if there is one. */
export function formulaAt(text: string, at: number): MathToken | undefined {
  for (const pattern of PATTERNS) {
    const [raw, mark, source = ''] = matchAt(pattern, text, at) ?? [];
    if (raw) return { type: 'math', raw, source, isBlock: mark === '$$' || mark === '\\[' };
  }
  return undefined;
}
