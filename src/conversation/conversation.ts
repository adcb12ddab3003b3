import type { Conversation, ConversationOptions } from '../contract/conversation.ts';
import { Session } from './session.ts';

/**
 * Makes a conversation with a model: it holds the messages, asks, and shows the answers while they arrive. It makes no request
 * until it is asked to, and works without a page, too.
 *
 * @throws OptionsError when `whenBusy` is unknown, or a message in `initial` is empty. Other options are checked when it asks.
 * @example
 * import { createConversation, openaiMessages } from 'teleprinter/conversation';
 * const conversation = createConversation({ input: '/api/chat', request: openaiMessages() });
 * conversation.subscribe(() => console.log(conversation.messages, conversation.status));
 * await conversation.send('Why is the sky blue?');
 */
export function createConversation<Metadata = unknown>(
  options: ConversationOptions<Metadata>,
): Conversation<Metadata> {
  return new Session(options);
}
