import { describe, expect, test, vi } from 'vitest';
import { stream, type HttpError, type StreamOptions } from '../../src/index.ts';
import { serve } from '../server/client.ts';
import { answer, cutAfter, end, endEvent, sse, type Step } from '../server/script.ts';
import { everyTransport, seeingTransports } from './transports.ts';

const unauthorized = answer(401, 'application/json', '{"error":{"message":"token expired"}}');
const whole = [sse('hi'), endEvent, end];

describe('a 401 before anything came', () => {
  test.each(seeingTransports)(
    'asks a headers function once more, and the server once more (%s)',
    async (_, options) => {
      const server = await serve(unauthorized, whole);
      const headers = vi.fn(async () => ({ Authorization: `Bearer ${headers.mock.calls.length}` }));
      const result = await stream(server.url, { ...options, headers }).result;
      expect(result).toMatchObject({ outcome: 'complete', text: 'hi' });
      const sent = (await server.requests()).map((request) => request.headers['authorization']);
      expect(sent).toEqual(['Bearer 1', 'Bearer 2']);
    },
  );

  test('does so for a POST without `resume`, and with `retry.limit` 0', async () => {
    const server = await serve(unauthorized, whole);
    const result = await stream(server.url, {
      body: { prompt: 'hi' },
      retry: { limit: 0 },
      headers: () => ({ Authorization: 'x' }),
    }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hi' });
  });

  test.each([
    ['comes again', { headers: () => ({}) }, 2],
    ['meets headers that are none of a function', { headers: { Authorization: 'x' } }, 1],
    ['meets no headers', { transport: 'fetch' }, 1],
    ["meets `reconnect: 'never'`", { headers: () => ({}), reconnect: 'never' }, 1],
  ] as const)('fails where it %s', async (_, options, requests) => {
    const server = await serve(unauthorized);
    for (const given of [{}, { body: { prompt: 'hi' } }]) {
      const before = (await server.requests()).length;
      const result = await stream(server.url, { ...given, ...options } as StreamOptions).result;
      expect(result).toMatchObject({
        outcome: 'failed',
        error: { code: 'http', status: 401, detail: 'token expired' },
      });
      expect(await server.requests()).toHaveLength(before + requests);
    }
  });

  test('that comes again after a refusal is not asked a third time', async () => {
    const server = await serve(unauthorized, answer(503, 'text/plain', 'busy'), unauthorized);
    const result = await stream(server.url, { headers: () => ({}), retry: { delay: 1, maxDelay: 2 } }).result;
    expect(result).toMatchObject({ outcome: 'failed', error: { status: 401 } });
    expect(await server.requests()).toHaveLength(3);
  });
});

test('a 401 in mid-answer fails, after the headers function was called again', async () => {
  const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')], unauthorized);
  const headers = vi.fn(() => ({}));
  const result = await stream(server.url, {
    headers,
    format: 'plain',
    retry: { delay: 1 },
    onText: server.onText,
  }).result;
  expect(result).toMatchObject({ outcome: 'failed', text: 'a', error: { status: 401 } });
  expect(headers).toHaveBeenCalledTimes(2);
});

test("a GET with `reconnect: 'never'` says why it was refused, and asks once", async () => {
  const server = await serve(unauthorized);
  const result = await stream(server.url, { reconnect: 'never' }).result;
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'http', status: 401 } });
  expect(await server.requests()).toHaveLength(1);
});

