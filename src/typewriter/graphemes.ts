/** Splits text into graphemes, by extended grapheme clusters: https://unicode.org/reports/tr29/ */

/** How much text to segment at a time, in UTF-16 units: longer than any grapheme that people write. */
const WINDOW = 64;

const segmenter = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The graphemes of a text; its code points without a segmenter, as in Firefox versions released before 2024. */
const graphemesOf = (text: string): readonly string[] =>
  segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text];

/**
 * The length of the first `count` graphemes of `text`, in UTF-16 units. Segments only as much text as it needs, so that
 * the cost depends on `count`, not on the length of `text`.
 */
export function lengthOfGraphemes(text: string, count: number): number {
  let end = 0;
  let remaining = count;
  while (remaining > 0 && end < text.length) {
    const window = text.slice(end, end + remaining + WINDOW);
    const isLast = end + window.length >= text.length;
    let length = 0;
    for (const grapheme of graphemesOf(window)) {
      // A grapheme at the end of the window may continue after it.
      const isCut = !isLast && length > 0 && length + grapheme.length === window.length;
      if (remaining === 0 || isCut) break;
      length += grapheme.length;
      remaining--;
    }
    end += length;
  }
  return end;
}

/** The index at which the last grapheme of `text` begins. More text may still extend that grapheme. */
export function startOfLastGrapheme(text: string): number {
  // A lone high surrogate would be segmented as a grapheme of its own, but its pair may extend the one before it.
  const isHalf = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
  const length = text.length - (isHalf ? 1 : 0);
  const window = text.slice(Math.max(0, length - WINDOW), length);
  return length - (graphemesOf(window).at(-1)?.length ?? length);
}
