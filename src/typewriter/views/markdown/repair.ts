/**
 * What to show of text that is still arriving: code that has been opened is closed, a link whose address has not
 * arrived is its text, and what nobody can name yet is left out. Emphasis is closed where it is found.
 */
export function repair(text: string): string {
  let at = 0;
  while (at < text.length) {
    const found = text.slice(at).search(/[\\`[<&]|!$/);
    if (found < 0) return text;
    at += found;
    const character = text[at]!;
    const rest = text.slice(at);
    // It may be the beginning of an image.
    if (rest === '!') return text.slice(0, at);
    if (character === '\\') {
      if (rest.length === 1) return text.slice(0, at);
      at += 2;
    } else if (character === '`') {
      const [run] = /^`+/.exec(rest)!;
      const end = endOfCode(text, at + run.length, run.length);
      if (end < 0) return text.slice(0, at) + closeCode(rest.slice(run.length), run);
      at = end;
    } else if (character === '[') {
      const length = lengthOfBrackets(rest);
      if (length < 0) return withoutBracket(text, at);
      at += length;
    } else if (/^<(?:[a-z/!?][^>\n]{0,300})?$/i.test(rest) || /^&(?:#?[\da-z]{0,32})?$/i.test(rest)) {
      return text.slice(0, at);
    } else at++;
  }
  return text;
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

/** How long what stands in brackets is, with its address; -1 where it has not ended. */
function lengthOfBrackets(rest: string): number {
  const label = /^\[(?:[^[\]\\]|\\[^]|\[[^[\]]*(?:\]|$)){0,2000}/.exec(rest)![0].length;
  if (label === rest.length) return -1;
  if (rest[label] !== ']') return 1;
  const after = rest.slice(label + 1);
  // Nobody knows yet what follows the label.
  if (!after) return -1;
  if (after[0] === '[') {
    const name = /^\[[^\]\n]{0,200}(\]?)/.exec(after)!;
    if (name[0].length === after.length && !name[1]) return -1;
    return label + 1 + (name[1] ? name[0].length : 0);
  }
  if (
    after[0] === '(' &&
    /^\((?:<[^<>\n]*>?|[^()\s<](?:[^()\s]|\([^()\s]*\))*)?(?:\s+(?:"[^"]*"?|'[^']*'?|\([^()]*\)?)?\s*)?$/.test(
      after,
    )
  )
    return -1;
  return label + 1;
}

/** The label alone, where its link has not arrived. */
function withoutBracket(text: string, at: number): string {
  const isImage = text[at - 1] === '!';
  const before = text.slice(0, isImage ? at - 1 : at);
  const rest = text.slice(at + 1);
  // The mark of a footnote, or a box to tick.
  if (/^\^|^[ xX]?\]?$/.test(rest)) return before;
  const [label = ''] = /^(?:[^[\]\\]|\\[^]|\[[^[\]]*(?:\]|$))*/.exec(rest) ?? [];
  return before + repair(label);
}
