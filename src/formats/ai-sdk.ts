import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { wordOf } from './wire.ts';

/** The AI SDK's UI message stream, version 1. https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol */
export function aiSdk(): Format {
  return wireFormat({
    name: 'aiSdk',
    recognises: (data, { headers }) =>
      headers?.has('x-vercel-ai-ui-message-stream') ||
      (data?.type === ('start' as never)
        ? data.messageId
        : /^(text|reasoning|tool-input)-(start|delta)$/.test(wordOf(data?.type))),
    silent: /^((start|finish)(-step)?|(text|reasoning)-(start|delta|end)|message-metadata)$/,
    open: () => (data, write) => {
      const { id, delta, toolCallId: key, toolName: name, providerExecuted, messageMetadata } = data ?? {};
      const type = wordOf(data?.type);
      switch (type) {
        case 'start':
          return write.start();
        case 'text-delta':
          return write.text(delta, id);
        case 'reasoning-delta':
          return write.reasoning(delta, id);
        case 'tool-input-start':
          return write.call({ key, id: key, name, providerExecuted });
        case 'tool-input-delta':
          return write.call({ key, delta: data?.inputTextDelta });
        case 'tool-input-available':
        case 'tool-input-error':
          return write.call({ key, id: key, name, providerExecuted, whole: data?.input, done: true });
        case 'abort':
          return write.error({ code: type, message: data?.reason ?? 'the server stopped the answer' });
        case 'finish':
          write.usage(messageMetadata?.usage ?? messageMetadata?.totalUsage);
          return write.finish(data?.finishReason, true);
      }
      // A page's own data, sources, files, and what the tools gave.
      if (/^(data-|source-|file$|tool-output)/.test(type)) write.data(type, data?.data ?? data);
    },
  });
}
