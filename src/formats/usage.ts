import type { Usage } from '../contract/parts.ts';
import { listOf, type Wire } from './wire.ts';

/** Where the vendors say it. A dot leads into an object. */
const INPUT =
  'prompt_tokens input_tokens promptTokenCount total_input_tokens prompt_eval_count tokens.input_tokens inputTokens.total inputTokens promptTokens input_count input_token_count';
const OUTPUT =
  'completion_tokens output_tokens candidatesTokenCount total_output_tokens eval_count tokens.output_tokens outputTokens.total outputTokens completionTokens output_count generated_token_count generated_tokens';
const REASONING =
  'completion_tokens_details.reasoning_tokens output_tokens_details.reasoning_tokens output_tokens_details.thinking_tokens thoughtsTokenCount total_thought_tokens reasoningTokens outputTokens.reasoning output_token_details.reasoning reasoning_output_tokens';
const CACHED =
  'prompt_tokens_details.cached_tokens input_tokens_details.cached_tokens cache_read_input_tokens cachedContentTokenCount total_cached_tokens cached_tokens prompt_cache_hit_tokens cachedInputTokens inputTokens.cacheRead cacheReadInputTokens input_token_details.cache_read';

/** What an answer cost, whatever the vendor calls it. Of a list, which has a part for each model, the sum. */
export function usageOf(raw: Wire): Usage {
  if (Array.isArray(raw)) return sumOf(raw);
  const find = (paths: string): number | undefined => {
    for (const path of paths.split(' ')) {
      const value: unknown = path.split('.').reduce((object, field) => object?.[field], raw);
      if (typeof value === 'number') return value;
    }
    return undefined;
  };
  const reasoningTokens = find(REASONING);
  let inputTokens = find(INPUT);
  let outputTokens = find(OUTPUT);
  // Anthropic counts what it read from a cache, or wrote to one, apart.
  if (inputTokens !== undefined) {
    inputTokens += (find('cache_read_input_tokens') ?? 0) + (find('cache_creation_input_tokens') ?? 0);
  }
  // Google and xAI count the reasoning apart: then the total has room for both.
  const total = find('total_tokens totalTokenCount') ?? 0;
  if (outputTokens !== undefined && total - (inputTokens ?? 0) >= outputTokens + (reasoningTokens ?? 0)) {
    outputTokens += reasoningTokens ?? 0;
  }
  return { inputTokens, outputTokens, reasoningTokens, cachedTokens: find(CACHED), raw };
}

function sumOf(raw: unknown): Usage {
  const all = listOf(raw).map((one) => usageOf(Array.isArray(one) ? undefined : one));
  const sum = (name: Exclude<keyof Usage, 'raw'>): number | undefined =>
    all.reduce<number | undefined>(
      (total, one) => (one[name] === undefined ? total : (total ?? 0) + one[name]),
      undefined,
    );
  return {
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
    cachedTokens: sum('cachedTokens'),
    raw,
  };
}
