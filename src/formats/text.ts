import type { Format, ThinkOptions } from '../contract/format.ts';

/**
 * A body of `text/plain`: the whole body is the answer, which is complete when the connection closes cleanly. Sent by the
 * AI SDK's `toTextStreamResponse()` and by generators in FastAPI and Flask.
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { text } from 'teleprinter/formats';
 * const answer = stream('/api/chat', { method: 'POST', format: text() });
 */
export function text({ think = true }: ThinkOptions = {}): Format {
  return {
    name: 'text',
    think,
    recognises: ({ type, data }) => type === 'text/plain' && typeof data === 'string',
    reader:
      () =>
      ({ type, data }, emit) =>
        emit(
          typeof data === 'string' ? { type: 'text', delta: data } : { type: 'unknown', event: type, data },
        ),
  };
}
