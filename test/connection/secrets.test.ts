import { describe, expect, test } from 'vitest';
import { createClient, stream, type StreamOptions } from '../../src/core.ts';
import { serve, serveKillable, type Served } from '../server/client.ts';
import { cutAfter, end, endEvent, head, sse } from '../server/script.ts';

const secrets = { Authorization: 'Bearer secret', 'X-API-Key': 'secret', 'X-Custom': 'secret' };
const names = ['authorization', 'x-api-key', 'x-custom'];
const key = 'idempotency-key';
const quick: StreamOptions = { retry: { delay: 1, maxDelay: 4 } };
const rest = [sse('b', { id: 2 }), endEvent, end];

/** Which of the secrets a request carried. */
async function secretsOf(server: Served, at = 0): Promise<string[]> {
  const { headers } = (await server.requests())[at]!;
  return names.filter((name) => headers[name] !== undefined);
}

/** A server of another port, which is another origin. */
const elsewhere = (): Promise<Served> => serveKillable(rest);

describe('an answer that resumes at another origin sends none of the caller’s headers there', () => {
  const drop = [sse('a', { id: 1 }), ...cutAfter('a')];

  test.each([
    ['a URL', (url: string) => url],
    ['a URL object', (url: string) => new URL(url)],
    ['a function', (url: string) => () => url],
    ['a function that gives a URL object', (url: string) => async () => new URL(url)],
    ['a function that gives a Request', (url: string) => () => new Request(url)],
  ] as const)('given as %s', async (_, resumeOf) => {
    for (const headers of [secrets, () => secrets]) {
      const other = await elsewhere();
      const server = await serve(drop);
      const result = await stream(server.url, {
        ...quick,
        headers,
        body: { prompt: 'hi' },
        idempotencyKey: 'secret',
        resume: resumeOf(other.url),
        onText: server.onText,
      }).result;
      expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
      expect(await secretsOf(server)).toEqual(names);
      expect(await secretsOf(other)).toEqual([]);
      expect((await server.requests())[0]?.headers[key]).toBe('secret');
      expect((await other.requests())[0]?.headers[key]).toBeUndefined();
      expect((await other.requests())[0]).toMatchObject({ method: 'GET', headers: { 'last-event-id': '1' } });
    }
  });

  test('given by the server in a Location header', async () => {
    const other = await elsewhere();
    const server = await serve([head(200, { location: other.url }), ...drop]);
    const result = await stream(server.url, {
      ...quick,
      headers: secrets,
      body: { prompt: 'hi' },
      resume: ({ response }) => response!.headers.get('location')!,
      onText: server.onText,
    }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
    expect(await secretsOf(other)).toEqual([]);
  });

  test('where a redirect has led to', async () => {
    const other = await serveKillable(drop, rest);
    const server = await serve([head(307, { location: other.url }), end]);
    const result = await stream(server.url, {
      ...quick,
      headers: secrets,
      transport: 'fetch',
      resume: ({ response }) => response!.url,
      onText: other.onText,
    }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
    expect(await secretsOf(other, 1)).toEqual([]);
  });

  test('but those of the Request that the function gives', async () => {
    const other = await elsewhere();
    const server = await serve(drop);
    await stream(server.url, {
      ...quick,
      headers: secrets,
      body: { prompt: 'hi' },
      resume: () => new Request(other.url, { headers: { 'X-Custom': 'for them' } }),
      onText: server.onText,
    }).result;
    expect(await secretsOf(other)).toEqual(['x-custom']);
  });

  test('but all of them at the same origin, including those of the input', async () => {
    for (const isRequest of [false, true]) {
      const server = await serve(drop, rest);
      const init = {
        method: 'POST',
        body: '{}',
        headers: { ...secrets, 'Content-Type': 'application/json' },
      };
      await stream(isRequest ? new Request(server.url, init) : server.url, {
        ...quick,
        ...(isRequest ? {} : init),
        resume: `${server.url}?rest`,
        onText: server.onText,
      }).result;
      expect(await secretsOf(server, 1)).toEqual(names);
      expect((await server.requests())[1]).toMatchObject({ method: 'GET', body: '' });
      expect((await server.requests())[1]?.headers['content-type']).toBeUndefined();
    }
  });
});

describe('the default headers of a client', () => {
  test('go to the origin of its baseURL', async () => {
    const server = await serve([endEvent, end]);
    const client = createClient({ baseURL: server.url, headers: secrets });
    for (const path of ['/sub', `${server.url}/whole`]) await client.stream(path).result;
    expect(await secretsOf(server, 0)).toEqual(names);
    expect(await secretsOf(server, 1)).toEqual(names);
  });

  test.each([
    ['an absolute URL', (url: string) => url],
    ['a URL without a scheme', (url: string) => url.replace('http:', '')],
    ['a URL object', (url: string) => new URL(url)],
    ['a Request', (url: string) => new Request(url)],
  ] as const)('do not go to another origin: %s', async (_, inputOf) => {
    const own = await serve([endEvent, end]);
    for (const headers of [secrets, () => secrets]) {
      const other = await serveKillable([endEvent, end]);
      const client = createClient({ baseURL: own.url, headers });
      await client.stream(inputOf(other.url), { headers: { 'X-Own': 'yes' }, body: 'x' }).result;
      expect(await secretsOf(other)).toEqual([]);
      // Those of the call do.
      expect((await other.requests())[0]?.headers['x-own']).toBe('yes');
    }
    expect(await own.requests()).toEqual([]);
  });

  test('of a page without a baseURL go to the page’s own origin alone', async () => {
    const other = await serve([endEvent, end]);
    const client = createClient({ headers: secrets });
    await client.stream(other.url).result;
    expect(await secretsOf(other)).toEqual([]);
    const seen: (string | null)[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      seen.push(new Headers(init?.headers).get('authorization'));
      return new Response('event: end\ndata:\n\n', { headers: { 'content-type': 'text/event-stream' } });
    };
    await client.stream('/chat', { fetch }).result;
    expect(seen).toEqual(['Bearer secret']);
  });
});

test('an error contains neither the headers nor the body that were sent', async () => {
  const server = await serve([head(500, { 'content-type': 'text/plain' }), end]);
  const { error } = await stream(server.url, {
    headers: { Authorization: 'Bearer hunter2' },
    body: { prompt: 'hunter2' },
  }).result;
  expect(`${error?.message}${JSON.stringify(error)}`).not.toContain('hunter2');
});
