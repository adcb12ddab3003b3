import type { AskContext, RequestBody } from '../contract/asking.ts';
import type { Message, MessagePart } from '../contract/message.ts';
import { ensureResult, sendableParts, stepsOf } from './steps.ts';

/**
 * Request bodies as the AI SDK's `DefaultChatTransport` sends them: `{ id, messages: [{ id, role, parts }], trigger, messageId }`,
 * for `validateUIMessages()` and `convertToModelMessages()`. Calls that were cut off and empty answers are left out. A call
 * without a result gets one that says so, because the AI SDK refuses it otherwise.
 * https://ai-sdk.dev/docs/ai-sdk-ui/transport
 *
 * @param fields Other fields of the body; or a function that returns them.
 * @example
 * import { createConversation, uiMessages } from 'teleprinter/conversation';
 * const conversation = createConversation({ input: '/api/chat', request: uiMessages() });
 */
export function uiMessages<M = unknown>(
  fields: object | ((context: AskContext) => object) = {},
): RequestBody<M> {
  return (messages, context) => ({
    ...(typeof fields === 'function' ? (fields as (context: AskContext) => object)(context) : fields),
    id: context.id,
    messages: messages.map(toMessage).filter(({ parts }) => parts.length),
    trigger: context.trigger === 'regenerate' ? 'regenerate-message' : 'submit-message',
    messageId: context.messageId,
  });
}

function toMessage(message: Message): { readonly id: string; readonly parts: readonly object[] } {
  const { id, role, metadata } = message;
  const parts: object[] = [];
  for (const step of stepsOf(sendableParts(message))) {
    const sent = step.flatMap(toPart);
    // `step-start` separates steps; none precedes the first.
    if (sent.length && parts.length) parts.push({ type: 'step-start' });
    parts.push(...sent);
  }
  return Object.assign({ id, role, parts }, metadata !== undefined && { metadata });
}

function toPart(part: MessagePart): object | [] {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return {
        type: part.type,
        text: part.text,
        ...(part.metadata !== undefined && { providerMetadata: part.metadata }),
      };
    case 'file':
      return part;
    case 'tool-call': {
      const { id, name, input, output, error, providerExecuted, state, approval, metadata } =
        ensureResult(part);
      return {
        type: `tool-${name}`,
        toolCallId: id,
        input,
        ...(providerExecuted && { providerExecuted }),
        ...(metadata !== undefined && { callProviderMetadata: metadata }),
        ...(state === 'approval-responded'
          ? { state, approval }
          : error === undefined
            ? { state: 'output-available', output: output ?? null }
            : { state: 'output-error', errorText: error }),
      };
    }
    case 'data':
      // The page's own data, and sources, whose data is a complete part. The AI SDK does not know the data of other vendors.
      if (part.name.startsWith('data-'))
        return { type: part.name, data: part.data, ...(part.id !== undefined && { id: part.id }) };
      return part.name.startsWith('source-') && typeof part.data === 'object' ? (part.data ?? []) : [];
    default:
      return part satisfies never;
  }
}
