import type { Format, ThinkOptions } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { listOf, stringOf, textOf, type Wire } from './wire.ts';
import { createExtraFields, type EmitExtraFields } from './extra-fields.ts';
import type { Writer } from './writer.ts';

/**
 * OpenAI's chat completions and legacy completions, and the APIs compatible with them: Azure, DeepSeek, Groq, Kimi, Mistral,
 * OpenRouter, Perplexity, Qwen, Snowflake Cortex, vLLM, xAI, Zhipu. A finish reason or `[DONE]` completes an answer.
 * https://platform.openai.com/docs/api-reference/chat-streaming
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { openaiChat } from 'teleprinter/formats';
 * const answer = stream('/v1/chat/completions', { method: 'POST', format: openaiChat() });
 */
export function openaiChat({ think = true }: ThinkOptions = {}): Format {
  return wireFormat({
    think,
    name: 'openaiChat',
    recognises: ({ choices } = {}) => {
      const first = listOf(choices)[0];
      const { delta, message, text } = first ?? {};
      const hasText = isObject(delta) || isObject(message) || typeof delta === 'string' || text !== undefined;
      return Array.isArray(choices) && (!first || hasText);
    },
    open: () => {
      const emitExtraFields = createExtraFields(KNOWN);
      let isEmpty = true;
      let hasDeltas: unknown;
      let hasThought = false;
      return (data, write) => {
        for (const choice of listOf(data?.choices)) {
          // The first choice is the answer.
          if (Number(stringOf(choice?.index)) > 0) write.data('choice', choice);
          else {
            const { delta, message: repeated } = choice ?? {};
            hasDeltas ||= delta;
            // MiniMax repeats the whole message in its last chunk, Perplexity in each. Without streaming, Perplexity sends
            // the message with an empty delta. Where there are no deltas, as with Mistral on Bedrock, messages are deltas.
            const isWhole = isEmpty && repeated?.content && !delta?.content;
            const message = isWhole || !hasDeltas ? repeated : delta;
            isEmpty &&= !message?.content;
            if (message?.reasoning_content && !hasThought) {
              hasThought = true;
              write.data('provider-metadata', { type: 'reasoning', providerMetadata: REASONING_CONTENT });
            }
            readChoice(choice, message, write, emitExtraFields);
          }
        }
        write.usage(data?.usage ?? data?.x_groq?.usage);
        // Why a stream was stopped early. https://console.groq.com/docs/api-reference
        if (data?.x_groq?.error) write.error(data.x_groq.error);
        if (!Array.isArray(data?.choices)) return data?.usage;
        emitExtraFields(data, write);
        return true;
      };
    },
  });
}

function readChoice(choice: Wire, message: Wire, write: Writer, emitExtraFields: EmitExtraFields): void {
  const {
    content,
    reasoning_content,
    reasoning,
    reasoning_text,
    reasoning_details,
    refusal,
    tool_calls,
    function_call,
  } = message ?? {};
  write.reasoning(reasoning_content || reasoning || reasoning_text);
  // OpenRouter expects every piece in the next request, so a piece equal to the one before is emitted, too.
  if (listOf(reasoning_details).length) write.data('reasoning_details', reasoning_details);
  // SenseNova's delta is the text.
  write.text(content ?? choice?.text ?? message);
  // The content of Mistral and Databricks is a list.
  for (const item of listOf(content)) {
    write.text(item?.text);
    const thoughts = item?.thinking ?? item?.summary;
    write.reasoning(textOf(thoughts));
    if (!thoughts && item?.text === undefined) write.data(stringOf(item?.type), item);
  }
  write.text(refusal, undefined, true);
  // Tavily's are the steps of its research.
  if (isObject(tool_calls) && !Array.isArray(tool_calls)) write.data('tool_calls', tool_calls);
  for (const call of listOf(tool_calls ?? message?.toolCalls)) {
    const { index, id, custom, extra_content: providerMetadata } = call ?? {};
    const key = index ?? id;
    const { name = custom?.name, arguments: delta = custom?.input } = call?.function ?? {};
    // A signature, which Gemini expects in the next request, with the call.
    if (providerMetadata) {
      write.call({ key, id, name });
      write.data('provider-metadata', { toolCallId: id, providerMetadata });
      write.call({ key, id, delta });
    } else write.call({ key, id, name, delta });
  }
  if (function_call) write.call({ key: '', name: function_call.name, delta: function_call.arguments });
  emitExtraFields(message, write, 1);
  if (!choice) return;
  emitExtraFields(choice, write, 2);
  if (choice.error) write.error(choice.error);
  // Mistral's SDK serializes names in camel case. Bedrock has a stop reason in its place, vLLM beside it.
  const { finish_reason: reason = choice.finishReason ?? choice.stop_reason } = choice;
  write.finish(reason);
  write.usage(choice.usage);
}

/** DeepSeek and Kimi expect the reasoning in the next request, in this field. Other vendors reject an unknown field. */
const REASONING_CONTENT = { openaiChat: { field: 'reasoning_content' } };

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The fields that are read, or that have nothing for the page. */
const KNOWN =
  'id object created model choices usage error provider system_fingerprint service_tier obfuscation x_groq base_resp index delta message text finish_reason finishReason toolCalls native_finish_reason logprobs stop_reason matched_stop token_id token_ids p content_filter_results content_filter_offsets input_sensitive output_sensitive role name content reasoning reasoning_content reasoning_text reasoning_details refusal tool_calls function_call';
