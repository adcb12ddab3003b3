/** What `produce` may return, how it is sent, and the bounds. */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createRelay,
  memoryStore,
  OptionsError,
  type EndedAnswer,
  type Produce,
  type RelayOptions,
} from '../../src/server.ts';
import { ADAPTERS, ask, createModel, startServer, textOf, type Adapter } from './harness.ts';

async function start(produce: Produce, options: RelayOptions = {}, adapter: Adapter = 'handleNode') {
  const errors: unknown[] = [];
  const ended: EndedAnswer[] = [];
  const relay = createRelay({
    onError: (error) => errors.push(error),
    onEnd: (answer) => ended.push(answer),
    ...options,
  });
  return { url: await startServer(adapter, relay, produce), errors, ended, relay };
}

/** A response of a model's server whose body comes in pieces. */
function piped(
  text: string,
  size = 7,
  init: ResponseInit = { headers: { 'Content-Type': 'text/event-stream' } },
) {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, (at += size)));
      },
    }),
    init,
  );
}

const openAiChunk = (content: string, finish: string | null = null): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  });

/** What somebody gives who has overlooked `redisStore()`. */
const redisClient = { get: () => null, set: () => null };

describe('produce may return', () => {
  test('an async iterable, an iterable, a stream of values, a string, and a promise of each', async () => {
    async function* generate() {
      yield 'a';
      yield { token: 'b' };
    }
    const stream = (): ReadableStream<unknown> =>
      new ReadableStream({
        start(controller) {
          for (const value of ['a', { token: 'b' }]) controller.enqueue(value);
          controller.close();
        },
      });
    for (const create of [
      generate,
      () => ['a', { token: 'b' }],
      stream,
      async () => generate(),
      async () => stream(),
    ]) {
      const { url } = await start(create);
      const { events } = await (await ask(url)).done;
      expect(events.map(({ data }) => data)).toEqual(['a', '{"token":"b"}', '{"outcome":"complete"}']);
    }
    const { url } = await start(() => 'all at once');
    expect(textOf(await (await ask(url)).done)).toBe('all at once');
  });

  test.each([1, 7, 10_000])(
    'a response, whose events get IDs and keep their data, in pieces of %i bytes',
    async (size) => {
      const body =
        ': hello\n\nid: theirs-1\nevent: message_start\ndata: {"type":"message_start"}\n\n' +
        'data: two\ndata:  lines ☕\n\nevent: odd\r\ndata:no space\r\n\r\ndata\n\n';
      const { url } = await start(() => piped(body, size));
      const { events, raw } = await (await ask(url)).done;
      expect(events.slice(0, -1).map(({ event, data }) => [event, data])).toEqual([
        ['message_start', '{"type":"message_start"}'],
        [undefined, 'two\n lines ☕'],
        ['odd', 'no space'],
        [undefined, ''],
      ]);
      expect(raw).not.toContain('theirs');
      expect(raw).not.toContain('hello');
    },
  );

  test('an answer with its own end, which gets no second one', async () => {
    for (const own of [
      'data: [DONE]\n\n',
      'data: [done]\n\n',
      'data: "[DONE]"\n\n',
      // Without the blank line that would end it.
      'data: [DONE]',
      'data: [DONE]\n',
      'event: end\ndata: {"reason":"theirs"}\n\n',
    ]) {
      const { url, ended } = await start(() => piped(`data: {"text":"x"}\n\n${own}`));
      const first = await (await ask(url)).done;
      expect(first.events.length).toBe(2);
      expect(ended).toMatchObject([{ outcome: 'complete', text: 'x' }]);
      expect((await ask(url, { lastEventId: first.lastEventId })).status).toBe(204);
    }
  });

  test.each([
    ['closes without a finish reason', `data: ${openAiChunk('half')}\n\n`, 'truncated'],
    ['closes in the middle of a line', 'data: {"text":"half"}\n\neve', 'truncated'],
    ['closes in the middle of an event', 'data: {"text":"half"}\n\ndata: {"te', 'truncated'],
    [
      'sends an error event',
      'data: {"text":"half"}\n\nevent: error\ndata: {"message":"overloaded"}\n\n',
      'failed',
    ],
  ])('a stream that %s, which is never reported as complete', async (_, body, outcome) => {
    const { url, ended } = await start(() => piped(body));
    const { events } = await (await ask(url)).done;
    expect(events.some(({ event }) => event === 'end')).toBe(false);
    expect(events.at(-1)?.event).toBe('error');
    expect(ended).toMatchObject([{ outcome, text: 'half' }]);
    expect(ended[0]!.error).toBeInstanceOf(Error);
  });

  test('chunks in the shape of OpenAI without a finish reason, which are complete when they end', async () => {
    const { url, ended } = await start(() => [{ choices: [{ delta: { content: 'hi' } }] }]);
    const { events } = await (await ask(url)).done;
    expect(events.at(-1)).toMatchObject({ event: 'end', data: '{"outcome":"complete"}' });
    expect(ended).toMatchObject([{ outcome: 'complete', text: 'hi' }]);
  });

  test("a vendor's error response, of which only the status is sent", async () => {
    const { url, errors } = await start(() =>
      piped('{"error":"quota of org-secret"}', 9, {
        status: 429,
        headers: {
          'Content-Type': 'application/json',
          'Retry-After': '3',
          'openai-organization': 'org-secret',
        },
      }),
    );
    const { status, headers, done } = await ask(url);
    expect([status, headers.get('retry-after')]).toEqual([429, '3']);
    expect((await done).raw + JSON.stringify([...headers])).not.toContain('secret');
    expect(String(errors[0])).toContain("The model's server answered 429 with application/json");
  });

  test.each([
    ['HTML', () => piped('<!doctype html>', 9, { headers: { 'Content-Type': 'text/html' } })],
    ['nothing', () => undefined as never],
    ['a number', () => 7 as never],
  ])('%s, which gets a 502', async (_, produce) => {
    const { url, errors } = await start(produce);
    expect((await ask(url)).status).toBe(502);
    expect(errors).toHaveLength(1);
  });

  test('an empty answer, which fails', async () => {
    for (const produce of [() => [], () => piped(''), () => piped(': hello\n\n')]) {
      const { url, ended } = await start(produce);
      expect((await ask(url)).status).toBe(502);
      expect(ended).toMatchObject([{ outcome: 'failed', text: '' }]);
    }
  });

  test('a value that JSON cannot represent, which ends the answer with an error event', async () => {
    const { url } = await start(() => ['ok', { big: 1n }]);
    const { events } = await (await ask(url)).done;
    expect(events.map(({ event }) => event)).toEqual([undefined, 'error']);
  });

  test('data with line ends of any kind, which stays one event', async () => {
    const { url } = await start(() => ['a\nb\r\nc\rd\n\nevent: end\ndata: forged']);
    const { events } = await (await ask(url)).done;
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      [undefined, 'a\nb\nc\nd\n\nevent: end\ndata: forged'],
      ['end', '{"outcome":"complete"}'],
    ]);
  });

  test('what it reads from the body of the request', async () => {
    for (const adapter of ADAPTERS) {
      const { url } = await start(async ({ request }) => [await request.json()], {}, adapter);
      const answer = await (await ask(url, { body: '{"prompt":"☕"}' })).done;
      expect(answer.events[0]?.data).toBe('{"prompt":"☕"}');
    }
  });
});

