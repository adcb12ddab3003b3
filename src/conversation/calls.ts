import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import type { DataPart } from '../contract/parts.ts';
import { lastIndex } from './message.ts';

/** What a call came to. */
type CallResult = Pick<ToolCallContent, 'output' | 'error'>;

/** Makes of a call what it then is; the same object where nothing changes. */
export type CallChange = (call: ToolCallContent) => ToolCallContent;

/** Whether a call waits for the page: for its result, or for leave to run. */
export function isPending(part: MessagePart): part is ToolCallContent {
  if (part.type !== 'tool-call') return false;
  return part.state === 'approval-requested' || (part.state === 'called' && !part.providerExecuted);
}

/** The page gives a call its result; the first one counts. */
export const withResult =
  (result: CallResult): CallChange =>
  (call) =>
    isPending(call) ? ended(call, result) : call;

/** The page says whether the server may run the tool; its first word counts. */
export const withApproval =
  (approved: boolean, reason: string | undefined): CallChange =>
  (call) =>
    call.state === 'approval-requested'
      ? { ...call, state: 'approval-responded', approval: { ...call.approval!, approved, reason } }
      : call;

/**
 * What the server says of a call: that it asks the page before it runs the tool, or what the tool gave.
 * @returns `undefined` for other data.
 */
export function saidOfCall({ name, data }: DataPart): { id: string; change: CallChange } | undefined {
  const {
    type: _,
    toolCallId: id,
    approvalId,
    ...fields
  } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string') return undefined;
  if (name === 'tool-approval-request') {
    const approval = { ...fields, id: String(approvalId) };
    return { id, change: (call) => ({ ...call, state: 'approval-requested', approval }) };
  }
  const output = fields.output ?? fields.result ?? fields.content;
  const error =
    fields.errorText ?? fields.error ?? (name === 'tool-output-denied' && 'The tool was not allowed.');
  if (output === undefined && !error) return undefined;
  return { id, change: (call) => ended(call, error ? { error: wordsOf(error) } : { output }) };
}

/** The parts, with a change of the call with this ID. */
export function withCall(
  parts: readonly MessagePart[],
  id: string,
  change: CallChange,
): readonly MessagePart[] {
  return parts.map((part) => (part.type === 'tool-call' && part.id === id ? change(part) : part));
}

/** The newest message with such a call: some vendors' IDs are only unique in their answer. */
export function messageWith<M>(
  messages: readonly Message<M>[],
  isIt: (call: ToolCallContent) => boolean,
): Message<M> | undefined {
  return messages[
    lastIndex(messages, ({ parts }) => parts.some((part) => part.type === 'tool-call' && isIt(part)))
  ];
}

function ended(call: ToolCallContent, result: CallResult): ToolCallContent {
  return { ...call, ...result, state: result.error === undefined ? 'done' : 'error' };
}

/** What is said of an error, in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error === 'string' ? error : JSON.stringify(error);
}
