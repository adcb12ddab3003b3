/** Finds formulas in text, and tells them apart from amounts, prices and variables of shells. */
import { matchAt } from './match-at.ts';
import type { MathToken } from './tokens.ts';

/** Closing delimiters of formulas by their opening ones, but for `$`. */
export const CLOSERS: Readonly<Record<string, string>> = { '\\(': '\\)', '\\[': '\\]', $$: '$$' };

const PATTERNS = [
  // Neither `Bar ($$), Inn ($$)` nor `from $$ to $$`.
  /((?<!\$)\$\$)(?![$),.;:\]|]|[^$a-z\d\\]*\$|\s(?:[a-z]{2,}[ ,]+)+\$)([^$]+?)\$\$(?![$\d])/iy,
  // Neither `5$, 6$` nor `$5 or 10$`, `${a}/${b}`, `$(a)/$(b)`, `$/day (or $/h)`. A unit may follow one, as in `$\mu$m`.
  /((?<!\$)\$)(?![\s$,;:!?)\]}/]|\.(?!\d)|(?<=\w\$)[\d|–-]|\([^$]*\$\(|\d[^\\^_=+*<>$]{0,60}[\s(][A-Za-z\u0080-\uFFFF]{2}[^\\^_=+*<>$]{0,60}\$)((?:[^$\\\n`]|\\.){0,1000}?(?:[^\s\\$`(]|\\\S))\$(?:(?!\{|(?!(?:th|st|nd|rd)\b)_*[A-Za-z\d])|(?<=\$[\\^][^$]{1,1000}\$))/y,
  // Some models put spaces inside, as in `$ x = \frac{1}{2} $`. `5 $ * 2 = 10 $` is an amount.
  /(?<![\w$]|\d\s)(\$) ((?!\s|[\d.,]+ (?![<>] \w+ [<=>$])[^\\$]*\$|[a-z]{2,} [a-z]{2})(?=\w(?: ?[-+<>(].{1,20})? \$|[^$\n]{0,1000}[\\^_=])(?:[^$\\\n`]|\\.){1,1000}?) \$(?!\w)/iy,
  // A formula within one is none: so no text is searched twice.
  /(\\\[)((?:[^\\]|\\[^[]){1,2000}?)\\\]/y,
  /(\\\()((?:[^\\]|\\[^(]){1,1000}?)\\\)/y,
];

/** Returns the formula that starts at an index, if there is one. */
export function formulaAt(text: string, at: number): MathToken | undefined {
  for (const pattern of PATTERNS) {
    const [raw, mark, source = ''] = matchAt(pattern, text, at) ?? [];
    if (raw) return { type: 'math', raw, source, isBlock: mark === '$$' || mark === '\\[' };
  }
  return undefined;
}
