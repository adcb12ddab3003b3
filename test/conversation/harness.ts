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
export const says = (content: string): Step => chunk({ content });
export const done: readonly Step[] = [chunk({}, 'stop'), sse('[DONE]'), end];
/** A whole answer of one text. */
export const whole = (text: string): Step[] => [says(text), ...done];
/** A whole answer that calls tools: each by its ID, its name and its arguments. */
export const callsTools = (...calls: readonly [id: string, name: string, input: object][]): Step[] => [
  ...calls.map(([id, name, input], index) =>
    chunk({ tool_calls: [{ index, id, function: { name, arguments: JSON.stringify(input) } }] }),
  ),
  chunk({}, 'tool_calls'),
  sse('[DONE]'),
  end,
];
/** An answer with event IDs, as a relay sends them. */
export const relayed = (...texts: readonly string[]): Step[] =>
  texts.map((text, at) =>
    sse(JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] }), { id: at + 1 }),
  );

/** A conversation with a server that plays a script for each request. */
export async function talk(
  script: Script,
  options: Partial<ConversationOptions> = {},
): Promise<{ chat: Conversation; server: Served; bodies(): Promise<Body[]> }> {
  const server = await serve(...script);
  const chat = createConversation({
    input: server.url,
    request: openaiMessages({ model: 'm' }),
    retry: { limit: 0 },
    // For `cutAfter`.
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

/** Each message in a word: whose it is, and its text. */
export function wordsOf({ messages }: Pick<Conversation, 'messages'>): string[] {
  return messages.map(
    ({ role, parts }) =>
      `${role}: ${parts.map((part) => (part.type === 'text' ? part.text : part.type)).join('|')}`,
  );
}

/** Resolves when the condition holds, at a change of the conversation. */
export function until(chat: Conversation, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!holds()) return;
      leave();
      resolve();
    };
    const leave = chat.subscribe(check);
    check();
  });
}
