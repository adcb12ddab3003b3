import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import { isPending } from './calls.ts';

/** What a model gets as the result of a call that has none: providers refuse a call without. */
const NO_RESULT = 'There is no result: the user went on without it.';

/** Whether a call can be sent: its arguments are whole, and where the provider runs it, it has a result. */
function isSendable(part: MessagePart): boolean {
  if (part.type !== 'tool-call') return true;
  return part.state !== 'streaming' && !(part.providerExecuted && part.state === 'called');
}

/** What of a message can be sent: calls that were cut, and texts that are empty, are left out. */
export function sendableParts({ parts }: Message): readonly MessagePart[] {
  return parts.filter((part) => isSendable(part) && !('text' in part && !part.text && !part.metadata));
}

/**
 * An answer as the steps that the model took: it says and calls, and gets the results. Something else than a call, after a
 * call, begins the next.
 */
export function stepsOf(parts: readonly MessagePart[]): readonly (readonly MessagePart[])[] {
  const steps: MessagePart[][] = [[]];
  let hasCall = false;
  for (const part of parts) {
    const isCall = part.type === 'tool-call' && !part.providerExecuted;
    if (hasCall && !isCall && part.type !== 'data') {
      steps.push([]);
      hasCall = false;
    }
    hasCall ||= isCall;
    steps.at(-1)!.push(part);
  }
  return steps;
}

/** A call that has ended: one without a result has an error in its place. */
export function ended(call: ToolCallContent): ToolCallContent {
  return isPending(call) ? { ...call, state: 'error', error: NO_RESULT } : call;
}
