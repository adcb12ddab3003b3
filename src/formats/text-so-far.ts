import type { FormatPart } from '../contract/format.ts';

/** The text of an answer so far, for what custom servers repeat of it. There is no second copy of it. */
export interface TextSoFar {
  readonly length: number;
  /**
   * Adds a text, or replaces the text so far, and returns what is new. Some servers repeat the text so far in each event.
   * That is certain once three texts have come, each of which begins with the one before: the third one replaces them.
   * @param emit Receives a `rollback` where the text so far is replaced.
   */
  add(text: string, replaces: boolean, emit: (part: FormatPart) => void): string;
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
  return {
    get length() {
      return length;
    },
    add(text, isReplacement, emit) {
      let delta = text;
      let replaces = isReplacement;
      if (count >= 0 && text) {
        const from = previous.length;
        const begins = text.startsWith(previous);
        previous = text;
        if (from && count < 2) count = begins && text.length > from && /\p{L}/u.test(text) ? count + 1 : -1;
        else if (begins) delta = text.slice(from);
        replaces ||= count > 1 && delta === text;
      }
      if (replaces) {
        [first, length] = ['', 0];
        emit({ type: 'rollback' });
      }
      if (/\S/.test(delta)) last = delta;
      first ||= last.trim();
      length += delta.length;
      return delta;
    },
    isRepeatedBy(text, isLast) {
      if (Math.abs(text.length - length) > 2) return false;
      const trimmed = text.trim();
      return (
        trimmed.startsWith(first) &&
        trimmed.endsWith(last.trim()) &&
        (isLast || text.length > last.length + 2)
      );
    },
  };
}
