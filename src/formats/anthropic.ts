import type { Format } from '../contract/format.ts';
import { wireFormat, type ReadWire } from './wire-format.ts';
import { isOneOf, listOf, stringOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

const EVENTS =
  'message_start content_block_start content_block_delta content_block_stop message_delta message_stop ping';

/**
 * Anthropic's Messages API, streamed or as one message. https://docs.anthropic.com/en/docs/build-with-claude/streaming
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { anthropic } from 'teleprinter/formats';
 * const answer = stream('/v1/messages', { method: 'POST', format: anthropic() });
 */
export function anthropic(): Format {
  return wireFormat({
    name: 'anthropic',
    events: EVENTS,
    recognises: isAnthropic,
    open: openAnthropic,
  });
}

function isAnthropic({
  type,
  message,
  content_block,
  delta,
  role,
  content,
}: NonNullable<Wire> = {}): unknown {
  if (stringOf(type) === 'message') return stringOf(role) === 'assistant' && Array.isArray(content);
  return isOneOf(EVENTS, type) && typeof (message ?? content_block ?? delta) === 'object';
}

/** Makes a reader for the events of one stream. Other formats use it for events that they wrap. */
export function openAnthropic(): ReadWire {
  let reason: unknown;
  return (data, write) => {
    const { index: key, delta, content_block: block, message, usage } = data ?? {};
    switch (typeOf(data)) {
      case 'message_start':
        write.emit({ type: 'start' });
        return write.usage(message?.usage);
      case 'content_block_start':
        return readBlock(block, key, write);
      case 'content_block_delta':
        write.text(delta?.text, key);
        write.reasoning(delta?.thinking, key);
        if (delta?.partial_json !== undefined) write.call({ key, delta: delta.partial_json });
        if (delta?.citation) write.data('citation', delta.citation);
        // Signatures, and types that Anthropic may add.
        else if (!/^(text|thinking|input_json)_delta$/.test(typeOf(delta))) write.data(typeOf(delta), delta);
        return true;
      case 'content_block_stop':
        return write.call({ key, done: true });
      case 'message_delta':
        reason = delta?.stop_reason;
        // Details of a refusal, edits of the context, a container.
        for (const [name, value] of Object.entries({ ...data, ...delta }))
          if (value && typeof value === 'object' && !/^(delta|usage)$/.test(name)) write.data(name, value);
        return write.usage(usage);
      case 'message_stop':
        return write.finish(reason, true);
      case 'message':
        readMessage(data, write);
        write.usage(usage);
        return write.finish(data?.stop_reason, true);
      default:
        return typeOf(data) === 'ping';
    }
  };
}

/** Reads a complete message. */
export function readMessage(message: Wire, write: Writer): void {
  for (const [key, block] of listOf(message?.content).entries()) {
    readBlock(block, key, write);
    if (block?.citations) write.data('citation', block.citations);
    if (block?.name) write.call({ key, done: true });
  }
}

function readBlock(block: Wire, key: unknown, write: Writer): void {
  const type = typeOf(block);
  if (type.endsWith('tool_use')) {
    const { id, name, input } = block ?? {};
    // A call that the provider makes and executes itself has its complete input here.
    const delta = Object.keys(input ?? {}).length ? input : '';
    return write.call({ key, id, name, delta, providerExecuted: type !== 'tool_use' || undefined });
  }
  write.text(block?.text, key);
  write.reasoning(block?.thinking, key);
  if (!/^(text|(redacted_)?thinking)$/.test(type)) write.data(type, block);
}
