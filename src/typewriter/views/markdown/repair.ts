import { mayBeTarget } from './links.ts';

/** What ends a formula, by what begins it. */
const FORMULAS: Readonly<Record<string, string>> = { '\\(': '\\)', '\\[': '\\]', $$: '$$' };
/** Longer ones are none. */
const LONGEST_FORMULA = 1000;
const LONGEST_LABEL = 2000;
const DEEPEST_LABEL = 8;

/**
 * What to show of text that is still arriving: code that has been opened is closed, a link whose address has not
 * arrived is its text, and what nobody can name yet is left out. Emphasis is closed where it is found.
 */
export function repair(text: string, math = false): string {
  let at = 0;
  /** What stands before this has been read. */
  let read = 0;
  while (at < text.length) {
    const found = text.slice(at).search(math ? /[\\`[<&$]|!$/ : /[\\`[<&]|!$/);
    if (found < 0) return text;
    at += found;
    const character = text[at]!;
    const rest = text.slice(at);
    // It may be the beginning of an image, or either end of a formula.
    if (/^(?:!|\$+)$/.test(rest)) return text.slice(0, at);
    const formula = math ? readFormula(rest, text[at - 1]) : undefined;
    if (typeof formula === 'string') return text.slice(0, at) + formula;
    if (formula) at += formula;
    else if (character === '\\') {
      if (rest.length === 1) return text.slice(0, at);
      at += 2;
      read = at;
    } else if (character === '`') {
      const [run] = /^`+/.exec(rest)!;
      const end = endOfCode(text, at + run.length, run.length);
      if (end < 0) return text.slice(0, at) + closeCode(rest.slice(run.length), run);
      at = end;
    } else if (character === '[') {
      const length = lengthOfBrackets(rest);
      if (length < 0) return withoutBracket(text, at, at > read && text[at - 1] === '!', math);
      at += length;
    } else if (/^<(?:[a-z/!?][^>\n]{0,300})?$/i.test(rest) || /^&(?:#?[\da-z]{0,32})?$/i.test(rest)) {
      return text.slice(0, at);
    } else at++;
  }
  return text;
}

/** How long a formula is, or, where it has been opened, the formula as far as it has arrived. */
function readFormula(rest: string, before = ''): number | string | undefined {
  const open = rest.slice(0, 2);
  const close = Object.hasOwn(FORMULAS, open) ? FORMULAS[open]! : undefined;
  if (!close) return !/\w/.test(before) || /^.[\\^_]/.test(rest) ? readShortFormula(rest) : undefined;
  const end = rest.indexOf(close, 2);
  if (end >= 0) return end + 2;
  const source = rest.slice(2).replace(/[\\$]$/, '');
  if (source.length > LONGEST_FORMULA || (open === '$$' && /^\s|\$/.test(source))) return undefined;
  return source.trim() && open + source + close;
}

const SHORT_FORMULA = /^\$(?![\s$])((?:[^$\\\n`]|\\[^]?){0,1000})/;
/** `$5` and `5$` are rather amounts, `$HOME is set to` is no formula. */
const NO_FORMULA = /^[\d,.;:!?)]|(?:^|\s)\p{L}{2,}[,;:]?\s+\p{L}{2,}\s/u;

/** The same for a formula in single dollars, unless it reads as something else. */
function readShortFormula(rest: string): number | string | undefined {
  const [raw = '', source = ''] = SHORT_FORMULA.exec(rest) ?? [];
  if (!source || NO_FORMULA.test(source)) return undefined;
  if (raw.length < rest.length)
    return rest[raw.length] === '$' && /\S$/.test(source) ? raw.length + 1 : undefined;
  const shown = source.replace(/[\\\s]+$/, '');
  return shown && `$${shown}$`;
}

/** Code that has been opened. What may be the beginning of its end is left out. */
function closeCode(content: string, run: string): string {
  const shown = content.replace(/`+$/, '');
  return shown.trim() ? run + shown + (shown.endsWith('`') ? ' ' : '') + run : '';
}

function endOfCode(text: string, from: number, length: number): number {
  const runs = /`+/g;
  runs.lastIndex = from;
  for (let run = runs.exec(text); run; run = runs.exec(text)) {
    if (run[0].length === length && run.index + length < text.length + 1) return run.index + length;
  }
  return -1;
}

/** Where the bracket stands that closes the one at the beginning, or where the search for it ended. */
function endOfLabel(rest: string): number {
  const end = Math.min(rest.length, LONGEST_LABEL);
  let depth = 0;
  for (let at = 1; at < end; at++) {
    const character = rest[at];
    if (character === '\\') at++;
    else if (character === '[' && ++depth > DEEPEST_LABEL) return at;
    else if (character === ']' && --depth < 0) return at;
  }
  return end;
}

/** How long what stands in brackets is, with its address; -1 where it has not ended. */
function lengthOfBrackets(rest: string): number {
  const label = endOfLabel(rest);
  if (label === rest.length) return -1;
  if (rest[label] !== ']') return 1;
  const after = rest.slice(label + 1);
  // Nobody knows yet what follows the label.
  if (!after) return -1;
  // Nor what it is before its name is complete, and what follows that.
  if (/^\[[^\]\n]{0,200}\]?$/.test(after)) return -1;
  if (mayBeTarget(after, 0)) return -1;
  return label + 1;
}

/** The label alone, where its link has not arrived. */
function withoutBracket(text: string, at: number, isImage: boolean, math: boolean): string {
  const before = text.slice(0, isImage ? at - 1 : at);
  const rest = text.slice(at + 1);
  // The mark of a footnote, or a box to tick.
  if (/^\^|^[ xX]?\]?$/.test(rest)) return before;
  return before + repair(rest.slice(0, endOfLabel(text.slice(at)) - 1), math);
}
