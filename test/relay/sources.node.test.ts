/** What `produce` may return or throw, beside an answer that streams to its end. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test, vi, type Mock } from 'vitest';
import {
  createRelay,
  type AnswerSource,
  type EndedAnswer,
  type Produce,
  type RelayOptions,
} from '../../src/server.ts';
import { ask, startServer, textOf, type Connection } from './harness.ts';

const SSE = { 'content-type': 'text/event-stream' };
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

async function start(produce: Produce, options: RelayOptions = {}) {
  const onEnd = vi.fn<(answer: EndedAnswer) => void>();
  const onError = vi.fn<(error: unknown) => void>();
  const relay = createRelay({ onEnd, onError, ...options });
  return { relay, onEnd, onError, url: await startServer('handleNode', relay, produce) };
}

/** A model's server, which streams `/` without an end, and answers anything else with a 429. */
async function startModel(): Promise<{ url: string; readonly closed: number }> {
  let closed = 0;
  const server = createServer((request, response) => {
    response.on('close', () => closed++);
    if (request.url === '/') response.writeHead(200, SSE).write('data: {"a":1}\n\n');
    else response.writeHead(429, { 'retry-after': '7' }).end('{"error":{"message":"Slow down."}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get closed() {
      return closed;
    },
  };
}

describe('an error response of the model is told by its status (nodejs/node#58399)', () => {
  const createFailing = () =>
    new ReadableStream({ start: (controller) => controller.error(new Error('Broken.')) });
  test.each<[string, (url: string) => Promise<AnswerSource>]>([
    [
      'whose body was logged before',
      async (url) => {
        const response = await fetch(`${url}/busy`);
        await response.text();
        return response;
      },
    ],
    [
      'whose body is locked',
      async (url) => {
        const response = await fetch(`${url}/busy`);
        response.body!.getReader();
        return response;
      },
    ],
    ['whose body has failed', async () => new Response(createFailing(), { status: 429 })],
    [
      'of node-fetch, whose body is a stream of Node',
      async (url) => {
        const { ok, status, headers, body } = await fetch(`${url}/busy`);
        return { ok, status, headers, body: Readable.fromWeb(body as never) } as unknown as Response;
      },
    ],
  ])('%s', async (_, responseOf) => {
    const { url: modelUrl } = await startModel();
    const { url, onEnd } = await start(() => responseOf(modelUrl));
    // A key is free again, so that nothing is kept as an answer.
    for (let at = 0; at < 2; at++) expect((await ask(url, { key: 'k' })).status).toBe(429);
    expect(onEnd).toHaveBeenCalledTimes(2);
    // An unhandled rejection, which ends a process, fails the test.
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

test.each<[string, unknown, number, string | null]>([
  [
    "the AI SDK's RetryError",
    { lastError: { statusCode: 429, responseHeaders: { 'retry-after': '7' } } },
    429,
    '7',
  ],
  ['an error of axios or gaxios', { response: { status: 429, headers: { 'retry-after': 7 } } }, 429, '7'],
  ["an error of ky, whose response is fetch's", { response: new Response(null, { status: 503 }) }, 503, null],
  ["an error of AWS's SDK", { $metadata: { httpStatusCode: 429 } }, 429, null],
  ['a status as text', { status: '429' }, 429, null],
  ['a response that was no error', { response: { status: 200 } }, 502, null],
  ['nothing', undefined, 502, null],
  ['text', 'No model.', 502, null],
])('%s that is thrown has its status', async (_, error, status, retryAfter) => {
  const { url } = await start(() => {
    throw error;
  });
  const answer = await ask(url);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('retry-after')).toBe(retryAfter);
});

test('an error that throws when it is read is an error, too', async () => {
  const error = Object.defineProperty(new Error('Broken.'), 'status', {
    get() {
      throw new Error('No status.');
    },
  });
  const { url, onEnd } = await start(() => {
    throw error;
  });
  expect((await ask(url)).status).toBe(502);
  expect(onEnd).toHaveBeenCalledOnce();
});

test.each<[string, () => AnswerSource]>([
  ['a Buffer', () => Buffer.from('data: {"a":1}\n\n')],
  ['an ArrayBuffer', () => bytesOf('data: {"a":1}\n\n').buffer as never],
])('%s is the bytes of an event stream, not a list of numbers', async (_, produce) => {
  const { url } = await start(produce);
  expect(textOf(await (await ask(url)).done)).toBe('{"a":1}');
});

test.each([undefined, null])('a produce that returns %s is told so', async (value) => {
  const { url, onError } = await start(() => value as never);
  expect((await ask(url)).status).toBe(502);
  expect(String(onError.mock.lastCall![0])).toContain(`produce gave ${value}. Return the model's stream`);
});

test('a stream of Node, such as a response of axios, is closed when the answer is stopped', async () => {
  const model = await startModel();
  const { url, relay } = await start(async () => {
    const { body } = await fetch(model.url);
    return Readable.fromWeb(body as never);
  });
  const reader = await (await ask(url)).until(({ events }) => events.length > 0);
  await relay.stop(reader.lastEventId);
  await expect.poll(() => model.closed).toBe(1);
});

describe('after the end marker of a model', () => {
  const CHUNK = { choices: [{ delta: { content: 'Tea' }, finish_reason: 'stop' }] };
  async function expectWhole({ events }: Connection, onEnd: Mock<(answer: EndedAnswer) => void>) {
    await expect.poll(() => onEnd.mock.lastCall?.[0]).toMatchObject({ outcome: 'complete', text: 'Tea' });
    expect(events.map(({ data }) => data)).toEqual([JSON.stringify(CHUNK), '[DONE]']);
  }

  test('an error changes nothing, as in the page', async () => {
    const { url, onEnd, onError } = await start(async function* () {
      yield CHUNK;
      yield '[DONE]';
      throw new TypeError('terminated');
    });
    await expectWhole(await (await ask(url)).done, onEnd);
    expect(onError).toHaveBeenCalledOnce();
  });

  test('a model that stays open is closed, and the answer is whole', async () => {
    let isAborted = false;
    const { url, onEnd } = await start(({ signal }) => {
      signal.addEventListener('abort', () => (isAborted = true));
      return new Response(
        new ReadableStream({
          start: (controller) =>
            controller.enqueue(bytesOf(`data: ${JSON.stringify(CHUNK)}\n\ndata: [DONE]\n\n`)),
        }),
        { headers: SSE },
      );
    });
    await expectWhole(await (await ask(url)).done, onEnd);
    expect(isAborted).toBe(true);
  });

  test('what follows soon is sent, for pages with an end of their own', async () => {
    const { url } = await start(async function* () {
      yield '[DONE]';
      await new Promise((resolve) => setTimeout(resolve, 200));
      yield 'more';
    });
    const { events } = await (await ask(url)).done;
    expect(events.map(({ data }) => data)).toEqual(['[DONE]', 'more']);
  });
});
