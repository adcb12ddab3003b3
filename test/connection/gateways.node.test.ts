/** Errors of gateways in front of a server: which of them say that the server did not get the request. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stream, type StreamOptions, type StreamResult } from '../../src/core.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => vi.useRealTimers());

const WHOLE = 'data: hi\n\nevent: end\ndata: x\n\n';

/** Asks a server that answers first with this error, after a while, then with a whole answer. */
async function ask(error: Response, options: StreamOptions, wait = 0) {
  let requests = 0;
  let result: StreamResult | undefined;
  const source = stream('https://example.com/chat', {
    retry: { delay: 1 },
    ...options,
    fetch: async () => {
      if (requests++) return new Response(WHOLE, { headers: { 'content-type': 'text/event-stream' } });
      await new Promise((resolve) => setTimeout(resolve, wait));
      return error;
    },
  });
  void source.result.then((end) => (result = end));
  await vi.advanceTimersByTimeAsync(120_000);
  return { outcome: result?.outcome, requests };
}

const html = { 'content-type': 'text/html; charset=utf-8' };
const text = { 'content-type': 'text/plain' };
const envoy = (reason: string): string =>
  `upstream connect error or disconnect/reset before headers. ${reason}`;
const page = (status: number, body: string, headers: Record<string, string>) => (): Response =>
  new Response(body, { status, headers });
const post: StreamOptions = { body: { prompt: 'hi' } };

describe('a 503 of a gateway that had passed the question on', () => {
  const lost = [
    [
      'Varnish',
      page(503, '<!DOCTYPE html>\n<title>503 Backend fetch failed</title>', { ...html, 'retry-after': '5' }),
    ],
    ['Fastly, first byte', page(503, '<h1>Error 503 first byte timeout</h1>', html)],
    ['Fastly, read', page(503, '<h1>Error 503 backend read error</h1>', html)],
    ['Envoy', page(503, envoy('reset reason: connection termination'), text)],
    ['Envoy, again', page(503, envoy('retried and the latest reset reason: remote reset'), text)],
    ['Heroku', page(503, '<iframe src="//www.herokucdn.com/error-pages/application-error.html">', html)],
  ] as const;

  test.each(lost)('sends no POST a second time (%s)', async (_, error) => {
    expect(await ask(error(), post)).toEqual({ outcome: 'failed', requests: 1 });
  });

  test.each(lost)('repeats a GET, and a POST with a key (%s)', async (_, error) => {
    const whole = { outcome: 'complete', requests: 2 };
    expect(await ask(error(), { transport: 'fetch' })).toEqual(whole);
    expect(await ask(error(), { ...post, idempotencyKey: true })).toEqual(whole);
  });

  test('is told by its time, too: a server that refuses does so at once', async () => {
    const error = page(503, '{"message":"Service Unavailable"}', { 'content-type': 'application/json' });
    expect(await ask(error(), post, 29_000)).toEqual({ outcome: 'failed', requests: 1 });
    expect(await ask(error(), post, 2000)).toEqual({ outcome: 'complete', requests: 2 });
  });
});

describe('an error by which a gateway or a server has refused the question', () => {
  test.each([
    ['HAProxy', page(503, '<html><body><h1>503 Service Unavailable</h1>\nNo server is available', html)],
    ['nginx, limit_req', page(503, '<center><h1>503 Service Temporarily Unavailable</h1></center>', html)],
    ['Envoy', page(503, envoy('reset reason: connection failure'), text)],
    ['Envoy, overflow', page(503, envoy('reset reason: overflow'), text)],
    ['a model', page(503, '{"error":{"message":"The model is overloaded."}}', html)],
    ['x-should-retry', page(503, 'Backend fetch failed', { ...text, 'x-should-retry': 'true' })],
  ])('sends a POST again (%s)', async (_, error) => {
    expect(await ask(error(), post)).toEqual({ outcome: 'complete', requests: 2 });
  });

  test('a slow 429 is one, too', async () => {
    expect(await ask(page(429, 'busy', text)(), post, 29_000)).toEqual({ outcome: 'complete', requests: 2 });
  });
});

describe('HTML that comes as an event stream', () => {
  const events = { 'content-type': 'text/event-stream' };
  const read = async (body: string) =>
    stream('https://example.com/chat', { fetch: async () => page(200, body, events)(), end: 'end' }).result;

  test('is an error at once, which shows it, also for a GET', async () => {
    const html = '<!DOCTYPE html>\n<title>Sign in</title>\n';
    expect(await ask(page(200, html, events)(), { transport: 'fetch' })).toEqual({
      outcome: 'failed',
      requests: 1,
    });
    expect(await read(html)).toMatchObject({ error: { code: 'http', body: html } });
  });

  const script = '<script src="https://isp.example/x.js"></script>';

  test('costs no event where it stands before one in the same line', async () => {
    expect(await read(`${script}data: one\n\n${WHOLE}`)).toMatchObject({ outcome: 'failed', text: '' });
  });

  test('is passed over in a line of its own, and after the end', async () => {
    expect(await read(`${script}\n${WHOLE}${script}`)).toMatchObject({ outcome: 'complete', text: 'hi' });
  });
});
