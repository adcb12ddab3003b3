/** OpenAI's end marker and its variants: in quotes, in lower case, among white space, after a repeated `data:`; Laravel's. */
const DONE = /^(data:)?\s*"?(\[done]|<\/stream>)"?\s*$/i;
/** Those of tutorials: `[END]`, `[STREAM_END]`, `<END_STREAMING_SSE>`. */
const END = /^[[<]([A-Z]+_)*(END|STOP|EOS|EOF|COMPLETED?|FINISHED)(_[A-Z]+)*[\]>]$/;

/** Whether the data of an event is an end marker such as OpenAI's, `[DONE]`, and nothing else. */
export const isDone = (data: string): boolean => data.length < 20 && (DONE.test(data) || END.test(data));
