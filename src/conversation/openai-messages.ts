import type { AskContext, RequestBody } from '../contract/asking.ts';
import type { FileContent, Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import { ensureResult, sendableParts, stepsOf } from './steps.ts';

/**
 * Request bodies for OpenAI's chat completions and compatible servers: `{ messages: [{ role, content }] }`, with `tool_calls`,
 * and results of role `tool`. Reasoning is sent to vendors that expect it back (`reasoning_content` of DeepSeek and Kimi,
 * `reasoning_details` of OpenRouter). Data, calls that were cut off, and empty answers are left out. A call without a result
 * gets one that says so, because providers refuse it otherwise.
 * https://platform.openai.com/docs/api-reference/chat/create
 *
 * @param fields Other fields of the body, such as `model`, `tools` and `stream`; or a function that returns them.
 * @example
 * import { createConversation, openaiMessages } from 'teleprinter/conversation';
 * const request = openaiMessages({ model: 'gpt-5', stream: true });
 * const conversation = createConversation({ input: '/v1/chat/completions', request });
 */
export function openaiMessages<M = unknown>(
  fields: object | ((context: AskContext) => object) = {},
): RequestBody<M> {
  return (messages, context) => ({
    ...(typeof fields === 'function' ? (fields as (context: AskContext) => object)(context) : fields),
    messages: messages.flatMap(toMessages),
  });
}

function toMessages(message: Message): readonly object[] {
  const parts = sendableParts(message);
  if (message.role === 'assistant') return stepsOf(parts).flatMap(toStep);
  const content = contentOf(parts);
  return content.length ? [{ role: message.role, content }] : [];
}

/** One message for the text and calls of a step, and one for each result. */
function toStep(parts: readonly MessagePart[]): readonly object[] {
  const calls = parts.filter((part) => part.type === 'tool-call').filter((call) => !call.providerExecuted);
  const content = textOf(parts);
  if (!content && !calls.length) return [];
  return [
    {
      role: 'assistant',
      content: content || null,
      ...reasoningOf(parts),
      ...(calls.length && { tool_calls: calls.map(toCall) }),
    },
    ...calls.map(ensureResult).map(({ id, output, error }) => ({
      role: 'tool',
      tool_call_id: id,
      content: error === undefined ? toJson(output) : `Error: ${error}`,
    })),
  ];
}

/** The reasoning, in the fields in which the vendor expects it back. */
function reasoningOf(parts: readonly MessagePart[]): object {
  const reasoning = parts.filter((part) => part.type === 'reasoning');
  const isExpected = reasoning.some(
    ({ metadata }) => (metadata as { openaiChat?: object } | undefined)?.openaiChat,
  );
  const details = parts.flatMap((part) =>
    part.type === 'data' && part.name === 'reasoning_details' ? (part.data ?? []) : [],
  );
  return {
    ...(isExpected && { reasoning_content: reasoning.map(({ text }) => text).join('') }),
    ...(details.length && { reasoning_details: details }),
  };
}

function toCall({ id, name, input, metadata }: ToolCallContent): object {
  return {
    id,
    type: 'function',
    function: { name, arguments: toJson(input) },
    // https://ai.google.dev/gemini-api/docs/thought-signatures: without it Gemini refuses the call.
    ...(metadata !== undefined && { extra_content: metadata }),
  };
}

/** A value as JSON. A string is unchanged: it is arguments that are not JSON, or a result in words. */
function toJson(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
}

/** The content of a question: a string, or a list if there are files. */
function contentOf(parts: readonly MessagePart[]): string | readonly object[] {
  if (!parts.some(({ type }) => type === 'file')) return textOf(parts);
  return parts.flatMap((part): object | [] =>
    part.type === 'text' ? { type: 'text', text: part.text } : part.type === 'file' ? toFile(part) : [],
  );
}

function toFile({ mediaType, url, filename }: FileContent): object {
  // The server that sent the file may have sent no type.
  return /^image\//i.test(mediaType)
    ? { type: 'image_url', image_url: { url } }
    : { type: 'file', file: { filename: filename ?? 'file', file_data: url } };
}

function textOf(parts: readonly MessagePart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
