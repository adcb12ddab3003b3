/** Request bodies from frameworks and from slow clients. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRelay, type ProduceContext, type RelayOptions } from '../../src/server.ts';
import { ask, textOf } from './harness.ts';

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const echo = async ({ request }: ProduceContext) => [await request.text()];

/** Sends pieces with pauses between them. */
function upload(url: string, pieces: readonly string[], pause: number): Promise<Response> {
  const remaining = [...pieces];
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const piece = remaining.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
  return fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit);
}

describe('a body that was read before', () => {
  const JSON_TYPE = 'application/json';
  const FORM_TYPE = 'application/x-www-form-urlencoded';
  test.each([
    ['express.json()', express.json(), JSON_TYPE, '{"prompt":"tea ☕"}'],
    ['express.urlencoded()', express.urlencoded(), FORM_TYPE, 'prompt=tea+%E2%98%95&cups=2'],
    ['express.urlencoded() with a list', express.urlencoded(), FORM_TYPE, 'tea=green&tea=black&cups=2'],
    [
      'express.urlencoded() with objects',
      express.urlencoded({ extended: true }),
      FORM_TYPE,
      'order%5Btea%5D=green&order%5Bmilk%5D=',
    ],
    ['express.text()', express.text(), 'text/plain', 'tea ☕'],
    ['express.raw()', express.raw({ type: '*/*' }), 'application/octet-stream', 'tea ☕'],
  ])('by %s is there for produce', async (_, parser, type, body) => {
    const relay = createRelay();
    const app = express()
      .use(parser)
      .all('/', (request, response) => relay.handleNode(request, response, echo));
    const url = await listen(app);
    const answer = await (await ask(url, { body, headers: { 'Content-Type': type } })).done;
    expect(textOf(answer)).toBe(body);
  });

  test('and is not in request.body is reported as an error', async () => {
    const errors: unknown[] = [];
    const relay = createRelay({ onError: (error) => errors.push(error) });
    const url = await listen(async (request, response) => {
      for await (const _ of request);
      await relay.handleNode(request, response, echo);
    });
    expect((await ask(url, { body: 'tea' })).status).toBe(502);
    expect(String(errors[0])).toContain('was read before the relay could');
  });

  test.each([
    ['POST', 400],
    ['GET', 200],
  ])(
    'by Vercel, whose `request.body` throws for bad JSON (vercel/docs#1797), fails a %s with %d',
    async (method, status) => {
      const relay = createRelay({ onError: () => {} });
      const url = await listen(async (request, response) => {
        for await (const _ of request);
        Object.defineProperty(request, 'body', {
          get() {
            throw Object.assign(new Error('Invalid JSON'), { statusCode: 400 });
          },
        });
        await relay.handleNode(request, response, echo);
      });
      const { status: got } = await ask(url, { method, ...(method === 'POST' && { body: '{' }) });
      expect(got).toBe(status);
    },
  );

  test('and is empty stays empty', async () => {
    const relay = createRelay();
    const app = express()
      .use(express.json())
      .all('/', (request, response) => relay.handleNode(request, response, echo));
    expect(textOf(await (await ask(await listen(app))).done)).toBe('');
  });
});

describe('a body that comes slowly', () => {
  async function start(options: RelayOptions): Promise<string> {
    const relay = createRelay({ onError: () => {}, ...options });
    return listen((request, response) => void relay.handleNode(request, response, echo));
  }

  test('and is too large gets a 413', async () => {
    const url = await start({ maxBodySize: 1000 });
    const response = await upload(url, ['x'.repeat(600), 'x'.repeat(600)], 150);
    expect(response.status).toBe(413);
    await response.body?.cancel();
  });

  test('is read whole', async () => {
    const response = await upload(await start({}), ['tea', ' and ', 'milk'], 150);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('data: tea and milk\n');
  });

  test('does not delay an answer that does not read it', async () => {
    const relay = createRelay();
    const url = await listen(
      (request, response) =>
        void relay.handleNode(request, response, async function* ({ request: { body } }) {
          await body!.getReader().read();
          await new Promise((resolve) => setTimeout(resolve, 5000));
          yield 'tea';
        }),
    );
    const startedAt = Date.now();
    const response = await upload(url, ['a', 'b', 'c'], 20);
    expect(Date.now() - startedAt).toBeLessThan(3000);
    await response.body?.cancel();
  });
});

