import type { FinishOutcome } from '../contract/parts.ts';

/** The outcome that a vendor's finish reason means: that of the first row that matches. */
export function outcomeOf(reason: string): FinishOutcome {
  return OUTCOMES.find(([pattern]) => pattern.test(reason))![1];
}

/** Matches the finish reasons of all vendors by the words that they share. */
const OUTCOMES: readonly (readonly [RegExp, FinishOutcome])[] = [
  [
    /filter|refus|safety|unsafe|sensitive|bl(ock|ack)|prohibit|spii|recitation|toxic|guardrail|moderat|policy|tripwire|armor/i,
    'refused',
  ],
  [
    /error|fail|cancel|abort|malformed|unexpected|missing|timeout|insufficient|too_many|no_image|image_other|expired|unspecified|interrupted|overloaded|^(OTHER|LANGUAGE)/i,
    'failed',
  ],
  [/length|max|window|limit|pause|incomplete|out_of|budget|repetition|trunc/i, 'length'],
  [/tool|function|action|interrupt/i, 'tool-calls'],
  [/(?:)/, 'complete'],
];
