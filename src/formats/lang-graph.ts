import type { Format } from '../contract/format.ts';
import { wireFormat, type Writer } from './wire-format.ts';
import { listOf, wordOf, type Wire } from './wire.ts';

const EVENTS =
  'metadata messages messages/partial messages/complete messages/metadata values updates custom events debug tasks checkpoints';

/**
 * The streams of a LangGraph server, of every mode; the text is that of the model's messages. It ends where the
 * server closes. https://docs.langchain.com/langsmith/streaming
 */
export function langGraph(): Format {
  return wireFormat({
    name: 'langGraph',
    events: EVENTS,
    hasEnd: false,
    recognises: (data, { type }) => (type === 'metadata' && data?.run_id) || /^messages(\/|$)/.test(type),
    silent: /^(metadata|messages.*)$/,
    open() {
      /** The length of each message so far: a message that comes whole repeats what came in chunks. */
      const lengths = new Map<unknown, number>();
      const names = new Set(EVENTS.split(' '));

      function read(message: Wire, write: Writer, isWhole: boolean, isDone = false): void {
        const { id, type, content, tool_calls, tool_call_chunks, usage_metadata, response_metadata } =
          message ?? {};
        if (!/^ai/i.test(wordOf(type))) return write.data('message', message);
        const items = typeof content === 'string' ? [{ text: content } as Wire] : listOf(content);
        const isKnown = lengths.has(id);
        const before = lengths.get(id) ?? 0;
        const text = items.map((item) => (typeof item?.text === 'string' ? item.text : '')).join('');
        const isChunk = !isWhole && type === ('AIMessageChunk' as never);
        lengths.set(id, isChunk ? before + text.length : Math.max(before, text.length));
        for (const item of isChunk ? items : []) write.reasoning(item?.thinking ?? item?.reasoning, id);
        write.text(isChunk ? text : text.slice(before), id);
        for (const call of listOf(isChunk && tool_call_chunks)) {
          write.call({
            key: `${wordOf(id)} ${wordOf(call?.index)}`,
            id: call?.id,
            name: call?.name,
            delta: call?.args,
          });
        }
        for (const call of listOf((isDone || !(isWhole || isChunk || isKnown)) && tool_calls)) {
          write.call({ key: call?.id, id: call?.id, name: call?.name, delta: call?.args, done: true });
        }
        write.usage(usage_metadata);
        write.finish(response_metadata?.finish_reason ?? response_metadata?.stop_reason);
      }

      return (data, write, { type: event }) => {
        // After the name comes that of a subgraph.
        const name = event.split('|')[0]!;
        if (name === 'messages') read(listOf(data)[0], write, false);
        else if (/^messages\/(partial|complete)$/.test(name)) {
          for (const message of listOf(data)) read(message, write, true, name.endsWith('complete'));
        } else if (!name.startsWith('m') && names.has(name)) write.data(event, data);
      };
    },
  });
}
