import type { FinishOutcome } from '../contract/parts.ts';

/** What a vendor's finish reason means: the first row that matches. */
export function outcomeOf(reason: string): FinishOutcome {
  return OUTCOMES.find(([pattern]) => pattern.test(reason))![1];
}

const OUTCOMES: readonly (readonly [RegExp, FinishOutcome])[] = [
  [/filter|refus|safety|block|prohibit|spii|recitation|toxic|guardrail/i, 'refused'],
  [/error|fail|cancel|abort|malformed|unexpected|missing|timeout|insufficient|^OTHER/i, 'failed'],
  [/length|max|window|limit|pause|incomplete/i, 'length'],
  [/tool|function|action/i, 'tool-calls'],
  [/(?:)/, 'complete'],
];
