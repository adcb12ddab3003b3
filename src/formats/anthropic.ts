import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { wordOf } from './wire.ts';

const EVENTS =
  'message_start content_block_start content_block_delta content_block_stop message_delta message_stop ping';

/** Anthropic's Messages API. https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function anthropic(): Format {
  return wireFormat({
    name: 'anthropic',
    events: EVENTS,
    recognises: (data) => /^(message_|content_block_)/.test(wordOf(data?.type)),
    silent: /^(message|content_block)_(start|delta|stop)$|^ping$/,
    open() {
      let reason: unknown;
      return (data, write) => {
        const { index: key, delta, content_block: block, message, usage } = data ?? {};
        switch (data?.type as unknown) {
          case 'message_start':
            write.start();
            return write.usage(message?.usage);
          case 'content_block_start': {
            const type = wordOf(block?.type);
            if (type.endsWith('tool_use')) {
              const { id, name, input } = block ?? {};
              // The whole input is here where the provider's own code makes the call.
              const delta = Object.keys(input ?? {}).length ? input : '';
              return write.call({ key, id, name, delta, providerExecuted: type !== 'tool_use' || undefined });
            }
            write.text(block?.text, key);
            write.reasoning(block?.thinking, key);
            if (!/^(text|(redacted_)?thinking)$/.test(type)) write.data(type, block);
            return;
          }
          case 'content_block_delta':
            write.text(delta?.text, key);
            write.reasoning(delta?.thinking, key);
            if (delta?.partial_json !== undefined) write.call({ key, delta: delta.partial_json });
            if (delta?.citation) write.data('citation', delta.citation);
            return;
          case 'content_block_stop':
            return write.call({ key, done: true });
          case 'message_delta':
            reason = delta?.stop_reason;
            return write.usage(usage);
          case 'message_stop':
            return write.finish(reason, true);
        }
      };
    },
  });
}
