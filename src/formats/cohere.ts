import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { isOneOf, listOf, textOf, typeOf } from './wire.ts';

const EVENTS =
  'message-start content-start content-delta content-end tool-plan-delta tool-call-start tool-call-delta tool-call-end citation-start citation-end message-end';

/**
 * Cohere's chat API, version 2, streamed or as one response. https://docs.cohere.com/v2/docs/streaming
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { cohere } from 'teleprinter/formats';
 * const answer = stream('/v2/chat', { method: 'POST', format: cohere() });
 */
export function cohere(): Format {
  return wireFormat({
    name: 'cohere',
    events: EVENTS,
    recognises: (data) => isOneOf(EVENTS, data?.type) || (data?.finish_reason && data.message?.role),
    open: () => (data, write) => {
      const { index: key, delta, message, finish_reason: reason } = data ?? {};
      const { content, tool_calls: call, tool_plan: plan, citations } = delta?.message ?? {};
      const type = typeOf(data);
      if (type === 'message-start') return write.emit({ type: 'start' });
      write.text(content?.text, key);
      write.reasoning(content?.thinking, key);
      if (plan) write.data('tool-plan', plan);
      if (citations) write.data('citation', citations);
      if (call) write.call({ key, id: call.id, name: call.function?.name, delta: call.function?.arguments });
      if (type === 'tool-call-end') write.call({ key, done: true });
      if (type === 'message-end') {
        if (delta?.error) write.error(delta.error);
        write.usage(delta?.usage);
        return write.finish(delta?.finish_reason, true);
      }
      if (!message) return;
      for (const block of listOf(message.content)) write.reasoning(block?.thinking);
      if (message.tool_plan) write.data('tool-plan', message.tool_plan);
      write.text(textOf(message.content));
      for (const item of listOf(message.tool_calls)) {
        write.call({
          id: item?.id,
          name: item?.function?.name,
          whole: item?.function?.arguments,
          done: true,
        });
      }
      if (message.citations) write.data('citation', message.citations);
      write.usage(data?.usage);
      return write.finish(reason, true);
    },
  });
}
