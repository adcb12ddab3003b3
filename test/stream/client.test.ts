import { describe, expect, test } from 'vitest';
import { createClient, stream, type Body, type StreamOptions } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { answer, cutAfter, end, endEvent, sse } from '../server/script.ts';

async function send(options: StreamOptions, input?: (url: string) => string | URL | Request) {
  const server = await serve([endEvent, end]);
  await stream(input ? input(server.url) : server.url, options).result;
  const [request] = await server.requests();
  return { method: request?.method, body: request?.body, type: request?.headers['content-type'] };
}

describe('a request', () => {
  const form = new FormData();
  form.set('prompt', 'hi');

  test.each([
    ['an object as JSON', { prompt: 'hi' }, '{"prompt":"hi"}', 'application/json'],
    ['an array as JSON', ['hi'], '["hi"]', 'application/json'],
    ['a function of one', async () => ({ prompt: 'hi' }), '{"prompt":"hi"}', 'application/json'],
    ['a string as it is', 'hi', 'hi', 'text/plain;charset=UTF-8'],
    [
      'form fields',
      new URLSearchParams({ prompt: 'hi' }),
      'prompt=hi',
      'application/x-www-form-urlencoded;charset=UTF-8',
    ],
    ['a blob with its type', new Blob(['hi'], { type: 'text/x-own' }), 'hi', 'text/x-own'],
  ] as [string, Body, string, string][])('sends %s', async (_, body, text, type) => {
    expect(await send({ body })).toEqual({ method: 'POST', body: text, type });
  });

  test('sends a form as multipart', async () => {
    expect((await send({ body: form })).type).toMatch(/^multipart\/form-data; boundary=/);
  });

  test("keeps the caller's content type and method", async () => {
    const headers = { 'Content-Type': 'application/x-own+json' };
    expect(await send({ method: 'put', headers, body: { a: 1 } })).toEqual({
      method: 'PUT',
      body: '{"a":1}',
      type: 'application/x-own+json',
    });
  });

  test('may be a URL or a Request, which is repeated with its body', async () => {
    expect(await send({}, (url) => new URL(url))).toMatchObject({ method: 'GET' });
    const server = await serve(answer(503, 'text/plain', ''), [endEvent, end]);
    const request = new Request(server.url, { method: 'POST', body: 'hi', headers: { 'X-Own': 'yes' } });
    expect((await stream(request, { retry: { delay: 1 } }).result).outcome).toBe('complete');
    const requests = await server.requests();
    expect(requests.map(({ method, body, headers }) => [method, body, headers['x-own']])).toEqual(
      Array(2).fill(['POST', 'hi', 'yes']),
    );
  });

  test('goes through the `fetch` option', async () => {
    const server = await serve([sse('a'), endEvent, end]);
    const seen: unknown[] = [];
    await stream(server.url, {
      fetch: (input, init) => {
        seen.push(input, init?.method);
        return fetch(input, init);
      },
    }).result;
    expect(seen).toEqual([server.url, 'GET']);
  });

  test('goes past the caches where `cache` is undefined, too', async () => {
    const server = await serve([sse('a'), endEvent, end]);
    const seen: unknown[] = [];
    await stream(server.url, {
      cache: undefined,
      fetch: (input, init) => {
        seen.push(init?.cache);
        return fetch(input, init);
      },
    }).result;
    expect(seen).toEqual(['no-store']);
  });
});

describe('a client', () => {
  test('merges headers by name, other options by replacing, and joins the base URL', async () => {
    const server = await serve([endEvent, end]);
    const client = createClient({
      baseURL: `${server.url}/`,
      headers: { 'X-Both': 'default', 'X-Default': 'yes' },
      credentials: 'include',
    });
    await client.stream('/sub', { headers: new Headers({ 'x-both': 'own', 'x-own': 'yes' }), body: 'x' })
      .result;
    await client.stream(server.url).result;
    const [first, second] = await server.requests();
    expect(first?.headers).toMatchObject({ 'x-both': 'own', 'x-default': 'yes', 'x-own': 'yes' });
    expect(second?.headers).toMatchObject({ 'x-both': 'default' });
    expect(second?.headers['x-own']).toBeUndefined();
  });

  test('leaves the URL of a blob as it is', async () => {
    const blob = new Blob(['data: a\n\nevent: end\ndata\n\n'], { type: 'text/event-stream' });
    const url = URL.createObjectURL(blob);
    const client = createClient({ baseURL: 'https://api.example.com', transport: 'fetch' });
    expect(await client.stream(url).result).toMatchObject({ outcome: 'complete', text: 'a' });
    URL.revokeObjectURL(url);
  });

  test('asks its header function for each connection', async () => {
    const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')], [endEvent, end]);
    let token = 0;
    const client = createClient({
      baseURL: server.url,
      headers: async () => ({ Authorization: `Bearer ${++token}` }),
      retry: { delay: 1 },
      onText: server.onText,
    });
    await client.stream(server.url, { headers: { 'X-Own': 'yes' } }).result;
    const requests = await server.requests();
    expect(requests.map(({ headers }) => [headers['authorization'], headers['x-own']])).toEqual([
      ['Bearer 1', 'yes'],
      ['Bearer 2', 'yes'],
    ]);
  });

  test('merges retry and timeout by field', async () => {
    const server = await serve(answer(503, 'text/plain', ''));
    const client = createClient({ transport: 'fetch', retry: { limit: 2, delay: 1 } });
    await client.stream(server.url, { retry: { maxDelay: 2 } }).result;
    expect(await server.requests()).toHaveLength(3);
  });
});