test.each([
  ['is too large', '/all', 30],
  ['is read in part', '/part', 9],
])(
  'a connection takes the next request after a body that %s (sveltejs/kit#15526)',
  async (_, path, pieces) => {
    const relay = createRelay({ onError: () => {}, maxBodySize: 1_000_000 });
    const url = await listen((request, response) => {
      void relay.handleNode(request, response, async function* ({ request: { body, url } }) {
        if (!body) yield 'next';
        else if (url.endsWith('/part')) yield (await body.getReader().read()).value ? 'part' : '';
        else yield (await new Response(body).text()).length;
      });
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    const piece = 'x'.repeat(100_000);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let at = 0; at < pieces; at++) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
    socket.write('0\r\n\r\n');
    await expect.poll(() => received).toMatch(/ 413 |data: part\n/);
    socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
    await expect.poll(() => received).toContain('data: next\n');
  },
);

test('a request of a framework that is none of the platform is limited, too (h3js/srvx#109)', async () => {
  const relay = createRelay({ onError: () => {} });
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('tea'));
      controller.close();
    },
  });
  const { signal } = new AbortController();
  // As of srvx, on which h3 and Nitro run in Node.
  const request = {
    url: 'http://test/',
    method: 'POST',
    headers: new Headers(),
    body,
    bodyUsed: false,
    signal,
  };
  Object.setPrototypeOf(request, Request.prototype);
  expect(await (await relay.handle(request as unknown as Request, echo)).text()).toContain('data: tea\n');
});

describe('a fetch request whose length is not announced', () => {
  const handle = (body: string, init: RequestInit = {}): Promise<Response> => {
    const relay = createRelay({ onError: () => {}, maxBodySize: 1000 });
    return relay.handle(new Request('http://test/', { method: 'POST', body, ...init }), echo);
  };

  test('gets a 413 if its body is too large', async () => {
    expect((await handle('x'.repeat(1001))).status).toBe(413);
  });

  test('that is too large is read to its end, not cancelled: h3 1 then throws for each further piece', async () => {
    const relay = createRelay({ onError: () => {}, maxBodySize: 1000 });
    const cancel = vi.fn();
    let pieces = 10;
    const pull = (controller: ReadableStreamDefaultController): void => {
      if (pieces-- > 0) controller.enqueue(new Uint8Array(400));
      else controller.close();
    };
    const init = { method: 'POST', body: new ReadableStream({ pull, cancel }), duplex: 'half' };
    expect((await relay.handle(new Request('http://test/', init), echo)).status).toBe(413);
    await expect.poll(() => pieces).toBe(-1);
    expect(cancel).not.toHaveBeenCalled();
  });

  test('is not read before `produce` reads it, nor where it only resumes or stops an answer', async () => {
    const relay = createRelay({ owner: (request) => request.headers.get('x-user') });
    let reads = 0;
    const ask = (method: string, id?: string): Promise<Response> => {
      const body = new ReadableStream({ pull: () => void reads++ }, { highWaterMark: 0 });
      const init = { method, body, duplex: 'half', headers: id ? { 'Last-Event-ID': id } : {} };
      return relay.handle(new Request('http://test/', init), () => ['tea']);
    };
    const text = await (await ask('POST')).text();
    const id = /^id: (.*:0)$/m.exec(text)![1]!;
    expect(await (await ask('POST', id)).text()).toContain('data: tea\n');
    expect((await ask('DELETE', id)).status).toBe(204);
    expect(reads).toBe(0);
  });

  test('is read whole if it is not, and stops with its client', async () => {
    expect(await (await handle('x'.repeat(1000))).text()).toContain(`data: ${'x'.repeat(1000)}\n`);
    const client = new AbortController();
    const response = await handle('tea', { signal: client.signal });
    client.abort();
    expect(response.status).toBe(200);
  });
});
