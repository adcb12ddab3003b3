import { afterEach, describe, expect, test, vi } from 'vitest';
import { isUnfinished, stream, type StreamOptions } from '../../src/core.ts';
import { openaiChat } from '../../src/formats.ts';
import { serve, type Served } from '../server/client.ts';
import { answer, cutAfter, end, endEvent, gate, head, sse, write } from '../server/script.ts';

const KEY = 'answer';
const NAME = `teleprinter:${KEY}`;
const quick: StreamOptions = { transport: 'fetch', resumeKey: KEY, end: 'end', retry: { limit: 0 } };

afterEach(() => sessionStorage.clear());

/** Asks for an answer that breaks off after `half of A `, and leaves it under the key. */
async function leaveHalf(options: StreamOptions = {}, rest = sse('the rest', { id: 2 })): Promise<Served> {
  const half = 'half of A ';
  const server = await serve([sse(half, { id: 1 }), ...cutAfter(half)], [rest, endEvent, end]);
  const result = await stream(server.url, { ...quick, onText: server.onText, ...options }).result;
  expect(result).toMatchObject({ outcome: 'truncated', text: half });
  return server;
}

describe('an answer that broke off', () => {
  test('resumes where it was, and is then removed', async () => {
    expect(isUnfinished(KEY)).toBe(false);
    const server = await leaveHalf();
    expect(isUnfinished(KEY)).toBe(true);
    const result = await stream(server.url, quick).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'half of A the rest' });
    expect((await server.requests())[1]?.headers['last-event-id']).toBe('1');
    expect(isUnfinished(KEY)).toBe(false);
    expect(sessionStorage).toHaveLength(0);
  });

  const post: StreamOptions = { body: { prompt: 'A', options: [1, 2] }, resume: true };
  const form = (prompt: string): FormData => {
    const data = new FormData();
    data.set('prompt', prompt);
    return data;
  };

  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

  test.each<[string, StreamOptions, StreamOptions]>([
    ['the same bytes', { ...post, body: bytes('A') }, { ...post, body: bytes('A') }],
    ['a POST', post, { ...post, body: { prompt: 'A', options: [1, 2] } }],
    ['a text', { ...post, body: 'A' }, { ...post, body: 'A' }],
    ['a form', { ...post, body: form('A') }, { ...post, body: form('A') }],
    [
      'search parameters',
      { ...post, body: new URLSearchParams('a=A') },
      { ...post, body: new URLSearchParams('a=A') },
    ],
    ['other headers', { headers: { 'x-token': '1' } }, { headers: { 'x-token': '2' } }],
    ['the method in small letters', { method: 'GET' }, { method: 'get' }],
  ])('goes on for the same request: %s', async (_, first, second) => {
    const server = await leaveHalf(first);
    const result = await stream(server.url, { ...quick, ...second }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'half of A the rest' });
  });

  test.each<[string, StreamOptions, StreamOptions, string]>([
    ['another URL', {}, {}, '?question=B'],
    ['another method', {}, { method: 'POST', resume: true }, ''],
    ['another body', post, { ...post, body: { prompt: 'B', options: [1, 2] } }, ''],
    ['a body beside none', {}, { ...post, body: 'B' }, ''],
    ['another text', { ...post, body: 'A' }, { ...post, body: 'B' }, ''],
    ['another form', { ...post, body: form('A') }, { ...post, body: form('B') }, ''],
    [
      'another value',
      { ...post, body: new URLSearchParams('a=A') },
      { ...post, body: new URLSearchParams('a=B') },
      '',
    ],
    ['other bytes', { ...post, body: bytes('A') }, { ...post, body: bytes('B') }, ''],
    [
      'other bytes of a buffer',
      { ...post, body: bytes('A').buffer },
      { ...post, body: bytes('B').buffer },
      '',
    ],
    ['another file', { ...post, body: new File(['A'], 'A') }, { ...post, body: new File(['B'], 'B') }, ''],
    ['another nested value', post, { ...post, body: { prompt: 'A', options: [1, 3] } }, ''],
  ])('is no part of the answer to another request: %s', async (_, first, second, query) => {
    const server = await leaveHalf(first, sse('B', { id: 1 }));
    const result = await stream(server.url + query, { ...quick, ...second }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'B' });
    expect((await server.requests())[1]?.headers['last-event-id']).toBeUndefined();
    expect(isUnfinished(KEY)).toBe(false);
  });

  test('needs its body as an option, as that of a Request is unknown', () => {
    const request = new Request('/chat', { method: 'POST', body: 'A' });
    expect(() => stream(request, { ...quick, resume: true })).toThrow(
      expect.objectContaining({ option: 'resumeKey' }),
    );
    expect(stream(request, { ...quick, ...post }).state).toBe('idle');
  });

  test('is removed at once when another request is made, even without a consumer', async () => {
    await leaveHalf();
    stream('/other', quick);
    expect(isUnfinished(KEY)).toBe(false);
  });

  test('within a thought goes on with the thought', async () => {
    const content = (text: string): string => JSON.stringify({ choices: [{ delta: { content: text } }] });
    const format = openaiChat();
    for (const [before, after] of [
      ['<think>Wa', 'ter.</think>Boil it.'],
      ['<think>Water.</thi', 'nk>Boil it.'],
      ['<thi', 'nk>Water.</think>Boil it.'],
      ['<think>Water.</think>Boil', ' it.'],
    ] as const) {
      const server = await serve(
        [sse(content(before), { id: 1 }), end],
        [sse(content(after), { id: 2 }), endEvent, end],
      );
      await stream(server.url, { ...quick, format }).result;
      expect(await stream(server.url, { ...quick, format }).result).toMatchObject({
        reasoning: 'Water.',
        text: 'Boil it.',
      });
    }
    const server = await serve(
      [sse(content('A tag: '), { id: 1 }), end],
      [sse(content('<think>x'), { id: 2 }), endEvent, end],
    );
    await stream(server.url, { ...quick, format }).result;
    expect((await stream(server.url, { ...quick, format }).result).text).toBe('A tag: <think>x');
  });

  test('of a body that refers to itself is an OptionsError at once', () => {
    const body: Record<string, unknown> = {};
    body['self'] = body;
    expect(() => stream('/chat', { ...quick, resume: true, body })).toThrow(
      expect.objectContaining({ code: 'options', option: 'body' }),
    );
  });

  test('under another key is not touched', async () => {
    const server = await leaveHalf();
    const result = await stream(server.url, { ...quick, resumeKey: 'other' }).result;
    expect(result.text).toBe('the rest');
    expect(isUnfinished(KEY)).toBe(true);
  });
});

