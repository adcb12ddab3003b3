import {
  createConversation,
  openaiMessages,
  type Conversation,
  type ConversationOptions,
} from '../../src/conversation.ts';
import { serve, type Served } from '../server/client.ts';
import { end, sse, type Script, type SeenRequest, type Step } from '../server/script.ts';

/** A chunk of OpenAI's chat completions. */
export const chunk = (delta: object, finish: string | null = null): Step =>
  sse(JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] }));
export const textChunk = (content: string): Step => chunk({ content });
export const done: readonly Step[] = [chunk({}, 'stop'), sse('[DONE]'), end];
/** A complete answer of one text. */
export const textAnswer = (text: string): Step[] => [textChunk(text), ...done];
/** A complete answer that calls tools, given by ID, name and arguments. */
export const toolCallAnswer = (...calls: readonly [id: string, name: string, input: object][]): Step[] => [
  ...calls.map(([id, name, input], index) =>
    chunk({ tool_calls: [{ index, id, function: { name, arguments: JSON.stringify(input) } }] }),
  ),
  chunk({}, 'tool_calls'),
  sse('[DONE]'),
  end,
];
/** Text chunks with event IDs from 1, as a relay sends them. */
export const chunksWithIds = (...texts: readonly string[]): Step[] =>
  texts.map((text, at) =>
    sse(JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] }), { id: at + 1 }),
  );

/** Starts a conversation with a server that plays a script for each request. `bodies()` returns the requests' bodies. */
export async function startChat(
  script: Script,
  options: Partial<ConversationOptions> = {},
): Promise<{ chat: Conversation; server: Served; bodies(): Promise<Body[]> }> {
  const server = await serve(...script);
  const chat = createConversation({
    input: server.url,
    request: openaiMessages({ model: 'm' }),
    retry: { limit: 0 },
    // `cutAfter` needs it.
    onText: server.onText,
    ...options,
  });
  return { chat, server, bodies: async () => (await server.requests()).map(bodyOf) };
}

export interface Body {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

const bodyOf = ({ body }: SeenRequest): Body => JSON.parse(body) as Body;

/** Each message as one line: its role, and its text. */
export function summaries({ messages }: Pick<Conversation, 'messages'>): string[] {
  return messages.map(
    ({ role, parts }) =>
      `${role}: ${parts.map((part) => (part.type === 'text' ? part.text : part.type)).join('|')}`,
  );
}

/** Resolves when the condition holds after a change of the conversation, or already holds. */
export function until(chat: Conversation, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!holds()) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = chat.subscribe(check);
    check();
  });
}
