import type { Conversation, ConversationOptions, ConversationSnapshot } from '../contract/conversation.ts';
import { createConversation } from '../conversation/conversation.ts';

/**
 * A conversation that somebody else has made, or the options of one that belongs to the component.
 *
 * @example
 * import { createConversation, openaiMessages } from 'teleprinter/conversation';
 * import { useConversation, type ConversationInput } from 'teleprinter/react';
 * const shared = createConversation({ input: '/api/chat', request: openaiMessages() });
 * const useCount = (given: ConversationInput = shared) => useConversation(given).messages.length;
 */
export type ConversationInput<Metadata = unknown> = Conversation<Metadata> | ConversationOptions<Metadata>;

/** The fields of a snapshot, in the order of the documentation. */
export const FIELDS: readonly (keyof ConversationSnapshot)[] = ['messages', 'queue', 'status', 'error'];

/** A conversation, and whether the component has made it: then unmounting stops its answer. */
export interface Held<M> {
  readonly conversation: Conversation<M>;
  readonly isOwn: boolean;
}

/**
 * Takes a conversation as it is, or makes one.
 *
 * @param latest Gives the options of now: functions among them may change with each render.
 * @throws OptionsError
 */
export function conversationOf<M>(latest: () => ConversationInput<M>): Held<M> {
  const given = latest();
  if ('getSnapshot' in given) return { conversation: given, isOwn: false };
  const options: Record<string, unknown> = { ...given };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'function') continue;
    options[name] = (...values: unknown[]) =>
      ((latest() as unknown as Record<string, unknown>)[name] as (...values: unknown[]) => unknown)?.(
        ...values,
      );
  }
  return { conversation: createConversation(options as never), isOwn: true };
}
