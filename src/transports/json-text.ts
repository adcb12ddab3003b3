/**
 * Splits JSON text that arrives in pieces into its values: each top-level object, or each element of a top-level
 * array. It looks at brackets and strings alone, so that each character costs the same however large a value is.
 */
export interface JsonSplitter {
  /**
   * Reads on from an index, to the end of the next value or of the text.
   * @returns The value, if one is complete, and the index after it.
   */
  next(text: string, from: number): readonly [value: string | undefined, end: number];
  /** The characters of a value that is still arriving. */
  readonly pending: number;
  /** Whether JSON that ends here is incomplete. */
  readonly isOpen: boolean;
}

/** Makes a splitter for one body. */
export function createJsonSplitter(): JsonSplitter {
  let begun = '';
  let depth = 0;
  let isInArray = false;
  let isInString = false;
  let isEscaped = false;

  /** Moves over one character; returns whether a value, or the array around it, ends with it. */
  function step(code: number): boolean {
    if (isInString) {
      if (isEscaped) isEscaped = false;
      else if (code === BACKSLASH) isEscaped = true;
      else isInString = code !== QUOTE;
    } else if (code === QUOTE) isInString = depth > 0;
    else if (code === OPEN_BRACKET && !depth && !isInArray) isInArray = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACKET && !depth) {
      isInArray = false;
      return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) return depth > 0 && --depth === 0;
    return false;
  }

  return {
    next(text, from) {
      let start = depth ? from : -1;
      for (let at = from; at < text.length; at++) {
        const isEnd = step(text.charCodeAt(at));
        if (start < 0 && depth) start = at;
        if (!isEnd) continue;
        const value = start < 0 ? undefined : begun + text.slice(start, at + 1);
        begun = '';
        return [value, at + 1];
      }
      if (start >= 0) begun += text.slice(start);
      return [undefined, text.length];
    },
    get pending() {
      return begun.length;
    },
    get isOpen() {
      return depth > 0 || isInArray;
    },
  };
}

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
