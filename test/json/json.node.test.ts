import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { DecodeError, stream, TruncatedError, type StreamOptions } from '../../src/index.ts';
import { json, toolInput, type DeepPartial } from '../../src/json/json.ts';
import { createWholeTokens } from '../../src/json/whole-tokens.ts';

const Recipe = z.object({ title: z.string(), steps: z.array(z.string()), minutes: z.number() });
const recipe = { title: 'Soup', steps: ['Boil', 'Eat "hot" 🍲'], minutes: 20 };

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  const characters = [...text];
  for (let at = 0; at < characters.length; at += size) yield characters.slice(at, at + size).join('');
}

/** A copy of each value, as it was when it came. */
async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(structuredClone(value));
  return values;
}

const sse = (...events: unknown[]): Response =>
  new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), {
    headers: { 'Content-Type': 'text/event-stream' },
  });
const chat = (delta: unknown, finish_reason: string | null = null): unknown => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const callOf = (name: string, json: string, index = 0): unknown[] => [
  chat({ tool_calls: [{ index, id: `${name}-${index}`, function: { name, arguments: '' } }] }),
  ...(json.match(/.{1,5}/gsu) ?? []).map((piece) =>
    chat({ tool_calls: [{ index, function: { arguments: piece } }] }),
  ),
];

