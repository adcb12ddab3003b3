/** OpenAI's end mark, as servers vary it: in quotes, in small letters, among spaces, after a second `data:`. More is text. */
const DONE = /^(data:)?\s*"?\[done]"?\s*$/i;

/** Whether the data of an event is OpenAI's end mark, `[DONE]`. */
export const isDone = (data: string): boolean => data.length < 20 && DONE.test(data);
