import { readState, type MessageReader } from './lang-chain-message.ts';
import { listOf, typeOf, type Wire } from './wire.ts';
import type { ReadWire } from './wire-format.ts';
import type { Writer } from './writer.ts';

/**
 * Makes a reader for LangGraph's streaming protocol, whose events have a method and parameters: the lifecycle of graphs,
 * content blocks of messages, and states. https://docs.langchain.com/oss/javascript/langchain/event-streaming
 */
export function createProtocolReader(read: MessageReader): (data: Wire, write: Writer) => unknown {
  /** The message that each run is writing. */
  const messages = new Map<unknown, Wire>();

  const readMessageEvent: ReadWire = (data, write) => {
    const run = data?.run_id;
    const message = messages.get(run);
    // A message of a tool is not part of the answer.
    const isAnswer = /^(|ai|assistant)$/.test(typeOf(message, 'role'));
    const { content, delta, usage, reason } = data ?? {};
    switch (typeOf(data, 'event')) {
      case 'message-start':
        messages.set(run, data);
        return write.usage(usage);
      case 'content-block-start':
      case 'content-block-delta': {
        const block = delta ?? content;
        const chunk = { type: 'AIMessageChunk', id: message?.id, content: [block] } as unknown as Wire;
        return isAnswer && read(chunk, write, 'chunk');
      }
      case 'content-block-finish': {
        const { id, name, args } = content ?? {};
        return isAnswer && name && write.call({ key: id, id, name, whole: args, done: true });
      }
      case 'usage':
        return write.usage(usage);
      case 'message-finish':
        write.usage(usage);
        return isAnswer && write.finish(reason);
      case 'error':
        return write.error(data);
    }
    return undefined;
  };

  return (event, write) => {
    const { namespace, data } = event?.params ?? {};
    const method = typeOf(event, 'method');
    switch (method) {
      case 'messages':
        return readMessageEvent(data, write, { type: method, data, headers: undefined });
      case 'values':
        readState(data, read, write);
        break;
      case 'lifecycle':
        // Only the root graph, which has an empty namespace, ends the answer.
        return listOf(namespace).length || readLifecycle(data, write);
    }
    return write.data(method, data);
  };
}

function readLifecycle(data: Wire, write: Writer): void {
  switch (typeOf(data, 'event')) {
    case 'completed':
      return write.finish('completed', true);
    case 'interrupted':
      return write.finish('interrupted', true, 'tool-calls');
    case 'failed':
      return write.error(data);
  }
}
