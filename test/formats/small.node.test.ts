import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FRAMEWORK_SAMPLES } from './framework-samples.ts';
import { SMALL_SAMPLES, TEXT } from './small-samples.ts';
import { read } from './read.ts';

const SAMPLES = [...SMALL_SAMPLES, ...FRAMEWORK_SAMPLES];

describe.each(SAMPLES.map((sample) => [sample.format, sample] as const))('%s', (format, sample) => {
  const { wire, type, expected, calls = [], error, endsByClosing } = sample;

  test.each([1, 3, 64, Infinity])('is recognised and read whole, in pieces of %s bytes', async (size) => {
    const result = await read(wire, type, size);
    expect(result).toMatchObject({ format, text: TEXT, ...expected, error: undefined });
    expect(result.toolCalls.map(({ name, input }) => [name, input])).toEqual(calls);
  });

  test('is read the same before an end marker', async () => {
    if (type) return;
    for (const end of ['event: end\ndata: Stream ended\n\n', 'data: [DONE]\n\n']) {
      expect(await read(wire + end)).toMatchObject({ format, text: TEXT, ...expected, error: undefined });
    }
  });

  test('that is cut at any event is not complete', async () => {
    if (endsByClosing) return;
    const separator = wire.includes('\n\n') ? '\n\n' : '\n';
    const events = wire.split(separator).filter(Boolean);
    for (let count = 0; count < events.length; count++) {
      const partial = events
        .slice(0, count)
        .map((event) => event + separator)
        .join('');
      const { outcome, text, finishReason } = await read(partial, type);
      // Usage and the like may follow the finish.
      if (finishReason && text === TEXT) continue;
      if (text === TEXT && /done|end|complete|event: response\n/i.test(events.slice(0, count).at(-1)!))
        continue;
      expect(outcome, `cut after ${events[count - 1]}`).toMatch(/truncated|failed/);
      expect(TEXT.startsWith(text)).toBe(true);
    }
  });

  test.runIf(error)('that reports an error fails, with the vendor’s message', async () => {
    const separator = wire.includes('\n\n') ? '\n\n' : '\n';
    const events = wire.split(separator);
    const before = events.findIndex((event) => event.includes('Sunny')) + 1;
    const partial = events
      .slice(0, before)
      .map((event) => event + separator)
      .join('');
    const result = await read(partial + error!, type);
    expect(result).toMatchObject({ outcome: 'failed', text: 'Sunny, ', error: { providerMessage: 'busy' } });
  });
});

test('the demo replays the first stream of each format', () => {
  const shown = JSON.parse(readFileSync('demo/small-streams.json', 'utf8')) as Record<string, unknown>;
  const samples = [...SMALL_SAMPLES, ...FRAMEWORK_SAMPLES].filter(({ format }) => format !== 'openaiChat');
  expect(new Set(Object.keys(shown))).toEqual(new Set(samples.map(({ format }) => format)));
  for (const [format, stream] of Object.entries(shown)) {
    expect(samples.find((sample) => sample.format === format)).toMatchObject(stream as object);
  }
});
