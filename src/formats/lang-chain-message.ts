import { listOf, stringOf, textOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/** What a message contains: `chunk` a delta, `partial` all of it so far, `complete` all of it. */
type MessageStage = 'chunk' | 'partial' | 'complete';

/** Reads a message of LangChain. */
export type MessageReader = (message: Wire, write: Writer, stage: MessageStage) => void;

/** Makes a reader that emits each message once: it skips what a whole message repeats of earlier chunks. */
export function createMessageReader(): MessageReader {
  const lengths = new Map<unknown, number>();
  const called = new Set<unknown>();
  return (raw, write, stage) => {
    // LangChain for JavaScript serializes a message as the path of its class (`id`) and its fields (`kwargs`).
    const message = raw?.kwargs ? { ...raw.kwargs, type: listOf(raw.id).at(-1) } : raw;
    const { id, content, tool_calls, tool_call_chunks, usage_metadata, response_metadata } = message ?? {};
    const type = typeOf(message);
    if (!/^ai/i.test(type)) {
      if (message) write.data('message', message);
      return;
    }
    // A model that does not stream sends a whole message in place of a chunk.
    const isChunk = stage === 'chunk' && type === 'AIMessageChunk';
    const isKnown = lengths.has(id);
    const before = lengths.get(id) ?? 0;
    const text = textOf(content);
    lengths.set(id, isChunk ? before + text.length : Math.max(before, text.length));
    if (isChunk) for (const item of listOf(content)) write.reasoning(item?.thinking ?? item?.reasoning, id);
    write.text(isChunk ? text : text.slice(before), id);
    for (const call of listOf(isChunk && tool_call_chunks)) {
      called.add(id);
      const { index, id: callId, name, args: delta } = call ?? {};
      write.call({ key: `${stringOf(id)} ${stringOf(index)}`, id: callId, name, delta });
    }
    if (stage === 'complete' ? !called.has(id) : stage === 'chunk' && !isChunk && !isKnown) {
      if (listOf(tool_calls).length) called.add(id);
      for (const { id: key, name, args } of listOf(tool_calls) as NonNullable<Wire>[]) {
        write.call({ key, id: key, name, delta: args, done: true });
      }
    }
    write.usage(usage_metadata);
    write.finish(response_metadata?.finish_reason ?? response_metadata?.stop_reason);
  };
}

/** Whether an event is one of LangChain's `astream_events`: of a chain, chat model, LLM, parser, prompt, retriever or tool. */
export const isRunEvent = (data: Wire): boolean =>
  typeof data?.data === 'object' &&
  /^on_([clpt]\w+|retriever)_(start|stream|end|error|event)$/.test(typeOf(data, 'event'));

/** Reads an event of LangChain's `astream_events`. */
export function readRunEvent(data: Wire, read: MessageReader, write: Writer): void {
  const { chunk, output } = data?.data ?? {};
  const type = typeOf(data, 'event');
  if (type === 'on_chat_model_stream') read(chunk, write, 'chunk');
  else if (type === 'on_chat_model_end') read(output, write, 'complete');
  else if (type === 'on_llm_stream') write.text(chunk?.text ?? chunk);
  else write.data('events', data);
}

/** Reads the answer and the interrupts in the state of a graph. */
export function readState(state: Wire, read: MessageReader, write: Writer): void {
  readMessages(answerIn(state), read, write);
  if (state?.['__interrupt__']) readInterrupts(state['__interrupt__'], write);
}

/** The messages of a state since the last question. */
export function answerIn(state: Wire): readonly Wire[] {
  const messages = listOf(state?.messages);
  const isQuestion = messages.map((message) => /^(human|user)$/i.test(typeOf(message)));
  return messages.slice(isQuestion.lastIndexOf(true) + 1);
}

/** Reads the messages of the model in a list of messages, or one message. */
export function readMessages(messages: unknown, read: MessageReader, write: Writer): void {
  const list = Array.isArray(messages) ? listOf(messages) : [messages as Wire];
  for (const message of list) {
    if (/^ai/i.test(typeOf(message))) read(message, write, 'complete');
  }
}

/** Reads the interrupts of a graph, which finishes as `tool-calls`: it waits for the page. */
export function readInterrupts(interrupts: unknown, write: Writer): void {
  if (!listOf(interrupts).length) return;
  write.data('interrupts', interrupts);
  write.finish('interrupt', false, 'tool-calls');
}
