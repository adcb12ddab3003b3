import type { Format } from '../contract/format.ts';
import { wireFormat, type Writer } from './wire-format.ts';
import { listOf, wordOf, type Wire } from './wire.ts';

/**
 * OpenAI's chat completions, and all that speak like them: Azure, DeepSeek, Groq, Kimi, Mistral, OpenRouter, Perplexity,
 * Qwen, Snowflake Cortex, xAI; and legacy completions. An answer is whole with a finish reason, or with `[DONE]`.
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function openaiChat(): Format {
  return wireFormat({
    name: 'openaiChat',
    recognises: (data) => Array.isArray(data?.choices),
    // A chunk that only opens the message, and one that only counts, say nothing.
    silent: /^message$/,
    open: () => read,
  });
}

function read(data: Wire, write: Writer): void {
  for (const choice of listOf(data?.choices)) {
    // The first choice is the answer.
    if (Number(wordOf(choice?.index)) > 0) {
      write.data('choice', choice);
      continue;
    }
    const { content, reasoning_content, reasoning, refusal, tool_calls, function_call } = choice?.delta ?? {};
    write.reasoning(reasoning_content || reasoning);
    write.text(content ?? choice?.text);
    // Mistral's content is a list.
    for (const item of listOf(content)) {
      write.text(item?.text);
      for (const thought of listOf(item?.thinking)) write.reasoning(thought?.text);
    }
    write.text(refusal, undefined, true);
    for (const call of listOf(tool_calls)) {
      const { name, arguments: delta } = call?.function ?? {};
      write.call({ key: call?.index ?? call?.id, id: call?.id, name, delta });
    }
    if (function_call) write.call({ key: '', name: function_call.name, delta: function_call.arguments });
    write.finish(choice?.finish_reason);
    write.usage(choice?.usage);
  }
  write.usage(data?.usage ?? data?.x_groq?.usage);
}
