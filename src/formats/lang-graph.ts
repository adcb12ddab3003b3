import type { Format, FormatEvent } from '../contract/format.ts';
import {
  answerIn,
  createMessageReader,
  isRunEvent,
  readInterrupts,
  readMessages,
  readRunEvent,
  readState,
  type MessageReader,
} from './lang-chain-message.ts';
import { errorIn } from './errors.ts';
import { createProtocolReader } from './lang-graph-protocol.ts';
import { wireFormat } from './wire-format.ts';
import { isOneOf, listOf, stringOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

const EVENTS =
  'metadata messages messages/partial messages/complete messages/metadata values updates custom events debug tasks checkpoints lifecycle tools input';

/**
 * The streams of a LangGraph server, in every mode. The text is that of the model's messages since the last question. The
 * answer ends when the server closes the connection, or, in the protocol with lifecycle events, when the run completes.
 * https://docs.langchain.com/langsmith/streaming
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { langGraph } from 'teleprinter/formats';
 * const answer = stream('/runs/stream', { method: 'POST', format: langGraph() });
 */
export function langGraph(): Format {
  const format: Format = wireFormat({
    name: 'langGraph',
    events: EVENTS,
    recognises: (_, event) => isLangGraph(...modeOf(event)),
    // The state of a graph may have its own field `error`.
    errorIn: (event) =>
      /^(message|error)$/.test(event.type) && !(event.data as Wire)?.messages && errorIn(event),
    open() {
      const read = createMessageReader();
      const readProtocol = createProtocolReader(read);
      /** Whether a closed connection means `truncated`: until the answer has begun. */
      let hasEnd = true;
      return (_, write, event) => {
        const [name, data] = modeOf(event);
        if (isProtocol(data)) return readProtocol(data, write);
        if (hasEnd && hasAnswer(name, data)) {
          hasEnd = false;
          write.emit({ type: 'format', format: { ...format, hasEnd } });
        }
        return readMode(name, event.type === 'message' ? name : event.type, data, read, write);
      };
    },
  });
  return format;
}

/**
 * The mode of an event, and its data. The event's name is the mode, which `|` and the name of a subgraph may follow. Servers
 * that forward Python's `stream` or `astream_events` send no event names: there, data is a message with its metadata, an
 * event of a run, or a list of the mode and the data.
 */
function modeOf({ type, data }: FormatEvent): readonly [mode: string, data: Wire] {
  const wire = data as Wire;
  const list = listOf(data);
  if (type !== 'message') return [type.split('|')[0]!, wire];
  if (isOneOf(EVENTS, list.at(-2))) return [stringOf(list.at(-2)), list.at(-1)];
  const isMessage = /^ai/i.test(typeOf(list[0]));
  return [isMessage ? 'messages' : isRunEvent(wire) ? 'events' : type, wire];
}

/** Whether an event has part of the answer, not just the input of the run. */
function hasAnswer(name: string, data: Wire): boolean {
  if (name === 'values') return answerIn(data).length > 0;
  return /^(messages(\/(partial|complete))?|updates|custom|events)$/.test(name);
}

const isProtocol = (data: Wire): boolean => typeOf(data) === 'event' && Boolean(data?.method && data.params);

function isLangGraph(name: string, data: Wire): unknown {
  if (isProtocol(data) || name.startsWith('messages/')) return true;
  switch (name) {
    case 'metadata':
      return data?.run_id && data.attempt !== undefined;
    case 'messages':
      return Array.isArray(data);
    case 'values':
      return Array.isArray(data?.messages);
    case 'updates':
      return Object.values(data ?? {}).some((update) => update?.messages ?? Array.isArray(update));
    case 'events':
      return isRunEvent(data);
    case 'message':
      // The response of `/runs/wait`: the state.
      return /^ai/i.test(typeOf(listOf(data?.messages).at(-1)));
    default:
      return false;
  }
}

function readMode(name: string, event: string, data: Wire, read: MessageReader, write: Writer): unknown {
  switch (name) {
    case 'metadata':
    case 'messages/metadata':
      return true;
    case 'messages':
      return read(listOf(data)[0], write, 'chunk');
    case 'messages/partial':
    case 'messages/complete':
      for (const message of listOf(data))
        read(message, write, name.endsWith('partial') ? 'partial' : 'complete');
      return true;
    case 'values':
      readState(data, read, write);
      return write.data(event, data);
    case 'updates':
      for (const [node, update] of Object.entries(data ?? {})) {
        if (node === '__interrupt__') readInterrupts(update, write);
        else readMessages(update?.messages, read, write);
      }
      return write.data(event, data);
    case 'events':
      return readRunEvent(data, read, write);
    case 'message':
      if (!data?.messages) return false;
      readState(data, read, write);
      return write.finish('', true);
    default:
      return isOneOf(EVENTS, name) && write.data(event, data);
  }
}
