/** The conversation of a component: a shared one, or one that lives as long as the component. */
import type { Conversation, ConversationOptions, ConversationSnapshot } from '../contract/conversation.ts';
import { createConversation } from '../conversation/conversation.ts';
import { afterRender } from './after-render.ts';

/**
 * An existing conversation, or the options of one that belongs to the component.
 *
 * @example
 * import { createConversation, openaiMessages } from 'teleprinter/conversation';
 * import { useConversation, type ConversationInput } from 'teleprinter/react';
 * const shared = createConversation({ input: '/api/chat', request: openaiMessages() });
 * const useCount = (input: ConversationInput = shared) => useConversation(input).messages.length;
 */
export type ConversationInput<Metadata = unknown> = Conversation<Metadata> | ConversationOptions<Metadata>;

/** The fields of a snapshot, in the order of the documentation. */
export const SNAPSHOT_FIELDS: readonly (keyof ConversationSnapshot)[] = [
  'messages',
  'queue',
  'status',
  'error',
];

/** A conversation, and the life of the component that uses it. */
export interface ComponentConversation<M> {
  readonly conversation: Conversation<M>;
  /** Call when the component is mounted, also again. */
  mount(): void;
  /**
   * Call when the component is unmounted. Unless it is mounted again in the same tick, its own conversation is stopped,
   * the queue is dropped, and no more requests are sent. A shared conversation is not affected.
   */
  dispose(): void;
}

/** Options that are read only when the conversation is created, or that are initial values of its state. */
const FIXED_OPTIONS = /^(id|initial|resume|resumeKey|whenBusy|maxRounds|throttle)$/;

/** The methods that send a request. */
const REQUEST_METHODS = ['send', 'regenerate', 'edit', 'addToolResult', 'addToolApproval', 'resume'] as const;

/**
 * Returns the conversation in the input, or creates one from its options.
 *
 * @param getInput Returns the input of the last render: options may change with each render
 * @throws OptionsError
 */
export function conversationFor<M>(getInput: () => ConversationInput<M>): ComponentConversation<M> {
  const input = getInput();
  if ('getSnapshot' in input) return { conversation: input, mount() {}, dispose() {} };
  const getOption = (name: string): unknown => (getInput() as unknown as Record<string, unknown>)[name];
  const options: Record<string, unknown> = { ...input };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function') {
      options[name] = (...values: unknown[]) => {
        const latest = getOption(name);
        return typeof latest === 'function'
          ? (latest as (...values: unknown[]) => unknown)(...values)
          : latest;
      };
    } else if (!FIXED_OPTIONS.test(name)) {
      Object.defineProperty(options, name, { get: () => getOption(name) });
    }
  }
  let isDisposed = false;
  const own = createConversation<M>(options as never);
  const conversation: Record<string, unknown> = { ...own };
  for (const name of REQUEST_METHODS) {
    const method = own[name] as (...values: unknown[]) => unknown;
    conversation[name] = (...values: unknown[]) => {
      const result = method(...values);
      // The request is sent in a later microtask.
      if (isDisposed) own.stop();
      return result;
    };
  }
  return {
    conversation: conversation as never,
    mount: () => void (isDisposed = false),
    dispose() {
      isDisposed = true;
      afterRender(() => {
        if (!isDisposed) return;
        for (const { id } of own.queue) own.unqueue(id);
        own.stop();
      });
    },
  };
}
