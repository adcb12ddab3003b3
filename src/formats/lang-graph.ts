import type { Format, FormatEvent } from '../contract/format.ts';
import {
  answerIn,
  createMessageReader,
  readInterrupts,
  readMessages,
  readRunEvent,
  readState,
  type MessageReader,
} from './lang-chain-message.ts';
import { errorIn } from './errors.ts';
import { createProtocolReader } from './lang-graph-protocol.ts';
import { wireFormat } from './wire-format.ts';
import { isOneOf, listOf, typeOf, wordOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

const EVENTS =
  'metadata messages messages/partial messages/complete messages/metadata values updates custom events debug tasks checkpoints lifecycle tools input';

/**
 * The streams of a LangGraph server, of every mode; the text is that of the model's messages since the last question.
 * It ends where the server closes, but for the protocol with lifecycle events, which says when the run has completed.
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
    // A state of the graph may have a field `error` of its own.
    errorIn: (event) =>
      /^(message|error)$/.test(event.type) && !(event.data as Wire)?.messages && errorIn(event),
    open() {
      const read = createMessageReader();
      const readProtocol = createProtocolReader(read);
      /** A run of which nothing has come has not ended. */
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
 * The mode of an event, and its data. After the mode comes the name of a subgraph. Servers that send what Python's `stream` or
 * `astream_events` gives name no event: it is a message with metadata, or the mode stands before the data.
 */
function modeOf({ type, data }: FormatEvent): readonly [mode: string, data: Wire] {
  const wire = data as Wire;
  const list = listOf(data);
  if (type !== 'message') return [type.split('|')[0]!, wire];
  if (isOneOf(EVENTS, list.at(-2))) return [wordOf(list.at(-2)), list.at(-1)];
  const isMessage = /^ai/i.test(typeOf(list[0]));
  return [isMessage ? 'messages' : typeOf(wire, 'event').startsWith('on_') ? 'events' : type, wire];
}

/** Whether an event has more than the input of the run. */
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
      return typeOf(data, 'event').startsWith('on_');
    case 'message':
      // What `/runs/wait` answers: the state.
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
