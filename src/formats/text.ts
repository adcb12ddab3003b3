import type { Format } from '../contract/format.ts';
import { splitThinking, type ThinkOptions } from './think.ts';

/**
 * A body of `text/plain`: all of it is the answer, and an end in good order is the end. The AI SDK's
 * `toTextStreamResponse()`, and what generators of FastAPI and Flask send.
 */
export function text(options?: ThinkOptions): Format {
  const format: Format = {
    name: 'text',
    recognises: ({ type, data }) => type === 'text/plain' && typeof data === 'string',
    reader:
      () =>
      ({ type, data }, emit) =>
        emit(
          typeof data === 'string' ? { type: 'text', delta: data } : { type: 'unknown', event: type, data },
        ),
  };
  return splitThinking(format, options);
}