describe('the JSON of an answer', () => {
  test('yields ever more complete values, and the complete one at the end', async () => {
    const text = JSON.stringify(recipe);
    for (const size of [1, 3, 20, 1000]) {
      const values = await collect(json(inPieces(text, size)));
      expect(values.at(-1)).toEqual(recipe);
      const lengths = values.map((value) => JSON.stringify(value).length);
      expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    }
    expect((await collect(json(inPieces(text, 1)))).length).toBeGreaterThan(20);
  });

  test('is typed and validated by a schema', async () => {
    const reading = json(inPieces(JSON.stringify(recipe), 7), { schema: Recipe });
    for await (const draft of reading) {
      expectTypeOf(draft).toEqualTypeOf<{ title?: string; steps?: string[]; minutes?: number }>();
    }
    const whole = await reading.value;
    expectTypeOf(whole).toEqualTypeOf<z.infer<typeof Recipe>>();
    expect(whole).toEqual(recipe);
    expectTypeOf<DeepPartial<{ a: { b: 1 }[] }>>().toEqualTypeOf<{ a?: { b?: 1 }[] }>();
  });

  test('that does not fit its schema rejects with its issues, after the values that arrived', async () => {
    const reading = json(inPieces('{"title":1}', 4), { schema: Recipe });
    const values: unknown[] = [];
    const iteration = (async () => {
      for await (const value of reading) values.push(value);
    })();
    await expect(iteration).rejects.toThrow(DecodeError);
    await expect(reading.value).rejects.toMatchObject({ code: 'decode', data: '{"title":1}' });
    expect(values.at(-1)).toEqual({ title: 1 });
  });

  test.each([
    ['that is none', 'Sure! Here it is'],
    ['that something follows', '{} and more'],
    ['that is cut', '{"title":"So'],
    ['of nothing at all', ''],
    ['that nests without end', '['.repeat(10_000)],
  ])('%s rejects with a DecodeError that has the text', async (_, text) => {
    const reading = json(inPieces(text, 5));
    await expect(reading.value).rejects.toMatchObject({ name: 'DecodeError', type: 'text' });
    await expect(collect(reading)).rejects.toThrow(DecodeError);
  });

  test('reads a stream’s text, and rejects with the stream’s own error', async () => {
    const delta = (content: string): unknown => chat({ content });
    const whole = stream(sse(delta('{"a":'), delta('[1,2]}'), chat({}, 'stop')));
    expect(await json(whole).value).toEqual({ a: [1, 2] });
    const cut = json(stream(sse(delta('{"a":'), delta('[1,2'))));
    const values: unknown[] = [];
    await expect(
      (async () => {
        for await (const value of cut) values.push(value);
      })(),
    ).rejects.toThrow(TruncatedError);
    await expect(cut.value).rejects.toThrow(TruncatedError);
    expect(values.at(-1)).toEqual({ a: [1] });
  });

  test('gives a slow consumer the newest value, not a backlog', async () => {
    const text = JSON.stringify(Array.from({ length: 1000 }, (_, at) => at));
    let arrived = false;
    async function* source(): AsyncGenerator<string> {
      yield* inPieces(text, 3);
      arrived = true;
    }
    const reading = json(source());
    let count = 0;
    for await (const value of reading) {
      count++;
      if (count === 1) await expect.poll(() => arrived).toBe(true);
      else expect(value).toHaveLength(1000);
    }
    expect(count).toBe(2);
  });

  test('is read once for all consumers', async () => {
    const reading = json(inPieces(JSON.stringify(recipe), 5));
    const [one, two] = await Promise.all([collect(reading), collect(reading)]);
    expect(one.at(-1)).toEqual(recipe);
    expect(two.at(-1)).toEqual(recipe);
  });

  test('pollutes no prototype', async () => {
    const value = await json(inPieces('{"__proto__":{"polluted":true}}', 3)).value;
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('the arguments of a tool call', () => {
  const read = (events: unknown[], options?: StreamOptions) => stream(sse(...events), options);

  test('come while they arrive, of the first call of that name', async () => {
    const events = [
      ...callOf('other', '{"x":1}', 0),
      ...callOf('cook', JSON.stringify(recipe), 1),
      ...callOf('cook', '{"title":"No"}', 2),
      chat({}, 'tool_calls'),
    ];
    const input = toolInput(read(events), 'cook', { schema: Recipe });
    const values = await collect(input);
    expect(values.length).toBeGreaterThan(5);
    expect(values.at(-1)).toEqual(recipe);
    expect(await input.value).toEqual(recipe);
  });

  test.each(['{"city":"Lisb"}', '{"city":"Lis'])('are those that a server has made of %s', async (delta) => {
    const answer = sse(
      { type: 'tool-input-start', toolCallId: 'c', toolName: 'weather' },
      { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: delta },
      { type: 'tool-input-available', toolCallId: 'c', toolName: 'weather', input: { city: 'Lisbon' } },
      { type: 'finish' },
    );
    const input = toolInput(stream(answer, { format: 'aiSdk' }), 'weather');
    const drafts: string[] = [];
    for await (const draft of input) drafts.push(JSON.stringify(draft));
    expect(drafts.at(-1)).toBe('{"city":"Lisbon"}');
    expect(await input.value).toEqual({ city: 'Lisbon' });
  });

  test('are an empty object if the model sends none', async () => {
    const events = [...callOf('cook', ''), chat({}, 'tool_calls')];
    expect(await toolInput(read(events), 'cook').value).toEqual({});
  });

  test('that never arrive reject with an error that says so', async () => {
    const events = [chat({ content: 'No.' }), chat({}, 'stop')];
    await expect(toolInput(read(events), 'cook').value).rejects.toThrow('no whole call of cook');
  });
});

describe('however it is cut', () => {
  async function* inPieces(text: string, size: number): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }

  test.each([
    ['a long number', `[${'7'.repeat(1000)}`],
    ['long white space', `[1,${' \n'.repeat(500)}`],
    ['a long fraction', `{"a":0.${'3'.repeat(1000)}`],
  ])('%s is passed on at once, as reading it with each piece would be quadratic', (_, text) => {
    const tokens = createWholeTokens();
    const passedOn = (text.match(/[^]{1,10}/g) ?? []).map((piece) => tokens.add(piece)).filter(Boolean);
    expect(passedOn.length).toBeLessThan(4);
    expect((passedOn.join('') + tokens.end()).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
  });

  test('numbers, words, strings with escapes and spaces come out as JSON.parse gives them, in any pieces', async () => {
    const value = {
      a: [-1.5e-3, 0, 12_345, true, false, null],
      ' "b\\ ': 'x \\" y   z\u0020\n\t',
      c: {},
      d: [[], [' ']],
    };
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 4)]) {
      for (const size of [1, 2, 3, 5, 8, 1000]) expect(await json(inPieces(text, size)).value).toEqual(value);
    }
    for (const wrong of ['1 2', '[1 2]', 'tru e', '{"a" 1}', '- 1']) {
      await expect(json(inPieces(wrong, 1)).value, wrong).rejects.toMatchObject({ code: 'decode' });
    }
  });
});
