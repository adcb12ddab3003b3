import { decodeReferences } from './entities.ts';

/** Where a link goes; nowhere yet, where its definition may follow. */
export interface Target {
  readonly href: string | undefined;
  readonly title: string | undefined;
}

/** What a reference and its definition are compared by. https://spec.commonmark.org/0.31.2/#matches */
export const nameOf = (label: string): string =>
  label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase();

const ESCAPED = /\\([!-/:-@[-`{-~])|(&#?[\da-z]{1,32};)/gi;

/** Text without backslash escapes and character references. */
export function unescape(text: string): string {
  return text.replace(
    ESCAPED,
    (_, character?: string, reference = '') => character ?? decodeReferences(reference),
  );
}

const ADDRESS = /<((?:[^<>\n\\]|\\.)*)>|/y;
const TITLE = /[ \t\n]+("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\))/y;
const CLOSE = /[ \t\n]*\)/y;
const OPEN = /\([ \t\n]*/y;

/** Reads `(address "title")`, and how long it is. https://spec.commonmark.org/0.31.2/#inline-link */
export function readTarget(source: string, at: number): (Target & { readonly length: number }) | undefined {
  const open = matchAt(OPEN, source, at);
  if (!open) return undefined;
  let end = at + open[0].length;
  const [inBrackets, address] = matchAt(ADDRESS, source, end)!;
  const href = address ?? readAddress(source, end);
  if (href === undefined || (address === undefined && source[end] === '<')) return undefined;
  end += inBrackets.length || href.length;
  const title = matchAt(TITLE, source, end);
  if (title) end += title[0].length;
  const close = matchAt(CLOSE, source, end);
  if (!close) return undefined;
  end += close[0].length;
  return { href: unescape(href), title: title?.[1] && unescape(title[1].slice(1, -1)), length: end - at };
}

/** An address without brackets around it, whose own are balanced. https://spec.commonmark.org/0.31.2/#link-destination */
function readAddress(source: string, from: number): string | undefined {
  const { end, depth } = scanAddress(source, from);
  return depth === 0 ? source.slice(from, end) : undefined;
}

/** Where an address ends, and how many of its brackets are open there. */
function scanAddress(
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

const ARRIVING_ADDRESS = /<(?:[^<>\n\\]|\\.)*(?:>|\\?$)|/y;
const ARRIVING_TITLE =
  /[ \t\n]*(?:(?:"(?:[^"\\]|\\[^]?)*"?|'(?:[^'\\]|\\[^]?)*'?|\((?:[^()\\]|\\[^]?)*\)?)[ \t\n]*)?$/y;
/** Whether `(address "title")` may be arriving, as far as it has come. */
export function mayBeTarget(source: string, at: number): boolean {
  const open = matchAt(OPEN, source, at);
  if (!open) return false;
  const from = at + open[0].length;
  const [inBrackets] = matchAt(ARRIVING_ADDRESS, source, from)!;
  if (!inBrackets && source[from] === '<') return false;
  const { end, depth } = inBrackets ? { end: from + inBrackets.length, depth: 0 } : scanAddress(source, from);
  return end >= source.length || (depth === 0 && matchAt(ARRIVING_TITLE, source, end) !== null);
}

/** A definition at the beginning of a paragraph. https://spec.commonmark.org/0.31.2/#link-reference-definitions */
export interface Definition extends Target {
  readonly label: string;
  readonly href: string;
}

const DEFINITION =
  /^\[(?!\^)((?:[^[\]\\]|\\[^]){1,999})\]:[ \t]*\n?[ \t]*(<(?:[^<>\n\\]|\\.)*>|[^\s<]\S*)(?:(?:[ \t]*\n[ \t]*|[ \t]+)("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\)))?[ \t]*(?:\n|$)/;

/** One definition is not longer than this. */
const LONGEST = 5000;

/** Takes the definitions off the beginning of a paragraph, whose last line may not be complete. */
export function takeDefinitions(
  text: string,
  isComplete = true,
): {
  readonly definitions: readonly Definition[];
  readonly rest: string;
} {
  const definitions: Definition[] = [];
  let rest = text;
  while (rest.startsWith('[')) {
    const [whole = '', label = '', address = '', title] = DEFINITION.exec(rest.slice(0, LONGEST)) ?? [];
    // The line may still be arriving.
    if (whole.length === rest.length ? !isComplete : !whole.endsWith('\n')) break;
    const bare = address.startsWith('<') ? address.slice(1, -1) : address;
    const isBalanced = address !== bare || readAddress(address, 0) === address;
    if (!label.trim() || !isBalanced) break;
    definitions.push({ label, href: unescape(bare), title: title && unescape(title.slice(1, -1)) });
    rest = rest.slice(whole.length);
  }
  return { definitions, rest };
}

/** Whether a paragraph may begin with a definition, as far as it has arrived. */
export function mayBeginWithDefinition(text: string): boolean {
  if (text === '') return true;
  return text[0] === '[' && /^\[(?!\^)(?:[^[\]\\]|\\[^]){0,999}(?:\\?$|\](?:$|:))/.test(text);
}

/** A definition that is arriving: its label, its address, its title, each as far as it has come. */
const ARRIVING =
  /^\[(?!\^)(?:[^[\]\\]|\\.){1,999}\]:[ \t]*\n?[ \t]*(?:<[^<>\n]*>?|[^\s<]\S*)?(?:\s+(?:"(?:[^"\\]|\\[^]?)*"?|'(?:[^'\\]|\\[^]?)*'?|\((?:[^()\\]|\\[^]?)*\)?)?[ \t]*)?$/;

/** The label of a definition that is arriving. A longer one is rather the text of a link, which shows. */
const ARRIVING_LABEL = /^\[(?!\^)(?:[^\]\\]|\\[^]?){0,30}\]?$/;

/** Whether a paragraph that is arriving may be a definition, which shows nothing. */
export function mayBeDefinition(text: string): boolean {
  return text.startsWith('[') && text.length < 3000 && (ARRIVING_LABEL.test(text) || ARRIVING.test(text));
}

/** What a sticky pattern finds at an index. */
export function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
