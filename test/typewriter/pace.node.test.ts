import { describe, expect, test } from 'vitest';
import { LAG, pace, type Arrival, type PaceInput } from '../../src/typewriter/pace.ts';

const FRAME = 1000 / 60;

/** Types what arrives at the given times; tells how far it lagged behind, in milliseconds, and when it was done. */
function simulate(arrivals: [time: number, characters: number][], speed: PaceInput['speed'] = 'auto') {
  const endedAt = arrivals.at(-1)?.[0] ?? 0;
  const waiting: number[] = [];
  const shown: number[] = [];
  const came: Arrival[] = [];
  let carry = 0;
  let worstLag = 0;
  let now = 0;
  for (; now <= endedAt || waiting.length > 0; now += FRAME) {
    for (const [at, length] of arrivals) {
      if (at <= now - FRAME || at > now) continue;
      for (let count = 0; count < length; count++) waiting.push(at);
      came.push({ at, length });
    }
    const sinceEnd = now > endedAt ? now - endedAt : undefined;
    let count;
    const input = { speed, now, elapsed: FRAME, backlog: waiting.length, arrivals: came, sinceEnd, carry };
    [count, carry] = pace(input);
    expect(count).toBeLessThanOrEqual(waiting.length);
    shown.push(count);
    for (const time of waiting.splice(0, count)) worstLag = Math.max(worstLag, now - time);
  }
  return { worstLag, doneAfter: now - endedAt, shown };
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
  ])('stays close behind %s, and is done 400 ms after its end', (_, arrivals) => {
    const { worstLag, doneAfter } = simulate(arrivals);
    expect(worstLag).toBeLessThanOrEqual(LAG + 2 * FRAME);
    expect(doneAfter).toBeLessThanOrEqual(400 + 2 * FRAME);
  });

  test('spreads a lump evenly over the lag', () => {
    const { shown } = simulate([
      [0, 1500],
      [2000, 1],
    ]);
    const frames = shown.slice(1, 15);
    expect(Math.max(...frames) - Math.min(...frames)).toBeLessThanOrEqual(2);
  });

  test('shows nothing without a backlog, and all of it after a long pause', () => {
    const input = { speed: 'auto', now: 0, sinceEnd: undefined, carry: 0 } as const;
    expect(pace({ ...input, elapsed: FRAME, backlog: 0, arrivals: [] })).toEqual([0, 0]);
    const arrivals = [{ at: 0, length: 10_000 }];
    expect(pace({ ...input, elapsed: FRAME, backlog: 10_000, arrivals })).toEqual([0, 0]);
    expect(pace({ ...input, elapsed: 2000, backlog: 10_000, arrivals })).toEqual([10_000, 0]);
  });
});

test('a fixed speed is kept on average, whatever the frame rate', () => {
  const { doneAfter } = simulate([[0, 100]], 50);
  expect(Math.abs(doneAfter - 2000)).toBeLessThan(3 * FRAME);
});

test('an infinite speed shows everything, in no time too', () => {
  const input = { speed: Infinity, now: 0, backlog: 7, arrivals: [], sinceEnd: undefined, carry: 0 };
  expect([pace({ ...input, elapsed: 0 }), pace({ ...input, elapsed: 16 })]).toEqual([
    [7, 0],
    [7, 0],
  ]);
});