describe('onEnd', () => {
  test('receives the same content as the page, also without a reader', async () => {
    const chunks = [
      openAiChunk('Hello'),
      JSON.stringify({
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ index: 0, id: 't1', function: { name: 'f', arguments: '{"a":1}' } }] },
          },
        ],
      }),
      openAiChunk('', 'tool_calls'),
      JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } }),
      '[DONE]',
    ];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { url, ended } = await start(async function* () {
      yield chunks[0];
      await held;
      yield* chunks.slice(1);
    });
    const reader = await ask(url, { key: 'k' });
    await reader.until(({ events }) => events.length === 1);
    reader.leave();
    release();
    await expect.poll(() => ended.length).toBe(1);
    expect(ended[0]).toMatchObject({
      id: reader.lastEventId.slice(0, 32),
      idempotencyKey: 'k',
      owner: '',
      outcome: 'tool-calls',
      text: 'Hello',
      toolCalls: [{ id: 't1', name: 'f', input: { a: 1 } }],
      usage: { inputTokens: 3, outputTokens: 4 },
      finishReason: 'tool_calls',
      format: 'openaiChat',
      error: undefined,
    });
  });

  test('receives what was sent: the result of toJSON, also if an object changes afterwards', async () => {
    const message = {
      text: 'Hello',
      toJSON: () => JSON.parse(openAiChunk(message.text)) as unknown,
    };
    const { url, ended } = await start(function* () {
      for (let at = 0; at < 100; at++) {
        message.text = `${at} `;
        yield message;
      }
      yield JSON.parse(openAiChunk('', 'stop'));
    });
    await (
      await ask(url)
    ).done;
    await expect.poll(() => ended.length).toBe(1);
    const text = Array.from({ length: 100 }, (_, at) => `${at} `).join('');
    expect(ended[0]).toMatchObject({ outcome: 'complete', text, format: 'openaiChat' });
  });

  test('that throws is reported to onError, and changes nothing else', async () => {
    const thrown = new Error('no database');
    const { url, errors } = await start(() => ['x'], { onEnd: () => Promise.reject(thrown) });
    expect((await (await ask(url)).done).events.at(-1)?.event).toBe('end');
    await expect.poll(() => errors).toEqual([thrown]);
  });
});

