import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decide, POLICY, type Closing, type Decision, type Facts } from '../../src/connection/policy.ts';

/** Every closing there is: the types say so if one is missing. */
const CLOSINGS = Object.keys({
  ended: true,
  stopped: true,
  clean: true,
  cut: true,
  'no-content': true,
  hidden: true,
  lost: true,
  refused: true,
  unauthorized: true,
  permanent: true,
} satisfies Record<Closing, true>) as Closing[];
const RECONNECT = ['resume', 'always', 'never'] as const;
const FLAGS = [
  'isFinished',
  'hasArrived',
  'hasBegun',
  'hasProgressed',
  'isResumption',
  'isEndMissing',
  'canResume',
  'isRepeatable',
  'hasAttemptsLeft',
] as const;

/** Every combination of facts that a connection can end with. */
function* allFacts(): Generator<Facts> {
  for (const closing of CLOSINGS) {
    for (const reconnect of RECONNECT) {
      for (let bits = 0; bits < 2 ** FLAGS.length; bits++) {
        const flags = Object.fromEntries(FLAGS.map((name, at) => [name, Boolean(bits & (1 << at))]));
        const facts = { closing, reconnect, ...flags } as Facts;
        // What a connection brings new has arrived; an answer that is finished has arrived and misses no end.
        if (facts.hasProgressed && !facts.hasArrived) continue;
        if (facts.hasArrived && !facts.hasBegun) continue;
        if (facts.isFinished && (facts.isEndMissing || !facts.hasArrived)) continue;
        yield facts;
      }
    }
  }
}

const all = Array.from(allFacts(), (facts) => ({ facts, decision: decide(facts) }));
const requests = new Set<Decision>(['resume', 'repeat', 'restart']);

/** The combinations that break a promise. */
const against = (isBroken: (facts: Facts, decision: Decision) => boolean): string[] =>
  all.filter(({ facts, decision }) => isBroken(facts, decision)).map((broken) => JSON.stringify(broken));

describe('whatever a connection ends with', () => {
  test('there are thousands of combinations, and each has one decision', () => {
    expect(all.length).toBeGreaterThan(2000);
  });

  test('an answer that was cut off is never complete', () => {
    const isKnownToBeCut = ({ closing, isFinished, isEndMissing, hasBegun }: Facts): boolean =>
      ['cut', 'lost', 'refused', 'unauthorized', 'permanent'].includes(closing) ||
      (closing === 'hidden' && !isFinished) ||
      // A 204 to the first request says that there is nothing to stream.
      (isEndMissing && closing !== 'ended' && !(closing === 'no-content' && !hasBegun));
    expect(against((facts, decision) => isKnownToBeCut(facts) && decision === 'complete')).toEqual([]);
  });

  test('a complete answer is never truncated', () => {
    const isWhole = ({ closing, isFinished }: Facts): boolean =>
      closing === 'ended' || (closing === 'clean' && isFinished);
    expect(against((facts, decision) => isWhole(facts) && decision !== 'complete')).toEqual([]);
  });

  test('an unsafe request is sent again only for a resume, a key, a refusal, or a live feed', () => {
    const isAllowed = (facts: Facts, decision: Decision): boolean =>
      (decision === 'resume' && facts.canResume) ||
      (decision === 'repeat' && facts.isRepeatable) ||
      // The server did not take it on.
      (decision === 'repeat' && ['refused', 'unauthorized'].includes(facts.closing)) ||
      (decision === 'restart' && facts.reconnect === 'always');
    expect(against((facts, decision) => requests.has(decision) && !isAllowed(facts, decision))).toEqual([]);
  });

  test('the same request is sent again only while nothing has arrived', () => {
    expect(against((facts, decision) => decision === 'repeat' && facts.hasArrived)).toEqual([]);
  });

  test('no request follows an end, a stop, a permanent error, the last attempt, or reconnect: never', () => {
    const isOver = ({ closing, isFinished, hasAttemptsLeft, reconnect }: Facts): boolean =>
      ['ended', 'stopped', 'permanent'].includes(closing) ||
      (closing === 'clean' && isFinished) ||
      // Fresh headers are no attempt more.
      (!hasAttemptsLeft && closing !== 'unauthorized') ||
      reconnect === 'never';
    expect(against((facts, decision) => isOver(facts) && requests.has(decision))).toEqual([]);
  });

  test('only the page stops a stream', () => {
    expect(against(({ closing }, decision) => (closing === 'stopped') !== (decision === 'stopped'))).toEqual(
      [],
    );
  });

  test('an answer that had begun does not fail, except with a permanent error', () => {
    const isError = ({ closing }: Facts): boolean => /^(permanent|unauthorized)$/.test(closing);
    expect(against((facts, decision) => facts.hasBegun && !isError(facts) && decision === 'failed')).toEqual(
      [],
    );
    expect(against(({ hasBegun }, decision) => !hasBegun && decision === 'truncated')).toEqual([]);
  });

  test('a quiet live feed that closes in good order goes on', () => {
    expect(
      against(
        ({ closing, reconnect, hasAttemptsLeft, isFinished }, decision) =>
          closing === 'clean' &&
          reconnect === 'always' &&
          hasAttemptsLeft &&
          !isFinished &&
          !requests.has(decision),
      ),
    ).toEqual([]);
  });
});

test('each row decides some combination', () => {
  const reached = new Set(all.map(({ facts }) => POLICY.findIndex(([fits]) => fits(facts))));
  expect([...POLICY.keys()].filter((at) => !reached.has(at))).toEqual([]);
});

test('the guide has the same table, row by row', () => {
  const source = readFileSync('src/connection/policy.ts', 'utf8');
  const rows = Array.from(source.matchAll(/^ {2}\/\/ (.+ \| .+)$/gm), ([, row]) => `| ${row} |`);
  expect(rows).toHaveLength(POLICY.length);
  const [, table = ''] =
    /## What happens when a connection ends\n[^|]*\n((?:\|.*\n)+)/.exec(
      readFileSync('docs/guide/outcomes.md', 'utf8'),
    ) ?? [];
  expect(table.trim().split('\n').slice(2)).toEqual(rows);
  // What the row decides is what it says.
  for (const [at, [, decision]] of POLICY.entries()) {
    const [when, then] = rows[at]!.split(' | ');
    const says: Record<Decision, RegExp> = {
      complete: /`complete`|the same/,
      stopped: /`stopped`/,
      failed: /`failed`/,
      truncated: /`truncated`/,
      resume: /goes on/,
      repeat: /again|once more/,
      restart: /starts again/,
    };
    expect(then, when).toMatch(says[decision]);
  }
});
