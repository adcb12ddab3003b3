import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { listOf } from './wire.ts';

/** Ollama's own API, chat and generate: JSON lines. https://docs.ollama.com/api/streaming */
export function ollama(): Format {
  return wireFormat({
    name: 'ollama',
    recognises: (data) => typeof data?.done === 'boolean' && data.model,
    silent: /^message$/,
    open: () => (data, write) => {
      const { message, response, thinking, done, done_reason: reason } = data ?? {};
      write.reasoning(message?.thinking ?? thinking);
      write.text(message?.content ?? response);
      for (const call of listOf(message?.tool_calls)) {
        const { name, arguments: delta } = call?.function ?? {};
        write.call({ id: call?.id, name, delta, done: true });
      }
      if (!done) return;
      write.usage(data);
      write.finish(reason, true);
    },
  });
}
