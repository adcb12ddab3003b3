/** The deepest nesting allowed in JSON from a model, so that recursive code can walk through it. */
export const MAX_DEPTH = 512;

/** Creates a function that takes JSON text in pieces and returns the deepest nesting so far. */
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
