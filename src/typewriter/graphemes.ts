/** How far to look for a cluster's end, in UTF-16 units: longer than any cluster that people write. */
const WINDOW = 64;

const segmenter = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The clusters of a text; its characters where there is no segmenter, as in Firefox from before 2024. */
const clustersOf = (text: string): readonly string[] =>
  segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text];

/**
 * How many UTF-16 units the first `count` graphemes of `text` take. Looks no further than it must, so that the cost
 * is that of what is shown, not of what waits. https://unicode.org/reports/tr29/
 */
export function lengthOfGraphemes(text: string, count: number): number {
  let end = 0;
  let left = count;
  while (left > 0 && end < text.length) {
    const part = text.slice(end, end + left + WINDOW);
    const isLast = end + part.length >= text.length;
    let taken = 0;
    for (const { length } of clustersOf(part)) {
      // A cluster that reaches the window's edge may go on behind it.
      if (left === 0 || (!isLast && taken > 0 && taken + length === part.length)) break;
      taken += length;
      left--;
    }
    end += taken;
  }
  return end;
}

/** Where the last grapheme of `text` begins: more text may still join it. */
export function startOfLastGrapheme(text: string): number {
  // Half of a surrogate pair is no character yet, and would part from the cluster that it completes.
  const isHalf = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
  const length = text.length - (isHalf ? 1 : 0);
  const from = Math.max(0, length - WINDOW);
  const part = text.slice(from, length);
  return length - (clustersOf(part).at(-1)?.length ?? length);
}
