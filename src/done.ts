/** OpenAI's end marker and its variants: in quotes, in lower case, among white space, after a repeated `data:`. */
const DONE = /^(data:)?\s*"?\[done]"?\s*$/i;

/** Whether the data of an event is OpenAI's end marker, `[DONE]`, and nothing else. */
export const isDone = (data: string): boolean => data.length < 20 && DONE.test(data);
