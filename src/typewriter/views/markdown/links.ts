/** Parses link targets and link reference definitions. */
import { unescape } from './entities.ts';
import { matchAt } from './match-at.ts';

/** The target of a link. Its address is `undefined` while its definition may follow. */
export interface Target {
  readonly href: string | undefined;
  readonly title: string | undefined;
}

/** Normalizes a label, to match references with definitions. https://spec.commonmark.org/0.31.2/#matches */
export const normalizeLabel = (label: string): string =>
  label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase();

const ANGLED_DESTINATION = /<((?:[^<>\n\\]|\\.)*)>|/y;
const TITLE = /[ \t\n]+("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\))/y;
const CLOSE = /[ \t\n]*\)/y;
const OPEN = /\([ \t\n]*/y;

/** Reads `(address "title")` at an index, with its length. https://spec.commonmark.org/0.31.2/#inline-link */
export function readTarget(source: string, at: number): (Target & { readonly length: number }) | undefined {
  const open = matchAt(OPEN, source, at);
  if (!open) return undefined;
  let end = at + open[0].length;
  const [inBrackets, address] = matchAt(ANGLED_DESTINATION, source, end)!;
  const href = address ?? readDestination(source, end);
  if (href === undefined || (address === undefined && source[end] === '<')) return undefined;
  end += inBrackets.length || href.length;
  const title = matchAt(TITLE, source, end);
  if (title) end += title[0].length;
  const close = matchAt(CLOSE, source, end);
  if (!close) return undefined;
  end += close[0].length;
  return { href: unescape(href), title: title?.[1] && unescape(title[1].slice(1, -1)), length: end - at };
}

/** Reads an address without `<>` around it, whose parentheses are balanced. https://spec.commonmark.org/0.31.2/#link-destination */
function readDestination(source: string, from: number): string | undefined {
  const { end, depth } = scanDestination(source, from);
  return depth === 0 ? source.slice(from, end) : undefined;
}

/** Finds the end of an address, and the number of its parentheses that are open there. */
function scanDestination(
  source: string,
  from: number,
): {
  readonly end: number;
  readonly depth: number;
} {
  let depth = 0;
  let end = from;
  for (; end < source.length; end++) {
    const character = source[end]!;
    if (character <= ' ' || character === '\x7F') break;
    if (character === '\\' && /[!-/:-@[-`{-~]/.test(source[end + 1] ?? '')) end++;
    else if (character === '(' && ++depth > 32) break;
    else if (character === ')' && --depth < 0) return { end, depth: 0 };
  }
  return { end, depth };
}

const ARRIVING_DESTINATION = /<(?:[^<>\n\\]|\\.)*(?:>|\\?$)|/y;
const ARRIVING_TITLE =
  /[ \t\n]*(?:(?:"(?:[^"\\]|\\(?:[^]|$))*"?|'(?:[^'\\]|\\(?:[^]|$))*'?|\((?:[^()\\]|\\(?:[^]|$))*\)?)[ \t\n]*)?$/y;

/** Whether the text at an index may be the start of `(address "title")`, up to the end of the source. */
export function mayBeTarget(source: string, at: number): boolean {
  const open = matchAt(OPEN, source, at);
  if (!open) return false;
  const from = at + open[0].length;
  const [inBrackets] = matchAt(ARRIVING_DESTINATION, source, from)!;
  if (!inBrackets && source[from] === '<') return false;
  const { end, depth } = inBrackets
    ? { end: from + inBrackets.length, depth: 0 }
    : scanDestination(source, from);
  return end >= source.length || (depth === 0 && matchAt(ARRIVING_TITLE, source, end) !== null);
}

/** A link definition at the start of a paragraph. https://spec.commonmark.org/0.31.2/#link-reference-definitions */
export interface Definition extends Target {
  readonly label: string;
  readonly href: string;
}

const DEFINITION =
  /^\[(?!\^)((?:[^[\]\\]|\\[^]){1,999})\]:[ \t]*\n?[ \t]*(<(?:[^<>\n\\]|\\.)*>|[^\s<]\S*)(?:(?:[ \t]*\n[ \t]*|[ \t]+)("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\)))?[ \t]*(?:\n|$)/;

/** The maximum length of a definition, in characters. */
const MAX_DEFINITION_LENGTH = 5000;

/** Parses the definitions at the start of a paragraph, and returns them and the rest of the text. */
export function extractDefinitions(
  text: string,
  isComplete = true,
): {
  readonly definitions: readonly Definition[];
  readonly rest: string;
} {
  const definitions: Definition[] = [];
  let rest = text;
  while (rest.startsWith('[')) {
    const [whole = '', label = '', address = '', title] =
      DEFINITION.exec(rest.slice(0, MAX_DEFINITION_LENGTH)) ?? [];
    // The line may still be arriving.
    if (whole.length === rest.length ? !isComplete : !whole.endsWith('\n')) break;
    const bare = address.startsWith('<') ? address.slice(1, -1) : address;
    const isBalanced = address !== bare || readDestination(address, 0) === address;
    if (!label.trim() || !isBalanced) break;
    definitions.push({ label, href: unescape(bare), title: title && unescape(title.slice(1, -1)) });
    rest = rest.slice(whole.length);
  }
  return { definitions, rest };
}

/** Whether the start of a paragraph may be a definition, complete or not. */
export function mayBeginWithDefinition(text: string): boolean {
  if (text === '') return true;
  return text[0] === '[' && /^\[(?!\^)(?:[^[\]\\]|\\[^]){0,999}(?:\\?$|\](?:$|:))/.test(text);
}

/** An arriving definition: a complete label, then an address and a title, which may be partial. */
const ARRIVING_DEFINITION =
  /^\[(?!\^)(?:[^[\]\\]|\\.){1,999}\]:[ \t]*\n?[ \t]*(?:<[^<>\n]*>?|[^\s<]\S*)?(?:\s+(?:"(?:[^"\\]|\\(?:[^]|$))*"?|'(?:[^'\\]|\\(?:[^]|$))*'?|\((?:[^()\\]|\\(?:[^]|$))*\)?)?[ \t]*)?$/;

/** The arriving label of a definition. A longer one is probably the text of a link, which is shown. */
const ARRIVING_LABEL = /^\[(?!\^)(?:[^\]\\]|\\(?:[^]|$)){0,30}\]?$/;

/** Whether all of an arriving paragraph may be a definition, which is not shown. */
export function mayBeDefinition(text: string): boolean {
  return ARRIVING_LABEL.test(text) || ARRIVING_DEFINITION.test(text);
}
