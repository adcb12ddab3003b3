import { describe, expect, test } from 'vitest';
import { LAG, pace, type PaceInput } from '../../src/typewriter/pace.ts';

const FRAME = 1000 / 60;

/** Types what arrives at the given times; tells how far it lagged behind, in milliseconds, and when it was done. */
function simulate(arrivals: [time: number, characters: number][], speed: PaceInput['speed'] = 'auto') {
  const endedAt = arrivals.at(-1)?.[0] ?? 0;
  const waiting: number[] = [];
  let carry = 0;
  let worstLag = 0;
  let now = 0;
  for (; now <= endedAt || waiting.length > 0; now += FRAME) {
    for (const [time, characters] of arrivals) {
      if (time > now - FRAME && time <= now) waiting.push(...Array<number>(characters).fill(time));
    }
    const sinceEnd = now > endedAt ? now - endedAt : undefined;
    let count;
    [count, carry] = pace({ speed, elapsed: FRAME, backlog: waiting.length, sinceEnd, carry });
    expect(count).toBeLessThanOrEqual(waiting.length);
    for (const time of waiting.splice(0, count)) worstLag = Math.max(worstLag, now - time);
  }
  return { worstLag, doneAfter: now - endedAt };
}

describe('the automatic pace', () => {
  test.each([
    ['a steady model', Array.from({ length: 200 }, (_, index): [number, number] => [index * 25, 5])],
    [
      'a proxy that sends a lump each second',
      Array.from({ length: 6 }, (_, index): [number, number] => [index * 1000, 300]),
    ],
    ['a very fast model', Array.from({ length: 100 }, (_, index): [number, number] => [index * 16, 2000])],
    ['a slow model', Array.from({ length: 10 }, (_, index): [number, number] => [index * 700, 1])],
    ['one lump', [[0, 50_000]] as [number, number][]],
  ])('keeps near %s, and is done 400 ms after its end', (_, arrivals) => {
    const { worstLag, doneAfter } = simulate(arrivals);
    // The last of a lump shows when its share has become less than a character.
    expect(worstLag).toBeLessThan(7 * LAG);
    expect(doneAfter).toBeLessThanOrEqual(400 + 2 * FRAME);
  });

  test('shows more of a longer backlog, nothing of none, all after a long pause', () => {
    const input = { speed: 'auto', elapsed: FRAME, sinceEnd: undefined, carry: 0 } as const;
    const [few] = pace({ ...input, backlog: 100 });
    const [many] = pace({ ...input, backlog: 10_000 });
    expect(many / few).toBeGreaterThan(90);
    expect(pace({ ...input, backlog: 0 })).toEqual([0, 0]);
    expect(pace({ ...input, backlog: 10_000, elapsed: 2000 })).toEqual([10_000, 0]);
  });
});

test('a fixed speed is kept on average, whatever the frame rate', () => {
  const { doneAfter } = simulate([[0, 100]], 50);
  expect(Math.abs(doneAfter - 2000)).toBeLessThan(3 * FRAME);
});
