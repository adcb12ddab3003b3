import { describe, expect, test } from 'vitest';
import { stream, type StreamOptions } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { cutAfter, end, endEvent, sse, write, type Script, type Step } from '../server/script.ts';
import { everyTransport } from './transports.ts';

const dose = ['Take ', '5 mg, ', 'twice ', 'a day.'];

/** The events of these words, with the IDs that a function gives. */
function events(words: readonly string[], idOf: (at: number) => string | number | undefined): Step[] {
  return words.map((word, at) => {
    const id = idOf(at);
    return sse(word, id === undefined ? {} : { id });
  });
}

async function textOf(script: Script, options: StreamOptions): Promise<string> {
  const server = await serve(...script);
  const { outcome, text } = await stream(server.url, { end: 'end', onText: server.onText, ...options })
    .result;
  expect(outcome).toBe('complete');
  return text;
}

describe('after a loss in mid-answer', () => {
  test.each(everyTransport)(
    'a server with one ID for all events, which starts over, loses no word (%s)',
    async (_, options) => {
      const all = events(dose, () => 0);
      const script = [
        [...all.slice(0, 2), ...cutAfter('Take 5 mg, ')],
        [...all, endEvent, end],
      ];
      expect(await textOf(script, options)).toBe(dose.join(''));
    },
  );

  test.each(everyTransport)(
    'a server with one ID for all events, which goes on, loses no word (%s)',
    async (_, options) => {
      const all = events(dose, () => 0);
      const script = [
        [...all.slice(0, 2), ...cutAfter('Take 5 mg, ')],
        [...all.slice(2), endEvent, end],
      ];
      expect(await textOf(script, options)).toBe(dose.join(''));
    },
  );

  test.each(everyTransport)(
    'a server that numbers the rest from 1, whose end shows it, loses no word (%s)',
    async (_, options) => {
      const words = ['no ', 'and ', 'no '];
      const first = events(words.slice(0, 2), (at) => at + 1);
      const rest = events(words.slice(2), (at) => at + 1);
      const script = [
        [...first, ...cutAfter('no and ')],
        // Under the ID of another word.
        [...rest, write('event: end\nid: 2\ndata: \n\n'), end],
      ];
      expect(await textOf(script, options)).toBe('no and no ');
    },
  );

  test.each(everyTransport)(
    'an event that comes twice under an ID of its own, and then the end of the response, is shown once (%s)',
    async (_, options) => {
      const all = events(dose, (at) => at);
      const last = all[3]!;
      const script = [
        [...all, ...cutAfter(dose.join(''))],
        [last, last, end],
      ];
      expect(await textOf(script, { ...options, end: false })).toBe(dose.join(''));
    },
  );

  test.each(everyTransport)(
    'a server that numbers from 1 on each connection and starts over shows nothing twice (%s)',
    async (_, options) => {
      const all = events(dose, (at) => at + 1);
      const script = [
        [...all.slice(0, 2), ...cutAfter('Take 5 mg, ')],
        [...all, endEvent, end],
      ];
      expect(await textOf(script, options)).toBe(dose.join(''));
    },
  );

  test.each(everyTransport)(
    'a server that numbers from 1 on each connection and goes on loses no word (%s)',
    async (_, options) => {
      const words = ['Take ', '5 ', 'mg, ', '5 ', 'times'];
      const script = [
        [...events(words.slice(0, 2), (at) => at + 1), ...cutAfter('Take 5 ')],
        [...events(words.slice(2), (at) => at + 1), endEvent, end],
      ];
      expect(await textOf(script, options)).toBe(words.join(''));
    },
  );

  test.each(everyTransport)(
    'a number that comes again with the same word is a new word where the next shows that it must be (%s)',
    async (_, options) => {
      const words = ['very ', 'good, ', 'very ', 'fast'];
      const script = [
        [...events(words.slice(0, 2), (at) => at + 1), ...cutAfter('very good, ')],
        [...events(words.slice(2), (at) => at + 1), endEvent, end],
      ];
      expect(await textOf(script, options)).toBe(words.join(''));
    },
  );

  test.each(everyTransport)('other IDs on each connection lose no word (%s)', async (_, options) => {
    const script = [
      [...events(dose.slice(0, 2), (at) => `a${at}`), ...cutAfter('Take 5 mg, ')],
      [...events(dose, (at) => `b${at}`), endEvent, end],
    ];
    // Nothing proves that they are the same events: a word twice is seen, a word lost is not.
    expect(await textOf(script, options)).toBe(`Take 5 mg, ${dose.join('')}`);
  });

  test.each(everyTransport)('two equal events in a row are two (%s)', async (_, options) => {
    const script = [
      [sse('ha ', { id: 1 }), ...cutAfter('ha ')],
      [sse('ha '), sse('ha ', { id: 2 }), sse('ha '), endEvent, end],
    ];
    expect(await textOf(script, options)).toBe('ha ha ha ha ');
  });

  test.each(everyTransport)(
    'what a server sends again in reverse, or twice, is shown once (%s)',
    async (_, options) => {
      const [a, b, c] = events(['a', 'b', 'c'], (at) => at) as [Step, Step, Step];
      const script = [
        [a, b, ...cutAfter('ab')],
        [b, a, a, b, b, c, endEvent, end],
      ];
      expect(await textOf(script, options)).toBe('abc');
    },
  );

  test.each(everyTransport)(
    'a live feed shows all that comes, as EventSource does (%s)',
    async (_, options) => {
      const ticks = events(['1 ', '2 '], () => 0);
      const script = [
        [...ticks, ...cutAfter('1 2 ')],
        [...ticks, ...cutAfter('1 2 1 2 ')],
        [...ticks, endEvent, end],
      ];
      expect(await textOf(script, { ...options, reconnect: 'always' })).toBe('1 2 1 2 1 2 ');
    },
  );
});
