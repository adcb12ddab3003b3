/** Joins the pieces of JSON text so that a parser gets each number and each run of white space at once. */
export interface WholeTokens {
  /** The text that can be passed on after this piece; a number at its end is kept back until it is complete. */
  add(piece: string): string;
  /** The text that is left at the end. */
  end(): string;
}

/**
 * A parser that reads an unfinished number, or white space, from its start again with each piece is quadratic: 200,000
 * digits in pieces of ten took 15 s. Strings are passed on as they arrive.
 */
export function createWholeTokens(): WholeTokens {
  /** The pieces of the number, or word, that is arriving. */
  let held: string[] = [];
  let isInString = false;
  let isEscaped = false;
  let isAfterSpace = false;

  function release(): string {
    const token = held.join('');
    held = [];
    return token;
  }

  /** Where the string that is open ends in a piece, from there on. */
  function endOfString(piece: string, from: number): number {
    let at = from;
    for (; at < piece.length && isInString; at++) {
      if (isEscaped) isEscaped = false;
      else if (piece[at] === '\\') isEscaped = true;
      else if (piece[at] === '"') isInString = false;
    }
    return at;
  }

  return {
    add(piece) {
      const out: string[] = [];
      let at = 0;
      while (at < piece.length) {
        const from = at;
        if (isInString) {
          at = endOfString(piece, at);
          out.push(piece.slice(from, at));
          continue;
        }
        TOKEN.lastIndex = at;
        const [token, word, space] = TOKEN.exec(piece)!;
        at += token.length;
        if (word) held.push(word);
        // One space separates as much as many.
        else if (space) out.push(release(), isAfterSpace ? '' : ' ');
        else out.push(release(), token);
        isAfterSpace = space !== undefined;
        isInString = token === '"';
      }
      return out.join('');
    },
    end: release,
  };
}

/** A number or word, white space, or one character of another kind. */
const TOKEN = /([-+.\w]+)|(\s+)|[^]/y;
