/**
 * OpenAI's end marker and its variants: in quotes, in lower case, among white space, after a repeated `data:`; those of
 * Laravel's event streams, and of its tutorials.
 */
const DONE = /^(data:)?\s*"?(\[done]|<\/stream>|<end_streaming_sse>)"?\s*$/i;

/** Whether the data of an event is an end marker such as OpenAI's, `[DONE]`, and nothing else. */
export const isDone = (data: string): boolean => data.length < 20 && DONE.test(data);
