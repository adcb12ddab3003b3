import type { Usage } from '../contract/parts.ts';
import type { Wire } from './wire.ts';

/** What the counts of all vendors are called, by the path of each. Those of the whole prompt and answer come first. */
const NAMES: readonly (readonly [keyof Usage | 'written' | 'total', RegExp])[] = [
  ['written', /cache.*(creation|write)/i],
  ['cachedTokens', /^(?!.*noCache|.*miss).*cache/],
  ['reasoningTokens', /reason|thought|thinking/i],
  ['inputTokens', /^(tokens\.)?(total_?)?(prompt|input)[a-z_]*(tok|count)[a-z]*(\.total)?$/i],
  [
    'outputTokens',
    /^(tokens\.)?(total_?)?(completion|output|candidates|generated|eval)[a-z_]*(tok|count)[a-z]*(\.total)?$/i,
  ],
  ['total', /^total_?tok/i],
];
/** The objects that have more counts. Cohere's other one has what is billed. */
const NESTED = /detail|^tokens$|^(in|out)putTokens$/i;

type Counts = Partial<Record<(typeof NAMES)[number][0], number>>;

/** What an answer cost, whatever the vendor calls it. Of a list, which has a part for each model, the sum. */
export function usageOf(raw: Wire): Usage {
  const counts: Counts = {};
  const all = [raw].flat() as readonly Wire[];
  for (const one of all) {
    const own: Counts = {};
    count(one, '', own);
    for (const [kind, value] of Object.entries(own)) {
      counts[kind as keyof Counts] = (counts[kind as keyof Counts] ?? 0) + value;
    }
  }
  const { written = 0, total = 0, cachedTokens, reasoningTokens } = counts;
  let { inputTokens, outputTokens } = counts;
  // Anthropic counts what it read from a cache, or wrote to one, apart.
  if (
    inputTokens !== undefined &&
    all.some((one) => one?.cache_read_input_tokens ?? one?.cache_creation_input_tokens)
  ) {
    inputTokens += written + (cachedTokens ?? 0);
  }
  // Google and xAI count the reasoning apart: then the total has room for both.
  if (outputTokens !== undefined && total - (inputTokens ?? 0) >= outputTokens + (reasoningTokens ?? 0)) {
    outputTokens += reasoningTokens ?? 0;
  }
  return { inputTokens, outputTokens, reasoningTokens, cachedTokens, raw };
}

function count(fields: Wire, path: string, counts: Counts): void {
  for (const [name, value] of Object.entries((fields ?? {}) as Record<string, unknown>)) {
    if (typeof value === 'number') {
      const kind = NAMES.find(([, pattern]) => pattern.test(path + name))?.[0];
      if (kind) counts[kind] ??= value;
    } else if (!path && NESTED.test(name) && !Array.isArray(value)) count(value as Wire, `${name}.`, counts);
  }
}
