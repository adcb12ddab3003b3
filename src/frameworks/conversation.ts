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

/** A conversation as a component has it. */
export interface Held<M> {
  readonly conversation: Conversation<M>;
  /**
   * The component is gone. Unless it is back in the same tick, the answer of a conversation that it has made is stopped, its
   * queue dropped, and nothing more is asked.
   */
  dispose(): void;
  /** The component is there. */
  revive(): void;
}

/** What counts once, as it is the conversation's own state or is read when it is made. */
const ONCE = /^(id|initial|resume|resumeKey|whenBusy|maxRounds|throttle)$/;

/** What asks. */
const ASKING = ['send', 'regenerate', 'edit', 'addToolResult', 'addToolApproval', 'resume'] as const;

/**
 * Takes a conversation as it is, or makes one.
 *
 * @param latest Gives the options of now: they may change with each render.
 * @throws OptionsError
 */
export function conversationOf<M>(latest: () => ConversationInput<M>): Held<M> {
  const given = latest();
  if ('getSnapshot' in given) return { conversation: given, dispose() {}, revive() {} };
  const newest = (name: string): unknown => (latest() as unknown as Record<string, unknown>)[name];
  const options: Record<string, unknown> = { ...given };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function') {
      options[name] = (...values: unknown[]) => {
        const now = newest(name);
        return typeof now === 'function' ? (now as (...values: unknown[]) => unknown)(...values) : now;
      };
    } else if (!ONCE.test(name)) {
      Object.defineProperty(options, name, { get: () => newest(name) });
    }
  }
  let isGone = false;
  const own = createConversation<M>(options as never);
  const conversation: Record<string, unknown> = { ...own };
  for (const name of ASKING) {
    const ask = own[name] as (...values: unknown[]) => unknown;
    conversation[name] = (...values: unknown[]) => {
      const answer = ask(...values);
      // Before its request goes out.
      if (isGone) own.stop();
      return answer;
    };
  }
  return {
    conversation: conversation as never,
    dispose() {
      isGone = true;
      queueMicrotask(() => {
        if (!isGone) return;
        for (const { id } of own.queue) own.unqueue(id);
        own.stop();
      });
    },
    revive: () => void (isGone = false),
  };
}
