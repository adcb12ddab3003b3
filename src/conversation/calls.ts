import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import { messageIn } from '../errors.ts';

/** The result of a call: its output, or an error message. */
export type CallResult = Pick<ToolCallContent, 'output' | 'error'>;

/** Returns the changed fields of a call, if any. */
export type CallChange = (call: ToolCallContent) => Partial<ToolCallContent> | false;

/** Whether a call waits for the page to run its tool. */
export function isRunnable(part: MessagePart): part is ToolCallContent {
  return part.type === 'tool-call' && part.state === 'called' && !part.providerExecuted;
}

/** Whether a call waits for the page: for its result, or for approval. */
export function isPending(part: MessagePart): part is ToolCallContent {
  return (part as ToolCallContent).state === 'approval-requested' || isRunnable(part);
}

/** Whether an answer has arrived as a whole. */
export function isWhole({ outcome }: Message): boolean {
  return outcome === 'complete' || outcome === 'tool-calls';
}

/** A change that sets the result of a call, if it has none yet. */
export const resultChange =
  (result: CallResult): CallChange =>
  (call) =>
    isPending(call) && resultFields(result);

/** The fields of a call that has ended with this result. */
export function resultFields({ output, error }: CallResult): Partial<ToolCallContent> {
  return { output, error, state: error === undefined ? 'done' : 'error' };
}

/** The words of an error; a value without any as JSON. */
export function errorText(error: unknown): string {
  return messageIn(error) ?? JSON.stringify(error ?? null);
}

/** A change of a message that applies `change` to the call with this ID. */
export const callChange =
  (id: string, change: CallChange) =>
  ({ parts }: Message): Pick<Message, 'parts'> => ({
    parts: parts.map((part) =>
      part.type === 'tool-call' && part.id === id ? { ...part, ...change(part) } : part,
    ),
  });
