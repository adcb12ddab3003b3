/** Decides where the start of a long text is cut off as a final piece. */
import type { InlineToken } from './tokens.ts';

/** Characters that may start syntax that extends over a space. */
const MAY_OPEN = /[`[$\\]|<[a-z/!?]/i;

/** A single space, or two characters of Chinese or Japanese, which have no spaces between words. */
const SAFE_CUT = /^(?:\S \S|[^][、。，！？：；\u3040-\u30FF\u3400-\u9FFF]{2})/;

const ATOM = /^(?:code|link|image|math|footnote)$/;

/**
 * The length of the text that later text cannot change: it ends at a space, between Chinese or Japanese characters, or
 * between tokens, with nothing left open.
 */
export function finalLength(tokens: readonly InlineToken[]): number {
  let closed = '';
  /** The last index between two adjacent atoms. */
  let between = 0;
  let isAtom = false;
  for (const token of tokens) {
    if (token.type === 'text') {
      if (token.canOpen) break;
      const open = token.canOpen === undefined ? token.raw.search(MAY_OPEN) : -1;
      closed += open < 0 ? token.raw : token.raw.slice(0, open);
      if (open >= 0) break;
    } else if (token.type === 'html') break;
    if (isAtom && ATOM.test(token.type)) between = closed.length;
    isAtom = ATOM.test(token.type);
    // A token contains no place to cut.
    if (token.type !== 'text') closed += 'x'.repeat(lengthOf(token));
  }
  // A definition that arrives later turns text in brackets into a link.
  closed = closed.replace(/\[[^[\]]*\]/g, (brackets) => 'x'.repeat(brackets.length));
  for (let at = closed.length - 2; at > between; at--) {
    if (SAFE_CUT.test(closed.slice(at - 1, at + 2))) return at + 1;
  }
  return between;
}

/** The length of the source of a token. Emphasis has no `raw` of its content. */
function lengthOf(token: InlineToken): number {
  if (token.type !== 'strong' && token.type !== 'em' && token.type !== 'del') return token.raw.length;
  return token.tokens.reduce((sum, inner) => sum + lengthOf(inner), token.raw.length * 2);
}

/** Where to cut a text that has no safe place: at its last space, or at its end. */
export function forcedLength(source: string): number {
  const space = source.lastIndexOf(' ') + 1;
  if (space > source.length / 2) return space;
  // Not within a surrogate pair.
  return source.length - Number(/[\uD800-\uDBFF]$/.test(source));
}
