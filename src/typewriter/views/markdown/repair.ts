/** Completes the syntax of text that is still arriving, so that it can be shown. */
import { BACKTICKS, endOfCodeSpan } from './code-span.ts';
import { CLOSERS, formulaAt } from './formulas.ts';
import { mayBeTag } from './inline.ts';
import { mayBeTarget } from './links.ts';
import { matchAt } from './match-at.ts';

/** A longer arriving formula, in characters, is shown as text. */
const MAX_FORMULA_LENGTH = 1000;
const MAX_LABEL_LENGTH = 2000;
const MAX_LABEL_DEPTH = 8;
/**
 * The start of a label that is not shown while it arrives: of a footnote reference, a checkbox, or a citation such as `[1]`
 * or `[2, 3][4]`, which would move when it gets its brackets.
 */
const HELD_LABEL = /^\^\S*$|^[xX\d, –-]{0,9}(?:\]\[?[\d, –-]{0,9}\]?)?$/;

/**
 * Returns the text to show while text arrives: open code is closed, a link without its address is reduced to its text,
 * and a partial construct at the end is left out. Open emphasis is closed in `emphasis.ts`.
 *
 * @param images Whether the page shows images, so that the text of one would be gone again
 */
export function repair(text: string, math = false, images = false): string {
  let at = 0;
  /** The index after the last escape. */
  let escapedEnd = 0;
  while (at < text.length) {
    const found = text.slice(at).search(math ? /[\\`[<&$]|!$/ : /[\\`[<&]|!$/);
    if (found < 0) return text;
    at += found;
    const character = text[at]!;
    const rest = text.slice(at);
    // These may start an image, or start or end a formula.
    if (/^(?:!|\$+ ?)$/.test(rest)) return text.slice(0, at);
    const formula =
      math && /[$\\]/.test(character)
        ? (lengthOfFormula(text, at) ?? readFormula(rest, text.slice(Math.max(0, at - 2), at)))
        : undefined;
    if (typeof formula === 'string') return text.slice(0, at) + formula;
    if (formula) at += formula;
    else if (character === '\\') {
      if (rest.length === 1) return text.slice(0, at);
      at += 2;
      escapedEnd = at;
    } else if (character === '`') {
      const [ticks] = matchAt(BACKTICKS, text, at)!;
      const end = endOfCodeSpan(text, at + ticks.length, ticks);
      if (end < 0) return text.slice(0, at) + closeCode(rest.slice(ticks.length), ticks);
      at = end;
    } else if (character === '[') {
      const length = lengthOfBrackets(rest);
      if (length < 0) return reduceToLabel(text, at, at > escapedEnd && text[at - 1] === '!', math, images);
      at += length;
    } else if ((character === '<' && mayBeTag(rest)) || /^&(?:#?[\da-z]{0,32})?$/i.test(rest)) {
      return text.slice(0, at);
    } else at++;
  }
  return text;
}

/** The length of a complete formula, unless its end may be the start of another amount, as in `$5 or **$6**`. */
function lengthOfFormula(text: string, at: number): number | undefined {
  const { raw, source = '', isBlock } = formulaAt(text, at) ?? {};
  const isLast = raw?.length === text.length - at;
  return isLast && !isBlock && raw[0] === '$' && NOT_A_FORMULA.test(source) ? undefined : raw?.length;
}

/** Completes an arriving formula with its closing delimiter. Returns the length of one that is too long to be shown. */
function readFormula(rest: string, before: string): number | string | undefined {
  const open = rest.slice(0, 2);
  const close = CLOSERS[open];
  if (!close)
    return !/\w$/.test(before) || /^.[\\^_]/.test(rest) ? readShortFormula(rest, before) : undefined;
  const end = rest.indexOf(close, 2);
  if (end >= 0) return end + 2;
  const source = rest.slice(2).replace(/[\\$]$/, '');
  if (source.length > MAX_FORMULA_LENGTH || (open === '$$' && /^[\s),.;:\]|]|\$/.test(source)))
    return undefined;
  return source.trim() && open + source + close;
}

const SHORT_FORMULA = /^\$( ?)(?![\s$])((?:[^$\\\n`]|\\(?:.|$)){1,1000})$/;
/** `$5` and `5$` are probably amounts, but not `$5^x`; `$HOME is set to` and `${HOME}` are not formulas. */
const NOT_A_FORMULA =
  /^(?:\d(?![\d.]*(?:[\^_]|\\.))|[,.;:!?)\]}]|\{_?\w\w)|^(?!.*\\[a-z])(?:.*\s)?\p{L}{2,}[,;:]?\s+\p{L}{2,}\s/u;

/** Does the same for a formula in single dollar signs, unless it looks like an amount or prose. */
function readShortFormula(rest: string, before: string): string | undefined {
  const [raw, space, source = ''] = SHORT_FORMULA.exec(rest) ?? [];
  if (!raw || NOT_A_FORMULA.test(source) || (space && /\d\s$/.test(before))) return undefined;
  const shown = source.replace(/[\\\s]+$/, '');
  const closed = shown && `$${space}${shown}${space}$`;
  if (!space || (/[\\^_=]/.test(shown) && formulaAt(closed, 0))) return closed;
  return /\p{L}{2}|^.{20}/u.test(source) ? undefined : '';
}

/** Closes open code. Backticks at its end, which may start the closing run, are left out. */
function closeCode(content: string, ticks: string): string {
  const shown = content.replace(/`+$/, '');
  return shown.trim() ? ticks + shown + (shown.endsWith('`') ? ' ' : '') + ticks : '';
}

/** The index of the bracket that closes the first one, or the index at which the search ended. */
function endOfLabel(rest: string): number {
  const end = Math.min(rest.length, MAX_LABEL_LENGTH);
  let depth = 0;
  for (let at = 1; at < end; at++) {
    const character = rest[at];
    if (character === '\\') at++;
    else if (character === '[' && ++depth > MAX_LABEL_DEPTH) return at;
    else if (character === ']' && --depth < 0) return at;
  }
  return end;
}

/** The number of characters to skip from a bracket on; -1 if the brackets, or the target after them, are incomplete. */
function lengthOfBrackets(rest: string): number {
  const label = endOfLabel(rest);
  if (label === rest.length) return -1;
  if (rest[label] !== ']') return 1;
  const after = rest.slice(label + 1);
  // A target may follow the label.
  if (!after) return -1;
  // The label of a reference is arriving, or nothing follows it yet.
  if (/^\[[^\]\n]{0,200}\]?$/.test(after)) return -1;
  if (mayBeTarget(after, 0)) return -1;
  return label + 1;
}

/** Reduces a link that is still arriving to its text, and an image to nothing, where it will be one. */
function reduceToLabel(text: string, at: number, isImage: boolean, math: boolean, images: boolean): string {
  const before = text.slice(0, isImage ? at - 1 : at);
  const rest = text.slice(at + 1);
  if (HELD_LABEL.test(rest) || (isImage && images)) return before;
  return before + repair(rest.slice(0, endOfLabel(text.slice(at)) - 1), math, images);
}