describe('with an answer that an earlier page has stored', () => {
  test.each([
    ['a 204', head(204)],
    ['an end in good order with nothing new', write(': nothing\n\n')],
  ])('%s is no end', async (_, nothing) => {
    const half = 'half of A ';
    const server = await serve([sse(half, { id: 1 }), ...cutAfter(half)], [nothing, end]);
    await stream(server.url, { ...quick, onText: server.onText }).result;
    expect(await stream(server.url, quick).result).toMatchObject({ outcome: 'truncated', text: half });
    expect(isUnfinished(KEY)).toBe(true);
  });

  test('a 401 asks again where the answer goes on, not for another one', async () => {
    const model = await serve([sse('half', { id: 1 }), ...cutAfter('half')]);
    const rest = await serve(answer(401, 'text/plain', 'expired'), [sse(' whole', { id: 2 }), endEvent, end]);
    const given: StreamOptions = {
      ...quick,
      body: { prompt: 'A' },
      resume: rest.url,
      headers: () => ({ Authorization: 'Bearer' }),
    };
    await stream(model.url, { ...given, onText: model.onText }).result;
    expect(await stream(model.url, given).result).toMatchObject({ outcome: 'complete', text: 'half whole' });
    expect((await rest.requests()).map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(await model.requests()).toHaveLength(1);
  });
});

describe('an entry that is damaged, or belongs to another application', () => {
  async function entry(): Promise<Record<string, unknown>> {
    await leaveHalf();
    return JSON.parse(sessionStorage.getItem(NAME)!) as Record<string, unknown>;
  }

  test.each([
    ['no JSON', () => '{"request":'],
    ['empty', () => ''],
    ['null', () => 'null'],
    ['a number', () => '7'],
    ['a list', () => '[]'],
    ['a string', () => '"half"'],
    ['an object of somebody else', () => '{"chat":7}'],
    ['without its request', (whole: object) => JSON.stringify({ ...whole, request: undefined })],
    ['of an older version', () => '{"lastEventId":"1","answer":["half","",[]]}'],
    ['with another kind of ID', (whole: object) => JSON.stringify({ ...whole, lastEventId: 7 })],
    ['with a broken answer', (whole: object) => JSON.stringify({ ...whole, answer: ['half'] })],
    ['with an answer that is none', (whole: object) => JSON.stringify({ ...whole, answer: 'half' })],
    ['with a thought that is none', (whole: object) => JSON.stringify({ ...whole, answer: ['', '', [], 7] })],
    ['with a text that is none', (whole: object) => JSON.stringify({ ...whole, answer: [{}, '', []] })],
    ['with calls that are none', (whole: object) => JSON.stringify({ ...whole, answer: ['', '', [null]] })],
    [
      'with a call without arguments',
      (whole: object) => JSON.stringify({ ...whole, answer: ['', '', [{ id: 'x' }]] }),
    ],
  ] as const)('%s is forgotten, and the answer starts anew', async (_, damage) => {
    const whole = await entry();
    const server = await serve([sse('new', { id: 1 }), endEvent, end]);
    sessionStorage.setItem(NAME, damage(whole));
    expect(isUnfinished(KEY)).toBe(false);
    const result = await stream(server.url, quick).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'new' });
    expect(sessionStorage.getItem(NAME)).toBeNull();
  });

  test.each([
    [
      'throws',
      {
        getItem: (): string | null => {
          throw new Error('denied');
        },
      },
    ],
    [
      'is full',
      {
        getItem: (): null => null,
        removeItem() {},
        setItem: () => {
          throw new DOMException('full', 'QuotaExceededError');
        },
      },
    ],
  ] as const)('a storage that %s costs the page nothing but the resuming', async (_, storage) => {
    const real = Object.getOwnPropertyDescriptor(window, 'sessionStorage')!;
    Object.defineProperty(window, 'sessionStorage', { configurable: true, value: storage });
    try {
      await leaveHalf();
      expect(isUnfinished(KEY)).toBe(false);
    } finally {
      Object.defineProperty(window, 'sessionStorage', real);
    }
  });
});

