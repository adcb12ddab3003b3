import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';

/** What a call came to. */
export type CallResult = Pick<ToolCallContent, 'output' | 'error'>;

/** Makes of a call what it then is; the same object where nothing changes. */
export type CallChange = (call: ToolCallContent) => ToolCallContent;

/** Whether a call waits for the page to run its tool. */
export function isCalled(part: MessagePart): part is ToolCallContent {
  return part.type === 'tool-call' && part.state === 'called' && !part.providerExecuted;
}

/** Whether a call waits for the page: for its result, or for leave to run. */
export function isPending(part: MessagePart): part is ToolCallContent {
  return (part.type === 'tool-call' && part.state === 'approval-requested') || isCalled(part);
}

export function isWhole({ outcome }: Message): boolean {
  return outcome === 'complete' || outcome === 'tool-calls';
}

/** The page gives a call its result; the first one counts. */
export const withResult =
  (result: CallResult): CallChange =>
  (call) =>
    isPending(call) ? ended(call, result) : call;

export function ended(call: ToolCallContent, { output, error }: CallResult): ToolCallContent {
  return { ...call, output, error, state: error === undefined ? 'done' : 'error' };
}

/** What is said of an error, in words. */
export function wordsOf(error: unknown): string {
  const { message = error } = Object(error) as { readonly message?: unknown };
  return typeof message === 'string' ? message : JSON.stringify(message ?? null);
}

/** Changes the call with this ID in a message. */
export const withCall =
  (id: string, change: CallChange) =>
  ({ parts }: Message): Pick<Message, 'parts'> => ({
    parts: parts.map((part) => (part.type === 'tool-call' && part.id === id ? change(part) : part)),
  });
