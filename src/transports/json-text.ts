/**
 * Splits JSON text that arrives in pieces into its values: each top-level object, or each object, array or string
 * in a top-level array. It tracks only brackets and strings, so that each character costs the same, however large a value is.
 */
export interface JsonSplitter {
  /**
   * Reads from an index to the end of the next value or of the text.
   * @returns The value, if it is complete, and the index after it.
   */
  next(text: string, from: number): readonly [value: string | undefined, end: number];
  /** The length of the value that is still arriving, in characters. */
  readonly pending: number;
  /** Whether JSON that ends here is incomplete. */
  readonly isOpen: boolean;
}

/** Creates a splitter for one body. */
export function createJsonSplitter(): JsonSplitter {
  let partial = '';
  let depth = 0;
  let isInArray = false;
  let isInString = false;
  let isEscaped = false;

  /** Reads one character; returns whether a value, or the array around it, ends with it. */
  function step(code: number): boolean {
    if (isInString) {
      if (isEscaped) isEscaped = false;
      else if (code === BACKSLASH) isEscaped = true;
      else isInString = code !== QUOTE;
      // A string may be an element, as of .NET's `IAsyncEnumerable<string>`.
      return !isInString && !depth;
    }
    if (code === QUOTE) isInString = isInArray || depth > 0;
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
      let start = depth || isInString ? from : -1;
      for (let at = from; at < text.length; at++) {
        const isEnd = step(text.charCodeAt(at));
        if (start < 0 && (depth || isInString)) start = at;
        if (!isEnd) continue;
        const value = start < 0 ? undefined : partial + text.slice(start, at + 1);
        partial = '';
        return [value, at + 1];
      }
      if (start >= 0) partial += text.slice(start);
      return [undefined, text.length];
    },
    get pending() {
      return partial.length;
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
