import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import { isPending } from './calls.ts';

/** The result that is sent for a call without one, because providers refuse such a call. */
const NO_RESULT = 'There is no result: the user went on without it.';

/** Whether a part can be sent. A call needs complete arguments, and a result if the provider ran it. */
function isSendable(part: MessagePart): boolean {
  if (part.type !== 'tool-call') return true;
  return part.state !== 'streaming' && !(part.providerExecuted && part.state === 'called');
}

/** The parts of a message that can be sent: without calls that were cut off, and without empty texts. */
export function sendableParts({ parts }: Message): readonly MessagePart[] {
  return parts.filter((part) => isSendable(part) && !('text' in part && !part.text && !part.metadata));
}

/**
 * Splits an answer into the steps of the model. A step is text and reasoning, followed by calls. The first other part after a
 * call, data excepted, starts the next step.
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

/** The call with a result; a call without one gets an error as its result. */
export function ensureResult(call: ToolCallContent): ToolCallContent {
  return isPending(call) ? { ...call, state: 'error', error: NO_RESULT } : call;
}
