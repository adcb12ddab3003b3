import type { Format, ThinkOptions } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { listOf } from './wire.ts';

/**
 * Ollama's native API, `/api/chat` and `/api/generate`: JSON lines. https://docs.ollama.com/api/streaming
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { ollama } from 'teleprinter/formats';
 * const answer = stream('/api/chat', { method: 'POST', format: ollama() });
 */
export function ollama({ think = true }: ThinkOptions = {}): Format {
  return wireFormat({
    think,
    name: 'ollama',
    recognises: ({ done, model, message, response } = {}) =>
      typeof done === 'boolean' && model && (typeof message === 'object' || response !== undefined),
    open: () => (data, write) => {
      const { message, response, thinking, done, done_reason: reason } = data ?? {};
      write.reasoning(message?.thinking ?? thinking);
      write.text(message?.content ?? response);
      if (listOf(message?.images).length) write.data('images', message?.images);
      for (const call of listOf(message?.tool_calls)) {
        const { name, arguments: delta } = call?.function ?? {};
        write.call({ id: call?.id, name, delta, done: true });
      }
      if (done) {
        write.usage(data);
        write.finish(reason, true);
      }
      return done !== undefined;
    },
  });
}
