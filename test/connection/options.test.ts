import { describe, expect, test } from 'vitest';
import { fetchEventSource } from '../../src/fetch-event-source.ts';
import { createClient, stream, type StreamOptions } from '../../src/core.ts';
import { EventSource } from '../../src/eventsource.ts';
import { serve } from '../server/client.ts';
import { answer, cutAfter, end, endEvent, sse } from '../server/script.ts';

/** Options that `fetch` rejects with the error of a broken network. */

const quick: StreamOptions = { retry: { delay: 1, maxDelay: 4 } };
const whole = [sse('hi'), endEvent, end];
const bytesOf = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream();

describe('an option that cannot be sent is an OptionsError at once, which names it:', () => {
  test.each<[name: string, option: string, options: object]>([
    ['a newline in a key', 'idempotencyKey', { idempotencyKey: 'a\nb' }],
    ['a newline after a key', 'idempotencyKey', { idempotencyKey: 'a\r\n' }],
    ['a control character in a key', 'idempotencyKey', { idempotencyKey: 'a\u0001' }],
    ['a newline in an event ID', 'lastEventId', { lastEventId: 'a\nb' }],
    ['a NUL in an event ID', 'lastEventId', { lastEventId: 'a\0b' }],
    ['a method that is none', 'method', { method: 'GE T' }],
    ['a method that pages may not use', 'method', { method: 'TRACE' }],
    ['a mode for navigation', 'mode', { mode: 'navigate' }],
    ['an unknown mode', 'mode', { mode: 'quick' }],
    ['unknown credentials', 'credentials', { credentials: 'yes' }],
    ['an unknown redirect', 'redirect', { redirect: 'maybe' }],
    ['an invalid referrer', 'referrer', { referrer: 'http://[' }],
    ['an unknown referrer policy', 'referrerPolicy', { referrerPolicy: 'some' }],
  ])('%s', (_, option, options) => {
    const error = expect.objectContaining({ code: 'options', option });
    for (const more of [{}, { body: { prompt: 'hi' } }]) {
      expect(() => stream('/chat', { ...options, ...more, onText() {} })).toThrow(error);
    }
  });
});

test.each([
  ['a newline', 'a\nb'],
  ['Cyrillic', 'чай'],
])('%s in a header is named at the first attempt, with nothing sent', async (_, value) => {
  const server = await serve(whole);
  const given = { 'X-Name': value };
  for (const headers of [given, () => given]) {
    const { error } = await stream(server.url, { ...quick, idempotencyKey: true, headers }).result;
    expect(error).toMatchObject({ code: 'options', option: 'headers' });
    const source = new EventSource(server.url, { headers });
    const failed = await new Promise<unknown>((resolve) => (source.onerror = ({ error: e }) => resolve(e)));
    expect([source.readyState, failed]).toEqual([2, expect.objectContaining({ option: 'headers' })]);
  }
  const client = createClient({ baseURL: server.url, headers: given });
  expect(() => client.stream('/chat', { headers: { 'X-A': 'b' } })).toThrow(
    expect.objectContaining({ code: 'options', option: 'headers' }),
  );
  expect(await server.requests()).toHaveLength(0);
});

test('a key and an event ID in any script are sent as UTF-8', async () => {
  const server = await serve(whole);
  await stream(server.url, { idempotencyKey: 'чай', lastEventId: '茶' }).result;
  const [request] = await server.requests();
  const valueOf = (name: string): string => {
    const bytes = Array.from(request?.headers[name] ?? '', (byte) => byte.charCodeAt(0));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  };
  expect([valueOf('idempotency-key'), valueOf('last-event-id')]).toEqual(['чай', '茶']);
});

describe('a `resume` function that gives a POST Request', () => {
  const ask = { method: 'POST', body: '{"after":1}', headers: { 'Content-Type': 'application/json' } };
  const lose = [sse('a', { id: 1 }), ...cutAfter('a')];
  const refuse = answer(503, 'text/plain', 'busy');

  test.each([
    ['fetch', {}],
    ['fetch-event-source', { transport: fetchEventSource }],
  ] as const)('sends its body on every attempt (%s)', async (_, options) => {
    for (const isSame of [false, true]) {
      const other = await serve(refuse, refuse, [sse('b', { id: 2 }), endEvent, end]);
      const server = await serve(lose);
      const request = new Request(other.url, ask);
      const result = await stream(server.url, {
        ...quick,
        ...options,
        body: { prompt: 'hi' },
        headers: { 'Content-Type': 'application/vnd.tea+json', 'X-Own': 'yes' },
        resume: () => (isSame ? request : new Request(other.url, ask)),
        onText: server.onText,
      }).result;
      expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
      const requests = await other.requests();
      expect(requests).toHaveLength(3);
      for (const { method, body, headers } of requests) {
        expect({ method, body }).toEqual({ method: 'POST', body: '{"after":1}' });
        expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-own': 'yes' });
      }
    }
  });

  test.each([
    ['whose body was read', (url: string) => async () => await used(new Request(url, ask))],
    ['or an address that is none', () => () => 'http://['],
    ['or nothing', () => () => undefined],
  ])('%s is an OptionsError at once', async (_, resumeOf) => {
    const server = await serve(lose);
    const attempts: unknown[] = [];
    const result = await stream(server.url, {
      ...quick,
      body: { prompt: 'hi' },
      resume: resumeOf(server.url) as () => never,
      onText: server.onText,
      onReconnect: ({ error }) => void attempts.push(error),
    }).result;
    expect(result).toMatchObject({ text: 'a', error: { code: 'options', option: 'resume' } });
    expect(attempts).toHaveLength(1);
  });
});

async function used(request: Request): Promise<Request> {
  await request.text();
  return request;
}

// No browser sends a stream over HTTP/1.1, so that this `fetch` reads it.
describe('a body that is a stream', () => {
  const readBody = (status: number): { fetch: typeof fetch; sent: string[] } => {
    const sent: string[] = [];
    return {
      sent,
      async fetch(input, init) {
        sent.push(await new Request(input, init).text());
        return new Response('busy', { status });
      },
    };
  };

  test('is sent once, and the error is that of the server', async () => {
    for (const more of [{ idempotencyKey: true }, { resume: true }, { headers: () => ({}) }]) {
      for (const status of [401, 503]) {
        const { fetch, sent } = readBody(status);
        const { error } = await stream('/chat', { ...quick, ...more, fetch, body: bytesOf('tea') }).result;
        expect(error).toMatchObject({ code: 'http', status });
        expect(sent).toEqual(['tea']);
      }
    }
  });

  test('that a function gives anew is sent on each attempt', async () => {
    const { fetch, sent } = readBody(503);
    const options = { retry: { delay: 1, maxDelay: 4, limit: 2 }, fetch, body: () => bytesOf('tea') };
    const { error } = await stream('/chat', options).result;
    expect(error).toMatchObject({ code: 'http', status: 503 });
    expect(sent).toEqual(['tea', 'tea', 'tea']);
  });

  test('that a function gives twice is an OptionsError the second time', async () => {
    const { fetch, sent } = readBody(503);
    const body = bytesOf('tea');
    const { error } = await stream('/chat', { ...quick, fetch, body: () => body }).result;
    expect(error).toMatchObject({ code: 'options', option: 'body' });
    expect(sent).toEqual(['tea']);
  });
});
