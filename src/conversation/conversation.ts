import type { Conversation, ConversationOptions } from '../contract/conversation.ts';
import { Session } from './session.ts';

/**
 * Creates a conversation with a model. It holds the messages, sends requests, and updates the answers while they arrive. It
 * sends no request by itself, and also works without a page.
 *
 * @throws OptionsError if `whenBusy` is unknown or a message in `initial` is empty. Other options are checked before each request.
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
