import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { wordOf } from './wire.ts';

const EVENTS =
  'message-start content-start content-delta content-end tool-plan-delta tool-call-start tool-call-delta tool-call-end citation-start citation-end message-end';

/** Cohere's chat API, version 2. https://docs.cohere.com/v2/docs/streaming */
export function cohere(): Format {
  return wireFormat({
    name: 'cohere',
    events: EVENTS,
    recognises: (data) => EVENTS.split(' ').includes(wordOf(data?.type)),
    silent: /^(message|content|tool-call|citation)-(start|delta|end)$/,
    open: () => (data, write) => {
      const { index: key, delta } = data ?? {};
      const { content, tool_calls: call, tool_plan: plan, citations } = delta?.message ?? {};
      const type = wordOf(data?.type);
      if (type === 'message-start') return write.start();
      write.text(content?.text, key);
      write.reasoning(content?.thinking, key);
      if (plan) write.data('tool-plan', plan);
      if (citations) write.data('citation', citations);
      if (call) write.call({ key, id: call.id, name: call.function?.name, delta: call.function?.arguments });
      if (type === 'tool-call-end') write.call({ key, done: true });
      if (type !== 'message-end') return;
      if (delta?.error) write.error(delta.error);
      write.usage(delta?.usage);
      write.finish(delta?.finish_reason, true);
    },
  });
}
