import type { ConversationOptions } from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import { wrong } from './message.ts';
import { isPending, isWhole } from './calls.ts';

/**
 * Whether to request the next answer with the results of tools: the last answer is whole, no call of it is pending, and
 * `continueAfterTools` allows it.
 * @throws OptionsError if more than `maxRounds` answers in a row called tools
 */
export function canContinue<M>(
  messages: readonly Message<M>[],
  { continueAfterTools = true, maxRounds = 20 }: ConversationOptions<M>,
): boolean {
  const last = messages.at(-1)!;
  const continues =
    isWhole(last) &&
    !last.parts.some(isPending) &&
    (typeof continueAfterTools === 'function' ? continueAfterTools(last) : continueAfterTools);
  const lastQuestion = messages.map(({ role }) => role !== 'assistant').lastIndexOf(true);
  if (continues && messages.length - 1 - lastQuestion > maxRounds) {
    throw wrong('maxRounds', `${maxRounds} answers called tools: stop it or set maxRounds.`);
  }
  return continues;
}
