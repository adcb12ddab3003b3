import { describe, expect, test } from 'vitest';
import { lengthOfGraphemes, startOfLastGrapheme } from '../../src/typewriter/graphemes.ts';

const clusters = ['a', 'e\u0301', '👍🏽', '👩‍👩‍👧‍👦', '🇨🇭', 'क्षि', '한', '\r\n', 'é'];

describe('lengthOfGraphemes', () => {
  test('counts extended grapheme clusters', () => {
    let length = 0;
    clusters.forEach((cluster, index) => {
      length += cluster.length;
      expect(lengthOfGraphemes(clusters.join(''), index + 1)).toBe(length);
    });
    expect(lengthOfGraphemes('abc', 10)).toBe(3);
    expect(lengthOfGraphemes('', 1)).toBe(0);
  });

  test('splits no cluster at the edge of its window', () => {
    for (let before = 0; before < 100; before++) {
      const text = 'x'.repeat(before) + '👩‍👩‍👧‍👦'.repeat(20);
      for (let count = before; count < before + 20; count++) {
        expect((lengthOfGraphemes(text, count) - before) % '👩‍👩‍👧‍👦'.length).toBe(0);
      }
    }
  });

  test('gets past a cluster that is longer than its window', () => {
    const text = `a${'\u0301'.repeat(500)}b`;
    expect(lengthOfGraphemes(text, 2)).toBeGreaterThan(0);
    expect(lengthOfGraphemes(text, 1000)).toBe(text.length);
  });
});

describe('startOfLastGrapheme', () => {
  test('is where more text may still extend a grapheme', () => {
    for (const cluster of clusters) expect(startOfLastGrapheme(`abc${cluster}`)).toBe(3);
    expect(startOfLastGrapheme('')).toBe(0);
  });

  test('counts half of a surrogate pair as part of the grapheme that it extends', () => {
    const flag = '🇨🇭';
    expect(startOfLastGrapheme(`abc${flag.slice(0, 3)}`)).toBe(3);
    expect(startOfLastGrapheme(flag.slice(0, 1))).toBe(0);
  });
});
