/** The text of an answer so far, for what custom servers repeat of it. There is no second copy of it. */
export interface TextSoFar {
  readonly length: number;
  /**
   * Adds a text, and returns what is new in it. Some servers repeat the text so far in each event. That is certain once
   * three texts have come, each of which begins with the one before: then the third one replaces the two before it.
   */
  add(text: string): { readonly delta: string; readonly replaces: boolean };
  clear(): void;
  /**
   * Whether a text is the whole text so far, but for white space around it.
   * @param isLast Whether the event may be the last one. In any other, a few letters may be a piece of the answer.
   */
  isRepeatedBy(text: string, isLast: boolean): boolean;
}

/** Begins the text of one answer. */
export function createTextSoFar(): TextSoFar {
  let [first, last, length] = ['', '', 0];
  /** The text before, and how many began with the one before them; -1 if they are deltas. */
  let [previous, count] = ['', 0];

  function clear(): void {
    [first, length] = ['', 0];
  }

  function add(text: string): { delta: string; replaces: boolean } {
    let delta = text;
    if (count >= 0 && text) {
      const from = previous.length;
      const begins = text.startsWith(previous);
      previous = text;
      if (from && count < 2) count = begins && text.length > from && /\p{L}/u.test(text) ? count + 1 : -1;
      else if (begins) delta = text.slice(from);
    }
    const replaces = count > 1 && text !== '' && delta === text;
    if (replaces) clear();
    last = delta.trim() || last;
    first ||= last;
    length += delta.length;
    return { delta, replaces };
  }

  return {
    get length() {
      return length;
    },
    add,
    clear,
    isRepeatedBy(text, isLast) {
      if (Math.abs(text.length - length) > 2) return false;
      const trimmed = text.trim();
      return trimmed.startsWith(first) && trimmed.endsWith(last) && (isLast || text.length > last.length + 2);
    },
  };
}