describe('a refusal that waiting does not change', () => {
  const quota = '{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}';
  test.each(
    everyTransport.flatMap(([name, options]) =>
      [
        ['x-should-retry: false', answer(503, 'text/plain', 'no', { 'x-should-retry': 'false' })],
        ['a quota that is used up', answer(429, 'application/json', quota)],
        ['a wait of an hour', answer(429, 'text/plain', 'no', { 'retry-after': '3600' })],
      ].map(([what, steps]) => [what as string, name, options, steps as Step[]] as const),
    ),
  )('%s is asked once (%s)', async (_, name, options, steps) => {
    const server = await serve(steps);
    const result = await stream(server.url, options).result;
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'http' } });
    // Native EventSource hides why, so fetch asks.
    expect(await server.requests()).toHaveLength(name === 'eventsource' ? 2 : 1);
  });

  test('x-should-retry: true repeats a request that would be final otherwise', async () => {
    const server = await serve(answer(409, 'text/plain', 'locked', { 'x-should-retry': 'true' }), whole);
    const result = await stream(server.url, { transport: 'fetch', retry: { delay: 1 } }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hi' });
  });

  test.each([
    ['retry-after', '1', 1000],
    ['retry-after-ms', '300', 300],
  ])('%s: %s is waited for', async (name, value, least) => {
    const server = await serve(answer(429, 'text/plain', 'slow down', { [name]: value }), whole);
    const start = performance.now();
    const delays: number[] = [];
    const result = await stream(server.url, {
      body: { prompt: 'hi' },
      retry: { delay: 1, maxDelay: 2 },
      onReconnect: ({ delay }) => delays.push(delay),
    }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hi' });
    expect(delays).toEqual([least]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(least - 1);
    expect(await server.requests()).toHaveLength(2);
  });

  test('a 429 for too many requests passes', async () => {
    const busy = answer(429, 'application/json', '{"error":{"code":"rate_limit_exceeded"}}');
    const server = await serve(busy, whole);
    const result = await stream(server.url, { body: { prompt: 'hi' }, retry: { delay: 1 } }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hi' });
  });
});

describe('an HTTP error contains the server’s message', () => {
  test.each([
    ['{"error":{"message":"Model is overloaded","type":"x"}}', 'Model is overloaded'],
    ['{"error":"invalid key"}', 'invalid key'],
    ['{"detail":"Not authenticated"}', 'Not authenticated'],
    ['{"detail":[{"loc":["body"],"msg":"field required"}]}', 'field required'],
    ['{"message":"Forbidden"}', 'Forbidden'],
    ['{"type":"about:blank","title":"Out of credit","status":403}', 'Out of credit'],
    ['{"title":"Out of credit","detail":"Your balance is 30"}', 'Your balance is 30'],
    ['[{"error":{"message":"API key not valid"}}]', 'API key not valid'],
    ['"just words"', 'just words'],
    ['upstream connect error', 'upstream connect error'],
    ['<html><h1>502 Bad Gateway</h1>', undefined],
    ['', undefined],
    ['{"error":null}', undefined],
    ['{"ok":false}', undefined],
    [JSON.stringify({ error: { message: 'x'.repeat(2000) } }), 'x'.repeat(500)],
    ['y'.repeat(5000), undefined],
  ])('%.60s', async (body, detail) => {
    const server = await serve(answer(500, 'application/json', body));
    for (const options of [
      { transport: 'fetch', retry: { limit: 0 } },
      { body: { prompt: 'hi' } },
    ] as const) {
      const { error } = await stream(server.url, options).result;
      expect(error).toMatchObject({ code: 'http', status: 500, detail });
      expect((error as HttpError).message).toContain('500');
      if (detail) expect((error as HttpError).message).toContain(detail);
    }
  });
});

describe('an error in the stream', () => {
  const failure = '{"error":{"message":"overloaded","code":"503"}}';
  test.each(
    everyTransport.flatMap(([name, options]) =>
      [undefined, 'end'].flatMap((marker) =>
        (['resume', 'always'] as const).map(
          (reconnect) => [String(marker), reconnect, name, { ...options, end: marker, reconnect }] as const,
        ),
      ),
    ),
  )(
    'ends it with the error, and nothing is asked again (end %s, reconnect %s, %s)',
    async (_, _r, _n, options) => {
      const server = await serve([sse('a', { id: 1 }), sse(failure, { event: 'error' }), end], whole);
      const result = await stream(server.url, options as StreamOptions).result;
      expect(result).toMatchObject({ outcome: 'failed', error: { code: 'provider' } });
      expect(result.text).toBe('a');
      expect(await server.requests()).toHaveLength(1);
    },
  );
});

test('a body that refers to itself is an OptionsError that names it, and sends nothing', async () => {
  const body: Record<string, unknown> = { prompt: 'hi' };
  body['self'] = body;
  const server = await serve(whole);
  for (const given of [body, () => body]) {
    const result = await stream(server.url, { body: given, idempotencyKey: true }).result;
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'options', option: 'body' } });
  }
  expect(await server.requests()).toHaveLength(0);
});

test.each([
  ['an ArrayBuffer', new TextEncoder().encode('tea').buffer, 'tea', undefined],
  ['bytes', new TextEncoder().encode('tea'), 'tea', undefined],
  ['a text', 'tea', 'tea', 'text/plain;charset=UTF-8'],
  ['an empty text', '', '', 'text/plain;charset=UTF-8'],
  [
    'an object without a prototype',
    Object.assign(Object.create(null), { a: 1 }),
    '{"a":1}',
    'application/json',
  ],
] as const)('%s is sent by POST as `fetch` sends it', async (_, body, sent, type) => {
  const server = await serve(whole);
  expect(await stream(server.url, { body }).result).toMatchObject({ outcome: 'complete' });
  const [request] = await server.requests();
  expect(request).toMatchObject({ method: 'POST', body: sent });
  expect(request?.headers['content-type']).toBe(type);
});

test('an empty string is a body, which a GET must not have', () => {
  expect(() => stream('/chat', { method: 'GET', body: '' })).toThrow(
    expect.objectContaining({ option: 'method' }),
  );
});

test.each([
  ['undefined', undefined],
  ['a text', 'data: b\n\n'],
  ['an ArrayBuffer', new TextEncoder().encode('data: b\n\n').buffer],
  ['a DataView', new DataView(new TextEncoder().encode('data: b\n\n').buffer)],
])('a byte stream that gives %s has not ended there', async (_, chunk) => {
  const input = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('data: a\n\n'));
      controller.enqueue(chunk);
      controller.close();
    },
  });
  const result = await stream(input, { end: false }).result;
  expect(result).toMatchObject({ outcome: 'truncated', text: 'a', error: { cause: { code: 'connection' } } });
});