describe('bounds', () => {
  test('an answer that is too large is cut with an error, and the model is stopped', async () => {
    const model = createModel();
    const { url, ended } = await start((context) => model.produce(context), { maxSize: 100 });
    model.emit('x'.repeat(60), 'y'.repeat(60), 'z');
    const { events } = await (await ask(url)).done;
    expect(events.map(({ event }) => event)).toEqual([undefined, 'error']);
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ code: 'too-large' });
    expect(model.stopped).toBe(1);
    expect(ended).toMatchObject([{ outcome: 'truncated' }]);
  });

  test('an event that never ends is bounded, too', async () => {
    const { url } = await start(() => piped(`data: ${'x'.repeat(5000)}`, 100), { maxSize: 1000 });
    expect((await ask(url)).status).toBe(502);
  });

  test.each([1, 1e6])(
    'an event of a byte stream that is too large names the limit, by %d bytes',
    async (size) => {
      const wire = `data: {"text":"a"}\n\ndata: b\n\ndata: ${'x'.repeat(5000)}`;
      const { url, ended, errors } = await start(() => piped(wire, size), { maxSize: 1000 });
      const { events } = await (await ask(url)).done;
      expect(events.map(({ event, data }) => event ?? data)).toEqual(['{"text":"a"}', 'b', 'error']);
      expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ code: 'too-large' });
      await expect.poll(() => ended).toMatchObject([{ outcome: 'truncated' }]);
      expect([String(ended[0]!.error), errors]).toEqual([
        expect.stringContaining('larger than the server'),
        [],
      ]);
    },
  );

  test.each<[string, Produce]>([
    ['of a byte stream', () => piped(`data: ${'x'.repeat(5000)}`, 100)],
    ['of a list', () => ['x'.repeat(5000)]],
  ])('a first event %s that is too large is a failure that names the limit', async (_, produce) => {
    const { url, ended } = await start(produce, { maxSize: 1000 });
    const response = await fetch(url, { method: 'POST' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining('larger than the server'),
    });
    await expect.poll(() => ended).toMatchObject([{ outcome: 'failed' }]);
  });

  test('an answer that takes too long is cut with an error', async () => {
    const model = createModel();
    const { url } = await start((context) => model.produce(context), { maxAge: 300 });
    model.emit('x');
    const { events } = await (await ask(url)).done;
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ code: 'too-old' });
    expect(model.stopped).toBe(1);
  });

  test('readers beyond maxReaders get a 503, until another one leaves', async () => {
    const model = createModel();
    const { url } = await start((context) => model.produce(context), { maxReaders: 2 });
    const first = await ask(url, { key: 'k' });
    const second = await ask(url, { key: 'k' });
    expect((await ask(url, { key: 'k' })).status).toBe(503);
    second.leave();
    await expect.poll(async () => (await ask(url, { key: 'k' })).status).toBe(200);
    first.leave();
  });

  test('bodies beyond maxBodySize get a 413, with and without a Content-Length', async () => {
    const { url } = await start(async ({ request }) => [await request.text()], { maxBodySize: 100 });
    expect((await ask(url, { body: 'x'.repeat(101) })).status).toBe(413);
    const outgoing = httpRequest(url, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } });
    outgoing.end('x'.repeat(101));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    response.destroy();
    expect((await ask(url, { body: 'x'.repeat(100) })).status).toBe(200);
  });

  test('a format that does not exist throws at once, with its name', () => {
    expect(() => createRelay({ format: 'nope' as 'auto' })).toThrow("There is no format 'nope'");
  });

  test.each([
    [{ store: redisClient }, 'store is no store. Give redisStore(client), or memoryStore().'],
    [{ owner: 'ada' }, 'owner is string. It takes a function.'],
    [{ onEnd: true }, 'onEnd is boolean. It takes a function.'],
  ])('an option that is none throws at once, and says what it takes', (options, message) => {
    expect(() => createRelay(options as object)).toThrow(message);
  });

  test('a function that returns nothing is named in the log', async () => {
    const errors: unknown[] = [];
    const relay = createRelay({ onError: (error) => errors.push(error) });
    const question = new Request('http://test/', { method: 'POST', body: '{}' });
    expect((await relay.handle(question, (() => undefined) as never)).status).toBe(502);
    expect(String(errors[0])).toContain("TypeError: produce gave undefined. Return the model's stream");
  });

  test('other methods get a 405, a DELETE without an ID and a long key a 400', async () => {
    for (const adapter of ADAPTERS) {
      const { url } = await start(() => ['x'], {}, adapter);
      for (const method of ['HEAD', 'PUT', 'OPTIONS', 'PATCH'])
        expect((await ask(url, { method })).status).toBe(405);
      expect((await ask(url, { method: 'DELETE' })).status).toBe(400);
      expect((await ask(url, { key: 'k'.repeat(256) })).status).toBe(400);
    }
  });

  test('an answer is removed after its retention', async () => {
    const { url } = await start(() => ['x'], { retention: 200 });
    const { lastEventId } = await (await ask(url)).done;
    expect((await ask(url, { lastEventId })).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await ask(url, { lastEventId })).status).toBe(410);
  });

  test('a full memory store removes the oldest answers that have ended', async () => {
    const { url } = await start(() => ['x'.repeat(400)], { store: memoryStore({ maxSize: 1000 }) });
    const ids: string[] = [];
    for (let at = 0; at < 4; at++) ids.push((await (await ask(url)).done).lastEventId);
    const states = await Promise.all(ids.map(async (id) => (await ask(url, { lastEventId: id })).status));
    expect(states).toEqual([410, 410, 204, 204]);
  });

  test('a memory store also bounds the number of empty answers', async () => {
    const store = memoryStore();
    onTestFinished(() => store.close());
    const answers = Array.from({ length: 100_001 }, (_, at) => ({ id: `${at}`, owner: '', key: undefined }));
    for (const answer of answers) {
      await store.create(answer, Infinity);
      await store.end(answer, { block: '', failure: { status: 502 } }, Infinity);
    }
    expect(await store.find('0')).toBeUndefined();
    expect(await store.find('1')).toEqual(answers[1]);
  });

  test('a slow reader delays only itself, and buffers little', async () => {
    const size = 20_000_000;
    const { url } = await start(() => Array.from({ length: 200 }, () => 'x'.repeat(size / 200)), {
      maxSize: size * 2,
    });
    // A client that sends a request and reads nothing.
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n\r\n');
    socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const quick = await fetch(url, { method: 'POST', headers: { 'Idempotency-Key': 'k' } });
    expect((await quick.text()).length).toBeGreaterThan(size);
    // What the slow one has not read is not written either.
    expect(socket.bytesRead).toBeLessThan(size / 2);
  });

  test('an event is sent before a model that computes goes on', async () => {
    const relay = createRelay();
    let waiting: number | undefined;
    const server = createServer((request, response) => {
      async function* compute() {
        yield 'a';
        // By then the headers and the first event are sent.
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield 'b';
        // While a model in the same process computes, nothing else runs.
        waiting = response.socket!.writableLength;
      }
      void relay.handleNode(request, response, compute);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const answer = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect((await answer.done).raw).toContain('data: b\n');
    expect(waiting).toBe(0);
  });

  test.each([{ patience: -1 }, { heartbeat: Number.NaN }, { maxSize: '1' as unknown as number }])(
    'an option that is not a number of 0 or more throws an OptionsError: %o',
    (options) => {
      expect(() => createRelay(options)).toThrow(OptionsError);
    },
  );
});

