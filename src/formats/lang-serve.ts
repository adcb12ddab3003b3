import type { Format } from '../contract/format.ts';
import { createMessageReader, isRunEvent, readRunEvent } from './lang-chain-message.ts';
import { wireFormat, type ReadWire } from './wire-format.ts';
import { isOneOf, listOf, stringOf, textOf, typeOf, unquoted, type Wire } from './wire.ts';

/**
 * LangServe's `/stream`, `/stream_log` and `/stream_events`: an event `metadata`, then `data` events, then `end`. Old
 * LangGraph servers begin the same way; the events after `metadata` show the difference. https://github.com/langchain-ai/langserve
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { langServe } from 'teleprinter/formats';
 * const answer = stream('/tea/stream', { method: 'POST', format: langServe() });
 */
export function langServe(): Format {
  return wireFormat({
    name: 'langServe',
    events: 'metadata data end',
    recognises: (data, { type }) =>
      type === 'metadata'
        ? data?.run_id && Object.keys(data).length === 1
        : (data?.output !== undefined && data.metadata?.run_id) ||
          (type === 'data' &&
            (isRunEvent(data) ||
              data?.ops ||
              (isOneOf('AIMessageChunk ai', data?.type) && data?.content !== undefined))),
    open() {
      const read = createMessageReader();
      const readEvent: ReadWire = (data, write, event) => {
        if (event.type === 'end') return write.finish('', true);
        // The response of `/invoke`.
        if (event.type === 'message') {
          write.text(stringOf(data?.output) || textOf(data?.output?.content));
          return write.finish('', true);
        }
        if (event.type !== 'data') return event.type === 'metadata';
        // The output of a chain: a string, a message, an event of `astream_events`, or an object of the application.
        const value: unknown = data;
        if (typeof value !== 'object') return write.text(unquoted(stringOf(value)));
        if (typeOf(data, 'event')) return readRunEvent(data, read, write);
        // JSON patches of a run's log: a value that is appended to the streamed output is a delta.
        for (const { path, value: more } of listOf(data?.ops) as NonNullable<Wire>[]) {
          if (stringOf(path) === '/streamed_output/-') readEvent(more, write, event);
        }
        if (data?.ops) return true;
        if (/^ai/i.test(typeOf(data))) return read(data, write, 'chunk');
        const text = stringOf(data?.answer) || stringOf(data?.output) || stringOf(data?.content);
        return text ? write.text(text) : write.data('data', data);
      };
      return readEvent;
    },
  });
}
