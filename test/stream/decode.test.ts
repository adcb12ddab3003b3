import { describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { stream, type EventStream, type StreamOptions } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, hang, sse } from '../server/script.ts';

const onFetch: StreamOptions = { transport: 'fetch' };

async function decoded(options: StreamOptions, ...datas: string[]): Promise<unknown[]> {
  const server = await serve([...datas.map((data) => sse(data)), endEvent, end]);
  const values: unknown[] = [];
  for await (const { data } of stream(server.url, { ...onFetch, ...options })) values.push(data);
  return values;
}

describe('decode', () => {
  test("'auto' parses what begins like an object or array and parses, and leaves the rest a string", async () => {
    expect(await decoded({}, '{"a":1}', '[1]', '7', 'true', '{broken', ' {"a":1}', '"x"')).toEqual([
      { a: 1 },
      [1],
      '7',
      'true',
      '{broken',
      ' {"a":1}',
      '"x"',
    ]);
  });

  test("'json' parses everything, 'text' nothing, a function what it likes", async () => {
    expect(await decoded({ decode: 'json' }, '7', '"x"', '{"a":1}')).toEqual([7, 'x', { a: 1 }]);
    expect(await decoded({ decode: 'text' }, '{"a":1}')).toEqual(['{"a":1}']);
    expect(await decoded({ decode: (data, { type }) => `${type}:${data}` }, 'x')).toEqual(['message:x']);
  });

  test('invalid JSON is a DecodeError with the raw data; what came before is kept', async () => {
    const server = await serve([sse('"fine"'), sse('{"cut'), sse('"never"'), hang]);
    const source = stream(server.url, { ...onFetch, decode: 'json' });
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const { data } of source) read.push(data);
    })();
    await expect(reading).rejects.toMatchObject({ name: 'DecodeError', code: 'decode', data: '{"cut' });
    expect(read).toEqual(['fine']);
    const result = await source.result;
    expect(result).toMatchObject({
      outcome: 'failed',
      text: 'fine',
      error: { cause: expect.any(SyntaxError) },
    });
    expect(result.error?.message).not.toContain('cut');
    expect(await server.requests()).toHaveLength(1);
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test.each([
    ['an asynchronous decode that rejects', { decode: () => Promise.reject(new Error('mine')) }],
    [
      'a format that throws',
      {
        format: {
          name: 'mine',
          reader: () => () => {
            throw new Error('mine');
          },
        },
      },
    ],
    [
      'a format that throws after a schema that takes its time',
      {
        events: { message: z.string().refine(async () => true) },
        format: {
          name: 'mine',
          reader: () => () => {
            throw new Error('mine');
          },
        },
      },
    ],
    [
      'a schema that throws',
      {
        events: {
          message: {
            '~standard': {
              version: 1,
              vendor: 'mine',
              validate() {
                throw new Error('mine');
              },
            },
          },
        },
      },
    ],
  ] as [string, StreamOptions][])('%s fails the stream, and is told', async (_, options) => {
    const server = await serve([sse('a'), hang]);
    const { outcome, error } = await stream(server.url, { ...onFetch, ...options }).result;
    expect({ outcome, cause: error?.cause }).toMatchObject({ outcome: 'failed', cause: { message: 'mine' } });
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('the end marker counts, whatever its data', async () => {
    const server = await serve([sse('"a"'), sse('bye', { event: 'end' }), hang]);
    const { outcome, end: marker } = await stream(server.url, { ...onFetch, decode: 'json' }).result;
    expect({ outcome, data: marker?.data }).toEqual({ outcome: 'complete', data: 'bye' });
  });

  test.each(['at once', 'later'])('the end marker counts where its schema refuses it %s', async (when) => {
    const refused = z.string().refine(() => (when === 'later' ? Promise.resolve(false) : false));
    const server = await serve([sse('a'), sse('bye', { event: 'end' }), hang]);
    const { outcome, end: marker } = await stream(server.url, { events: { end: refused } }).result;
    expect({ outcome, data: marker?.data }).toEqual({ outcome: 'complete', data: 'bye' });
  });

  test('the end marker counts where the format cannot read it, and the error is reported', async () => {
    const report = vi.spyOn(globalThis, 'reportError').mockReturnValue();
    onTestFinished(() => report.mockRestore());
    const server = await serve([sse('{"a":{"b":"hi"}}'), sse('[DONE]'), hang]);
    const { outcome, end: marker } = await stream(server.url, {
      format: {
        name: 'fragile',
        reader:
          () =>
          ({ data }, emit) =>
            emit({ type: 'text', delta: (data as { a: { b: string } }).a.b }),
      },
    }).result;
    expect({ outcome, data: marker?.data }).toEqual({ outcome: 'complete', data: '[DONE]' });
    expect(report).toHaveBeenCalledTimes(1);
  });
});

describe('events with schemas', () => {
  const events = {
    tool: z.object({ name: z.string(), args: z.record(z.string(), z.unknown()) }),
    usage: z.object({ tokens: z.coerce.number() }),
  };

  test('are validated, transformed, and typed', async () => {
    const server = await serve([
      sse('hello'),
      sse('{"name":"search","args":{"q":"x"}}', { event: 'tool' }),
      sse('{"tokens":"7"}', { event: 'usage' }),
      sse('{"name":7}', { event: '__proto__' }),
      endEvent,
      end,
    ]);
    const source = stream(server.url, { transport: 'fetch', events });
    const seen: unknown[] = [];
    source.on('tool', ({ data }) => {
      expectTypeOf(data).toEqualTypeOf<{ name: string; args: Record<string, unknown> }>();
    });
    for await (const event of source) {
      if (event.type === 'usage') expectTypeOf(event.data).toEqualTypeOf<{ tokens: number }>();
      if (event.type === 'message') expectTypeOf(event.data).toEqualTypeOf<unknown>();
      seen.push([event.type, event.data]);
    }
    expect(seen).toEqual([
      ['message', 'hello'],
      ['tool', { name: 'search', args: { q: 'x' } }],
      ['usage', { tokens: 7 }],
      ['__proto__', { name: 7 }],
    ]);
  });

  test('give native EventSource the names to listen to', async () => {
    const server = await serve([sse('{"tokens":1}', { event: 'usage' }), endEvent, end]);
    const heard: string[] = [];
    for await (const { type } of stream(server.url, { transport: 'eventsource', events })) heard.push(type);
    expect(heard).toEqual(['usage']);
  });

  test('fail the stream where the data does not fit, with every issue', async () => {
    const server = await serve([sse('a'), sse('{"name":7}', { event: 'tool' }), hang]);
    const { outcome, text, error } = await stream(server.url, { transport: 'fetch', events }).result;
    expect({ outcome, text }).toEqual({ outcome: 'failed', text: 'a' });
    expect(error).toMatchObject({ code: 'decode', type: 'tool', data: '{"name":7}' });
    expect(error?.cause).toHaveLength(2);
  });

  test('validate what an asynchronous decode gives, in order', async () => {
    const server = await serve([
      sse('{"name":"search","args":{}}', { event: 'tool' }),
      sse('{"content":"a"}'),
      endEvent,
      end,
    ]);
    const source = stream(server.url, {
      transport: 'fetch',
      events,
      decode: async (data) => JSON.parse(data || '{}') as unknown,
    });
    const seen: unknown[] = [];
    for await (const { data } of source) seen.push(data);
    expect(seen).toEqual([{ name: 'search', args: {} }, { content: 'a' }]);
    expect(await source.result).toMatchObject({ outcome: 'complete', text: 'a' });
  });

  test('that validate asynchronously keep the order of events, and the end waits for them', async () => {
    let open!: (fits: boolean) => void;
    const opened = new Promise<boolean>((resolve) => (open = resolve));
    let asked = 0;
    const slow = z.object({ content: z.string() }).refine(() => {
      asked++;
      return opened;
    });
    const server = await serve([
      sse('{"content":"a"}', { event: 'slow' }),
      sse('b'),
      sse('{"content":"c"}', { event: 'slow' }),
      sse('d'),
      endEvent,
      end,
    ]);
    const source = stream(server.url, { transport: 'fetch', events: { slow } });
    const deltas: string[] = [];
    const reading = (async () => {
      for await (const delta of source.text) deltas.push(delta);
    })();
    await expect.poll(() => asked).toBeGreaterThan(0);
    expect(deltas).toEqual([]);
    open(true);
    await reading;
    expect(deltas.join('')).toBe('abcd');
    expect((await source.result).outcome).toBe('complete');
  });
});

test('types follow the options', () => {
  // Compiled, not run.
  const types = (): void => {
    expectTypeOf(stream('/')).toEqualTypeOf<EventStream<readonly string[]>>();
    expectTypeOf(stream('/', { decode: 'text' })).toEqualTypeOf<EventStream<readonly string[], string>>();
    expectTypeOf(stream('/', { decode: (data) => data.length })).toEqualTypeOf<
      EventStream<readonly string[], number>
    >();
    stream('/', { events: ['a', 'b'] }).on('a', ({ data }) => expectTypeOf(data).toEqualTypeOf<unknown>());
    // @ts-expect-error an unknown way of decoding
    stream('/', { decode: 'xml' });
    // @ts-expect-error milliseconds are numbers
    stream('/', { retry: { delay: '1s' } });
    // @ts-expect-error the result never rejects, and has no such outcome
    void stream('/').result.then(({ outcome }) => outcome === 'done');
  };
  expect(types).toBeTypeOf('function');
});
