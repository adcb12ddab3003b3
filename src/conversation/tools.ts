import type { ConversationOptions } from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import { OptionsError } from '../errors.ts';
import { isPending, isWhole } from './calls.ts';

/**
 * Whether to ask again with the results of tools: the last answer is whole, and none of its calls waits.
 * @throws OptionsError where tools were called too often in a row
 */
export function canContinue<M>(
  messages: readonly Message<M>[],
  { continueAfterTools = true, maxRounds = 20 }: ConversationOptions<M>,
): boolean {
  const last = messages.at(-1)!;
  const goesOn =
    isWhole(last) &&
    !last.parts.some(isPending) &&
    (typeof continueAfterTools === 'function' ? continueAfterTools(last) : continueAfterTools);
  const asked = messages.map(({ role }) => role !== 'assistant').lastIndexOf(true);
  if (goesOn && messages.length - 1 - asked > maxRounds) {
    throw new OptionsError(`${maxRounds} answers in a row called tools: stop it, or set maxRounds.`, {
      option: 'maxRounds',
    });
  }
  return goesOn;
}
