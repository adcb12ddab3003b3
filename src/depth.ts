/** How deep JSON of a model may nest: whoever walks through it may do so by recursion. */
export const MAX_DEPTH = 512;

/** Gives a function that is fed with JSON, piece by piece, and says how deep it has nested at the most. */
export function createDepthGauge(): (piece: string) => number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  let isEscaped = false;
  return (piece) => {
    for (const character of piece) {
      if (isEscaped) isEscaped = false;
      else if (isInString) {
        isEscaped = character === '\\';
        isInString = character !== '"';
      } else if (character === '"') isInString = true;
      else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
      else if (character === '}' || character === ']') depth--;
    }
    return deepest;
  };
}
