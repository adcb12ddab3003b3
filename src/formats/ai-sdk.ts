import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { stringOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/**
 * The AI SDK's UI message stream, version 1: https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol. Also the streams of its
 * providers and its gateway, which have the same text parts: https://github.com/vercel/ai/tree/main/packages/provider
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { aiSdk } from 'teleprinter/formats';
 * const answer = stream('/api/chat', { method: 'POST', format: aiSdk() });
 */
export function aiSdk(): Format {
  return wireFormat({
    name: 'aiSdk',
    recognises: (data, { headers }) => headers?.has('x-vercel-ai-ui-message-stream') || isAiSdk(data ?? {}),
    open:
      () =>
      (data, write, { type: event }) => {
        const {
          id,
          delta,
          toolCallId: key = id,
          toolName: name,
          providerExecuted,
          messageMetadata,
        } = data ?? {};
        const type = typeOf(data);
        // Comes in an event of its own, or in the first and the last event.
        if (messageMetadata) write.data('message-metadata', messageMetadata);
        // Signatures that the vendor expects in the next request. A call is emitted before its signature.
        if (data?.providerMetadata) {
          if (type === 'tool-input-available') write.call({ key, id: key, name, providerExecuted });
          write.data('provider-metadata', data);
        }
        switch (type) {
          case 'start':
            return write.emit({ type: 'start' });
          case 'start-step':
            return write.emit({ type: 'checkpoint' });
          // The step is retried: its text and its calls are withdrawn.
          case 'reset-step':
            return write.emit({ type: 'rollback' });
          case 'text-delta':
            return write.text(delta, id);
          case 'reasoning-delta':
            return write.reasoning(delta, id);
          case 'tool-input-start':
          case 'tool-input-delta':
            return write.call({ key, id: key, name, providerExecuted, delta: data?.inputTextDelta ?? delta });
          case 'tool-input-available':
          case 'tool-call':
            return write.call({ key, id: key, name, providerExecuted, whole: data?.input, done: true });
          case 'tool-input-error':
            write.call({ key, id: key, name, isInvalid: true });
            return write.data(type, data);
          case 'abort':
            return write.error({ code: type, message: data?.reason ?? 'the server stopped the answer' });
          case 'finish':
            write.usage(messageMetadata?.usage ?? messageMetadata?.totalUsage ?? data?.usage);
            return write.finish(data?.finishReason?.unified ?? data?.finishReason, true);
        }
        if (DATA_TYPES.test(type)) return writeData(type, data, write);
        // Emitted here, because the response header makes `recognises` true for every event.
        return /-(start|end|step|metadata)$/.test(type) || write.emit({ type: 'unknown', event, data });
      },
  });
}

/** The types that become data parts: the page's own data, sources, files and tool results. */
const DATA_TYPES = /^(data-|source-|file$|tool-(output|approval))/;

function writeData(name: string, data: Wire, write: Writer): void {
  const id = data?.id;
  write.emit({
    type: 'data',
    name,
    data: data?.data ?? data,
    ...(id === undefined ? {} : { id: stringOf(id) }),
    ...(data?.transient && { transient: true }),
  });
}

/** Recognises an event by its type and its fields, because other protocols use the same types. */
function isAiSdk({
  type,
  messageId,
  id,
  delta,
  toolCallId,
  toolName,
  inputTextDelta,
  payload,
}: NonNullable<Wire>): unknown {
  if (/^(text|reasoning)-delta$/.test(stringOf(type))) return id !== undefined && typeof delta === 'string';
  if (stringOf(type).startsWith('tool-input-'))
    return toolCallId && (toolName ?? inputTextDelta) !== undefined;
  return stringOf(type) === 'start' && stringOf(messageId) && !payload;
}
