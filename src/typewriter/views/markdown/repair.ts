/** A line that only opens something, or may yet become the underline of a heading: nobody knows what it will be. */
const UNDECIDED = /(^|\n) {0,3}(=+|-[- ]*|[*_+][*_ ]*|\d{1,9}[.)]?|#{1,6}|>|`{1,2}|~{1,2}|<[^>\n]*)[ \t]*$/;
/** The head of a table before its second line is there. */
const TABLE_HEAD = /(^|\n) {0,3}\|[^\n]*(\n[|:\- \t]*)?$/;

/**
 * What to show of a block that is still arriving: what has been opened is closed, a link whose address has not come
 * is its text, and what nobody can name yet is left out.
 *
 * @param isParagraph Whether the whole block is one run of text; otherwise the last line is.
 */
export function repair(source: string, isParagraph: boolean): string {
  let shown = source.replace(UNDECIDED, '');
  if (isParagraph) shown = shown.replace(TABLE_HEAD, '');
  const start = isParagraph ? 0 : shown.lastIndexOf('\n') + 1;
  return shown.slice(0, start) + closeSpans(shown.slice(start));
}

function closeSpans(text: string): string {
  /** What is open, from the outside in. */
  const open: { readonly mark: string; readonly at: number }[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '\\') {
      at += 2;
    } else if (character === '`') {
      const run = /^`+/.exec(text.slice(at, at + 64))![0];
      const end = text.indexOf(run, at + run.length);
      if (end < 0) {
        const rest = text.slice(at + run.length);
        return closeAll(
          rest.trim() ? `${text}${run.slice(0, run.length - trailing(rest, '`'))}` : text.slice(0, at),
          open,
        );
      }
      at = end + run.length;
    } else if (/[*_~]/.test(character)) {
      const run = new RegExp(`^\\${character}+`).exec(text.slice(at, at + 64))![0];
      const next = text[at + run.length];
      const before = text[at - 1];
      // At the end a run may still grow, or close, or open: it is left out.
      if (next === undefined) return closeAll(text.slice(0, at), open);
      const opens = !/\s/.test(next) && (character !== '_' || !/\w/.test(before ?? ' '));
      const closes = before !== undefined && !/\s/.test(before);
      if (closes && open.at(-1)?.mark === run) open.pop();
      else if (opens && (character !== '~' || run.length <= 2) && run.length <= 3)
        open.push({ mark: run, at });
      at += run.length;
    } else if (character === '[') {
      const link = /^\[((?:[^\]\\]|\\.)*)(\](\([^)\n]*(\))?)?)?/.exec(text.slice(at))!;
      const [whole, label = '', closed, address, addressEnd] = link;
      const isImage = text[at - 1] === '!';
      const begin = isImage ? at - 1 : at;
      const isAtEnd = at + whole.length === text.length;
      if (isAtEnd && (!closed || (address && !addressEnd))) {
        return closeAll(text.slice(0, begin) + (closed ? label : closeSpans(label)), open);
      }
      at += closed ? whole.length : 1;
    } else at++;
  }
  return closeAll(text, open);
}

function closeAll(text: string, open: readonly { readonly mark: string; readonly at: number }[]): string {
  let closed = text;
  for (let last = open.length - 1; last >= 0; last--) {
    const { mark, at } = open[last]!;
    const content = closed.slice(at + mark.length);
    // Nothing has come of it yet.
    if (!content.trim()) closed = closed.slice(0, at);
    else closed = closed.trimEnd() + mark;
  }
  return closed;
}

/** How many of this character stand at the end. */
function trailing(text: string, character: string): number {
  let count = 0;
  while (text[text.length - 1 - count] === character) count++;
  return count;
}
