import type { MessageInput } from '../contract/conversation.ts';
import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';

/**
 * A message as the AI SDK keeps it: its `UIMessage`, also as JSON from a database. Messages of before version 5 have
 * their text in `content`.
 *
 * @example
 * import { fromUiMessages, type StoredUiMessage } from 'teleprinter/conversation';
 * const load = async () => fromUiMessages((await (await fetch('/api/messages')).json()) as StoredUiMessage[]);
 */
export interface StoredUiMessage<Metadata = unknown> {
  readonly id?: string | undefined;
  readonly role: Message['role'];
  readonly parts?: readonly { readonly type: string }[] | undefined;
  readonly content?: unknown;
  readonly metadata?: Metadata | undefined;
}

/**
 * Messages that the AI SDK has stored, for `initial` or `setMessages()`: the opposite of `uiMessages()`. A part whose
 * type is unknown becomes data under the name of its type, so nothing is lost.
 * https://ai-sdk.dev/docs/ai-sdk-ui/chatbot-message-persistence
 *
 * @example
 * import { createConversation, fromUiMessages, uiMessages } from 'teleprinter/conversation';
 * const stored = await (await fetch('/api/messages')).json();
 * const conversation = createConversation({
 *   input: '/api/chat',
 *   request: uiMessages(),
 *   initial: fromUiMessages(stored),
 * });
 */
export function fromUiMessages<M = unknown>(messages: readonly StoredUiMessage<M>[]): MessageInput<M>[] {
  return messages.map(({ id, role, parts, content = '', metadata }) => ({
    id,
    role,
    parts: (parts ?? [{ type: 'text', text: content }]).flatMap(fromPart),
    ...(metadata != null && { metadata }),
  }));
}

/** The states of the AI SDK's calls that have another name here. */
const STATES: Readonly<Record<string, ToolCallContent['state']>> = {
  'input-streaming': 'streaming',
  'input-available': 'called',
  'output-available': 'done',
  'output-error': 'error',
  'output-denied': 'error',
};

function fromPart(part: { readonly type: string }): MessagePart | [] {
  const { type, ...fields } = part as { readonly type: string } & Readonly<Record<string, unknown>>;
  if (type === 'text' || type === 'reasoning') {
    const { text, providerMetadata: metadata } = fields;
    return { type, text: text as string, ...(metadata !== undefined && { metadata }) };
  }
  if (type === 'file') return part as MessagePart;
  // Steps begin where a call has ended.
  if (type === 'step-start') return [];
  if (type === 'dynamic-tool' || type.startsWith('tool-')) return fromCall(type, fields);
  const { id, data = part } = fields;
  return { type: 'data', name: type, data, ...(typeof id === 'string' && { id }) };
}

function fromCall(type: string, fields: Readonly<Record<string, unknown>>): MessagePart {
  const { toolCallId, toolName, state, output, approval, providerExecuted, rawInput } = fields;
  const { input = rawInput, errorText, callProviderMetadata: metadata } = fields;
  return {
    type: 'tool-call',
    id: toolCallId as string,
    name: (toolName as string | undefined) ?? type.slice('tool-'.length),
    input,
    state: STATES[state as string] ?? (state as ToolCallContent['state']),
    ...(output !== undefined && { output }),
    ...(state === 'output-error' && { error: String(errorText) }),
    ...(state === 'output-denied' && { error: 'denied' }),
    ...(approval != null && { approval: approval as NonNullable<ToolCallContent['approval']> }),
    ...(providerExecuted === true && { providerExecuted }),
    ...(metadata !== undefined && { metadata }),
  };
}
