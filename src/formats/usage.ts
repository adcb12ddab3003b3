import type { Usage } from '../contract/parts.ts';
import type { Wire } from './wire.ts';

/** Matches the path of a count to its meaning, for all vendors; the first match counts. */
const PATTERNS: readonly (readonly [keyof Usage | 'cacheWrites' | 'total', RegExp])[] = [
  ['cacheWrites', /cache.*(creation|write)/i],
  ['cachedTokens', /^(?!.*noCache|.*miss).*cache/],
  ['reasoningTokens', /reason|thought|thinking/i],
  ['inputTokens', /^(tokens\.|total_?)*(prompt|input)[a-z_]*(tok|count)[a-z]*(\.total)?$|^tokens_ev/i],
  [
    'outputTokens',
    /^(tokens\.|total_?)*(completion|output|candidates|generated|eval)[a-z_]*(tok|count)[a-z]*(\.total)?$|^tokens_pr/i,
  ],
  ['total', /^total_?tok/i],
];
/** The nested objects that have counts. Cohere's `billed_units` is not one: it repeats them as they are billed. */
const NESTED = /detail|^tokens$|^(in|out)putTokens$/i;

type Counts = Partial<Record<(typeof PATTERNS)[number][0], number>>;

/** The usage of an answer, in the fields of any vendor. For a list, which has one entry for each model, the sum. */
export function usageOf(raw: Wire): Usage {
  const counts: Counts = {};
  const entries = [raw].flat() as readonly Wire[];
  for (const entry of entries) {
    const entryCounts: Counts = {};
    count(entry, '', entryCounts);
    for (const [kind, value] of Object.entries(entryCounts)) {
      counts[kind as keyof Counts] = (counts[kind as keyof Counts] ?? 0) + value;
    }
  }
  const { cacheWrites = 0, total = 0, cachedTokens, reasoningTokens } = counts;
  let { inputTokens, outputTokens } = counts;
  // Anthropic's input count leaves out the tokens that were read from the cache, or written to it.
  if (
    inputTokens !== undefined &&
    entries.some((entry) => entry?.cache_read_input_tokens ?? entry?.cache_creation_input_tokens)
  ) {
    inputTokens += cacheWrites + (cachedTokens ?? 0);
  }
  // The output count of Google and xAI leaves out the reasoning: then the total is large enough for both.
  if (outputTokens !== undefined && total - (inputTokens ?? 0) >= outputTokens + (reasoningTokens ?? 0)) {
    outputTokens += reasoningTokens ?? 0;
  }
  return { inputTokens, outputTokens, reasoningTokens, cachedTokens, raw };
}

/** Collects the counts of an object and of its nested objects; the first of each kind, which is that of the whole prompt or answer. */
function count(fields: Wire, path: string, counts: Counts): void {
  for (const [name, value] of Object.entries((fields ?? {}) as Record<string, unknown>)) {
    if (typeof value === 'number') {
      const kind = PATTERNS.find(([, pattern]) => pattern.test(path + name))?.[0];
      if (kind) counts[kind] ??= value;
    } else if (!path && NESTED.test(name) && !Array.isArray(value)) count(value as Wire, `${name}.`, counts);
  }
}
