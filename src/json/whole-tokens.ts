/** Regroups pieces of JSON text, so that a parser receives each number in one piece and no long runs of white space. */
export interface WholeTokens {
  /** Returns the text that can be passed on now. A number at the end is held back until it is complete. */
  add(piece: string): string;
  /** Returns the remaining text. */
  end(): string;
}

/**
 * Without it, the parser would read an unfinished number, or white space, again from its start with each piece, which is
 * quadratic: 200,000 digits in pieces of ten took 15 s. Strings are passed on as they arrive.
 */
export function createWholeTokens(): WholeTokens {
  /** The pieces of an unfinished number or word. */
  let held: string[] = [];
  let isInString = false;
  let isEscaped = false;
  let isAfterSpace = false;

  function flush(): string {
    const token = held.join('');
    held = [];
    return token;
  }

  /** The index after the end of the open string, or after the piece. */
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
        // One space is as good as many.
        else if (space) out.push(flush(), isAfterSpace ? '' : ' ');
        else out.push(flush(), token);
        isAfterSpace = space !== undefined;
        isInString = token === '"';
      }
      return out.join('');
    },
    end: flush,
  };
}

/** A number or word, white space, or one character of another kind. */
const TOKEN = /([-+.\w]+)|(\s+)|[^]/y;
