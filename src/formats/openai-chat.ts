import type { Format } from '../contract/format.ts';
import { splitThinking, type ThinkOptions } from './think.ts';
import { wireFormat } from './wire-format.ts';
import { listOf, wordOf, type Wire } from './wire.ts';
import type { KnownFields, Writer } from './writer.ts';

/**
 * OpenAI's chat completions, and all that speak like them: Azure, DeepSeek, Groq, Kimi, Mistral, OpenRouter, Perplexity,
 * Qwen, Snowflake Cortex, vLLM, xAI, Zhipu; and legacy completions. An answer is whole with a finish reason, or with
 * `[DONE]`. https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function openaiChat(options?: ThinkOptions): Format {
  const format = wireFormat({
    name: 'openaiChat',
    recognises: ({ choices } = {}) => {
      const first = listOf(choices)[0];
      const { delta, message, text } = first ?? {};
      return Array.isArray(choices) && (!first || isObject(delta) || isObject(message) || text !== undefined);
    },
    open: () => {
      let isEmpty = true;
      return (data, write) => {
        for (const choice of listOf(data?.choices)) {
          // The first choice is the answer.
          if (Number(wordOf(choice?.index)) > 0) write.data('choice', choice);
          else {
            // MiniMax repeats the message in its last chunk.
            const message = choice?.delta ?? (isEmpty ? choice?.message : undefined);
            isEmpty &&= !message?.content;
            readChoice(choice, message, write);
          }
        }
        write.usage(data?.usage ?? data?.x_groq?.usage);
        // https://console.groq.com/docs/api-reference: why a stream was stopped early.
        if (data?.x_groq?.error) write.error(data.x_groq.error);
        if (!Array.isArray(data?.choices)) return data?.usage;
        write.others(data, CHUNK);
        return true;
      };
    },
  });
  return splitThinking(format, options);
}

function readChoice(choice: Wire, message: Wire, write: Writer): void {
  const { content, reasoning_content, reasoning, refusal, tool_calls, function_call } = message ?? {};
  write.reasoning(reasoning_content || reasoning);
  write.text(content ?? choice?.text);
  // Mistral's content is a list.
  for (const item of listOf(content)) {
    write.text(item?.text);
    for (const thought of listOf(item?.thinking)) write.reasoning(thought?.text);
    if (item?.text === undefined && item?.thinking === undefined) write.data(wordOf(item?.type), item);
  }
  write.text(refusal, undefined, true);
  for (const call of listOf(tool_calls)) {
    const { index, id, custom } = call ?? {};
    const { name, arguments: delta } = call?.function ?? {};
    write.call({ key: index ?? id, id, name: custom?.name ?? name, delta: custom?.input ?? delta });
  }
  if (function_call) write.call({ key: '', name: function_call.name, delta: function_call.arguments });
  write.others(message, MESSAGE);
  if (!choice) return;
  write.others(choice, CHOICE);
  if (choice.error) write.error(choice.error);
  write.finish(choice.finish_reason);
  write.usage(choice.usage);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const CHUNK: KnownFields = {
  id: 1,
  object: 1,
  created: 1,
  model: 1,
  choices: 1,
  usage: 1,
  error: 1,
  provider: 1,
  system_fingerprint: 1,
  service_tier: 1,
  obfuscation: 1,
  x_groq: 1,
  p: 1,
  base_resp: 1,
  input_sensitive: 1,
  output_sensitive: 1,
};
const CHOICE: KnownFields = {
  index: 1,
  delta: 1,
  message: 1,
  text: 1,
  finish_reason: 1,
  native_finish_reason: 1,
  error: 1,
  usage: 1,
  logprobs: 1,
  content_filter_results: 1,
  content_filter_offsets: 1,
  stop_reason: 1,
  matched_stop: 1,
  token_ids: 1,
};
const MESSAGE: KnownFields = {
  role: 1,
  name: 1,
  content: 1,
  reasoning: 1,
  reasoning_content: 1,
  refusal: 1,
  tool_calls: 1,
  function_call: 1,
};