describe('requests', () => {
  test('an owner function that fails is answered with its status, else 500', async () => {
    for (const [thrown, status] of [
      [Object.assign(new Error('secret'), { status: 401 }), 401],
      [new Error('secret'), 500],
    ] as const) {
      const { url } = await start(() => ['x'], { owner: () => Promise.reject(thrown) });
      const answer = await ask(url);
      expect(answer.status).toBe(status);
      expect((await answer.done).raw).not.toContain('secret');
    }
  });

  test('an owner that is an object counts by its string, and is an error without one', async () => {
    const idOf = (owner: unknown) => ({ owner: () => owner as string });
    const objectId = { toString: () => '507f1f77bcf86cd799439011' };
    const { url, ended } = await start(() => ['x'], idOf(objectId));
    await (
      await ask(url)
    ).done;
    await expect.poll(() => ended).toMatchObject([{ owner: '507f1f77bcf86cd799439011' }]);
    const { url: failing, errors } = await start(() => ['x'], idOf({ name: 'Ada' }));
    expect((await ask(failing)).status).toBe(500);
    expect(String(errors[0])).toContain('the ID of a user');
  });

  test('an invalid host or path does no harm', async () => {
    const { url } = await start(({ request }) => [request.url]);
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('POST //[ HTTP/1.1\r\nHost: a/../@b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    let raw = '';
    for await (const text of socket.setEncoding('utf8')) raw += text;
    expect(raw).toContain('data: http://localhost/');
  });

  test('relay.stop stops an answer by its ID, or by the ID of an event', async () => {
    for (const cut of [32, 100]) {
      const model = createModel();
      const { url, relay } = await start((context) => model.produce(context));
      const reader = await ask(url);
      model.emit('x');
      await reader.until(({ events }) => events.length === 1);
      await relay.stop(reader.lastEventId.slice(0, cut));
      expect((await reader.done).events.at(-1)?.data).toBe('{"outcome":"stopped"}');
    }
  });

  test('waitUntil gets a promise that resolves when the answer has ended and onEnd has returned', async () => {
    const model = createModel();
    const waits: Promise<unknown>[] = [];
    const onEnd = vi.fn();
    const relay = createRelay();
    const url = await startServer('handle', relay, (context) => model.produce(context), {
      onEnd,
      waitUntil: (promise) => waits.push(promise),
    });
    (await ask(url)).leave();
    model.emit('x');
    model.end();
    await waits[0];
    expect(onEnd).toHaveBeenCalledOnce();
  });

  test('a body that a framework has parsed is left unchanged', async () => {
    const relay = createRelay();
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const text of request.setEncoding('utf8')) body += text;
      await relay.handleNode(request, response, () => [body]);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect(textOf(await (await ask(url, { body: 'parsed' })).done)).toBe('parsed');
  });
});