test('an answer of thousands of tool calls takes no more time because it is kept', async () => {
  const count = 8000;
  const events = Array.from({ length: count }, (_, index) => {
    const call = { index, id: `c${index}`, function: { name: 'look', arguments: '{}' } };
    return `id: ${index}\ndata: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [call] } }] })}\n\n`;
  }).join('');
  const read = async (options: StreamOptions): Promise<number> => {
    const start = performance.now();
    const fetch = async () => new Response(events, { headers: { 'content-type': 'text/event-stream' } });
    const { toolCalls } = await stream('/chat', {
      format: openaiChat(),
      retry: { limit: 0 },
      fetch,
      ...options,
    }).result;
    expect(toolCalls).toHaveLength(count);
    return performance.now() - start;
  };
  const plain = await read({});
  expect(await read({ resumeKey: KEY })).toBeLessThan(3 * plain + 100);
});

test('a tool call is kept as it was at the last event ID, not as it went on', async () => {
  const delta = (json: string, id?: string) =>
    sse(
      JSON.stringify({
        choices: [
          { delta: { tool_calls: [{ index: 0, id, function: { name: id && 'look', arguments: json } }] } },
        ],
      }),
      id ? { id: 1 } : {},
    );
  const server = await serve(
    [delta('{"day":', 'c1'), delta('"mon'), ...cutAfter('mon')],
    [delta('"mon'), delta('day"}'), write('id: 2\ndata: [DONE]\n\n'), end],
  );
  const options: StreamOptions = { ...quick, end: undefined, format: openaiChat() };
  const first = await stream(server.url, {
    ...options,
    onPart: (part) => part.type === 'tool-call' && server.onText('', part.delta.slice(1)),
  }).result;
  expect(first).toMatchObject({ outcome: 'truncated', toolCalls: [{ input: '{"day":"mon' }] });
  const { toolCalls } = await stream(server.url, options).result;
  expect(toolCalls).toMatchObject([{ name: 'look', input: { day: 'monday' } }]);
});

describe('where there is no room or no permission to store', () => {
  afterEach(() => void vi.restoreAllMocks());
  const leave = (): unknown => dispatchEvent(new Event('pagehide'));

  test.each<[string, () => unknown]>([
    ['full', () => vi.spyOn(Storage.prototype, 'setItem').mockImplementation(fail)],
    ['blocked', () => vi.spyOn(globalThis, 'sessionStorage', 'get').mockImplementation(fail)],
    ['cleared', () => sessionStorage.clear()],
  ])('and in the middle of an answer: %s', async (_, change) => {
    const server = await serve([sse('a', { id: 1 }), gate('go'), sse('b', { id: 2 }), endEvent, end]);
    const source = stream(server.url, quick);
    for await (const delta of source.text) {
      if (delta !== 'a') continue;
      leave();
      change();
      leave();
      await server.open('go');
    }
    expect(await source.result).toMatchObject({ outcome: 'complete', text: 'ab' });
  });

  test('the last position that had room is one to go on from', async () => {
    const server = await serve(
      [sse('a', { id: 1 }), gate('go'), sse('b', { id: 2 }), gate('never')],
      [sse('b', { id: 2 }), sse('c', { id: 3 }), endEvent, end],
    );
    const source = stream(server.url, quick);
    const deltas = source.text[Symbol.asyncIterator]();
    await deltas.next();
    leave();
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(fail);
    await server.open('go');
    await deltas.next();
    leave();
    // As after a reload: the first page is gone.
    expect(await stream(server.url, quick).result).toMatchObject({ outcome: 'complete', text: 'abc' });
    expect((await server.requests())[1]?.headers['last-event-id']).toBe('1');
    source.close();
  });
});

test('two streams under one key at once are both whole, and leave nothing', async () => {
  const server = await serve([sse('a', { id: 1 }), gate('go'), sse('b', { id: 2 }), endEvent, end]);
  const sources = [1, 2].map(() => stream(server.url, quick));
  const results = sources.map(({ result }) => result);
  await expect.poll(() => sources.map((source) => source.getSnapshot().text)).toEqual(['a', 'a']);
  dispatchEvent(new Event('pagehide'));
  await server.open('go');
  for (const result of await Promise.all(results))
    expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
  expect(sessionStorage).toHaveLength(0);
});

function fail(): never {
  throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
}
