import type { FinishOutcome } from '../contract/parts.ts';

/** What a vendor's finish reason means: the first row that matches. */
export function outcomeOf(reason: string): FinishOutcome {
  return OUTCOMES.find(([pattern]) => pattern.test(reason))![1];
}

/** The vendors' own lists of reasons, in the words that they have in common. */
const OUTCOMES: readonly (readonly [RegExp, FinishOutcome])[] = [
  [
    /filter|refus|safety|unsafe|sensitive|bl(ock|ack)|prohibit|spii|recitation|toxic|guardrail|moderat|policy|tripwire|armor/i,
    'refused',
  ],
  [
    /error|fail|cancel|abort|malformed|unexpected|missing|timeout|insufficient|too_many|no_image|image_other|expired|unspecified|interrupted|overloaded|^(OTHER|LANGUAGE)/i,
    'failed',
  ],
  [/length|max|window|limit|pause|incomplete|out_of|budget|repetition/i, 'length'],
  [/tool|function|action|interrupt/i, 'tool-calls'],
  [/(?:)/, 'complete'],
];
