import { describe, expect, test } from 'vitest';
import { HttpError, OptionsError, stream, type StreamEvent, type StreamOptions } from '../../src/core.ts';
import { fetchEventSource } from '../../src/transports/fetch-event-source.ts';
import { serve } from '../server/client.ts';
import { answer, bytes, cutAfter, end, endEvent, gate, hang, head, sse, write } from '../server/script.ts';

const transports = [
  { name: 'eventsource', transport: 'eventsource' },
  { name: 'fetch', transport: 'fetch' },
  { name: 'fetch-event-source', transport: fetchEventSource },
] as const;

async function read(url: string, options: StreamOptions): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream(url, options)) events.push(event);
  return events;
}

describe.each(transports)('the transport $name', ({ name, transport }) => {
  const isNative = name === 'eventsource';
  const onFetch = name === 'fetch';
  const options: StreamOptions = { transport, retry: { delay: 1 } };

  test('dispatches type, data and id of each event, in order', async () => {
    const server = await serve([
      sse('one', { id: 1 }),
      sse('two', { event: 'named', id: 2 }),
      sse('three'),
      endEvent,
      end,
    ]);
    expect(await read(server.url, { ...options, events: ['named'] })).toEqual([
      { type: 'message', data: 'one', raw: 'one', id: '1' },
      { type: 'named', data: 'two', raw: 'two', id: '2' },
      { type: 'message', data: 'three', raw: 'three', id: '2' },
    ]);
  });

  test('joins data lines, keeps leading spaces but one, and ignores comments', async () => {
    const server = await serve([write(': hello\n\ndata: a\ndata:b\ndata:   c\n\n: bye\n\n'), endEvent, end]);
    expect((await read(server.url, options)).map(({ raw }) => raw)).toEqual(['a\nb\n  c']);
  });

  test('reads CRLF and CR line ends as LF', async () => {
    const server = await serve([write('data: a\r\n\r\ndata: b\r\rdata: c\n\n'), endEvent, end]);
    expect((await read(server.url, options)).map(({ raw }) => raw)).toEqual(['a', 'b', 'c']);
  });

  test('joins characters that arrive byte by byte', async () => {
    const text = [...new TextEncoder().encode('data: €豆腐🙂\n\n')];
    const server = await serve([...text.map((byte) => bytes(byte)), endEvent, end]);
    expect((await read(server.url, options)).map(({ raw }) => raw)).toEqual(['€豆腐🙂']);
  });

  test('delivers an event before the response goes on', async () => {
    const server = await serve([sse('first'), gate('heard'), sse('second'), endEvent, end]);
    const heard: unknown[] = [];
    for await (const { data } of stream(server.url, options)) {
      heard.push(data);
      await server.open('heard');
    }
    expect(heard).toEqual(['first', 'second']);
  });

  test('asks a server that closes after the end event exactly once', async () => {
    const server = await serve([sse('hello'), endEvent, end]);
    const { outcome, text } = await stream(server.url, { ...options, retry: { delay: 0 } }).result;
    expect({ outcome, text }).toEqual({ outcome: 'complete', text: 'hello' });
    // A second request would be on its way by the time that a third one has been answered.
    await stream((await serve([endEvent, end])).url, options).result;
    expect(await server.requests()).toHaveLength(1);
  });

  test('ends at [DONE] and at end names of the caller, and closes a connection that stays open', async () => {
    const done = await serve([sse('a'), sse('[DONE]'), hang]);
    expect((await stream(done.url, options).result).outcome).toBe('complete');
    const named = await serve([sse('a'), sse('x', { event: 'fin' }), hang]);
    const result = await stream(named.url, { ...options, end: ['fin', 'bye'] }).result;
    expect(result).toMatchObject({ outcome: 'complete', end: { type: 'fin', data: 'x' } });
    await expect.poll(async () => (await named.requests())[0]?.closed).toBe(true);
  });

  test('dispatches an event that the server names error to `on`', async () => {
    const server = await serve([sse('oh', { event: 'error' }), endEvent, end]);
    const source = stream(server.url, options);
    const heard: unknown[] = [];
    source.on('error', ({ data }) => heard.push(data));
    expect((await source.result).outcome).toBe('complete');
    expect(heard).toEqual(['oh']);
  });

  test('receives events whose name is passed to `on` while the connection is open', async () => {
    const server = await serve([sse('a'), gate('listening'), sse('b', { event: 'late' }), endEvent, end]);
    const source = stream(server.url, options);
    const heard: unknown[] = [];
    for await (const _ of source.text) {
      source.on('late', ({ data }) => heard.push(data));
      await server.open('listening');
    }
    expect(heard).toEqual(['b']);
  });

  test('reports the status of a refusal', async () => {
    const server = await serve(answer(401, 'application/json', '{"error":"no key"}'));
    const { outcome, error } = await stream(server.url, options).result;
    expect(outcome).toBe('failed');
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ code: 'http', status: 401, body: '{"error":"no key"}' });
    // Native EventSource hides the status: fetch asks a second time to learn it.
    expect(await server.requests()).toHaveLength(isNative ? 2 : 1);
  });

  test('stops at a 204', async () => {
    const server = await serve([head(204), end]);
    expect((await stream(server.url, options).result).outcome).toBe('complete');
    expect(await server.requests()).toHaveLength(isNative ? 2 : 1);
  });

  test('releases the connection when the stream is closed', async () => {
    const server = await serve([sse('a'), hang]);
    const source = stream(server.url, options);
    for await (const _ of source) source.close();
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    expect((await source.result).outcome).toBe('stopped');
  });

  test('goes on from the last event ID after a break', async () => {
    const server = await serve(
      [sse('a', { id: 'x1' }), sse('b', { id: 'x2' }), ...cutAfter('ab')],
      [sse('c', { id: 'x3' }), endEvent, end],
    );
    expect((await stream(server.url, { ...options, onText: server.onText }).result).text).toBe('abc');
    const requests = await server.requests();
    expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'x2']);
  });

  test('asks for an event stream, past the caches, without a Last-Event-ID at first', async () => {
    const cached = head(200, { 'cache-control': 'max-age=1000' });
    const server = await serve([cached, endEvent, end]);
    await stream(server.url, options).result;
    await stream(server.url, options).result;
    const requests = await server.requests();
    expect(requests).toHaveLength(2);
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { accept: 'text/event-stream' } });
    expect(requests[0]?.headers['last-event-id']).toBeUndefined();
  });

  test('sends a body and headers, or reports that it cannot', async () => {
    const server = await serve([endEvent, end]);
    const send = () =>
      stream(server.url, { ...options, body: { prompt: 'hi' }, headers: { 'X-Own': 'yes' } }).result;
    if (isNative) {
      expect(send).toThrow(expect.objectContaining({ code: 'options', option: 'body' }));
      return;
    }
    await send();
    const [request] = await server.requests();
    expect(request).toMatchObject({ method: 'POST', body: '{"prompt":"hi"}' });
    expect(request?.headers).toMatchObject({ 'x-own': 'yes', 'content-type': 'application/json' });
  });

  test('counts comments as data for timeout.idle, or reports that it cannot see them', async () => {
    const server = await serve([write(': alive\n\n'), hang]);
    const open = () => stream(server.url, { ...options, timeout: { idle: 20 }, retry: { limit: 0 } }).result;
    if (!onFetch) {
      expect(open).toThrow(OptionsError);
      expect(open).toThrow(/timeout\.idle/);
      return;
    }
    expect((await open()).error).toMatchObject({ code: 'timeout' });
  });
});

test.each([
  ['method', { method: 'PUT' }],
  ['headers', { headers: { a: 'b' } }],
  ['credentials', { credentials: 'omit' }],
  ['lastEventId', { lastEventId: '3' }],
  ['fetch', { fetch }],
  ['cache', { cache: 'reload' }],
  ['idempotencyKey', { idempotencyKey: true }],
  ['resume', { resume: () => '/elsewhere' }],
  ['resumeKey', { resumeKey: 'answer' }],
] as const)('native EventSource names %s as what it cannot honour', (option, options) => {
  expect(() => stream('/', { transport: 'eventsource', ...options })).toThrow(
    expect.objectContaining({ name: 'OptionsError', option }),
  );
});

test.each([
  ['eventsource', {}],
  ['eventsource', { method: 'get' }],
  ['eventsource', { credentials: 'include', retry: { limit: 1 }, timeout: { connect: 5000 } }],
  ['fetch', { body: 'x' }],
  ['fetch', { headers: { 'x-a': 'b' } }],
  ['fetch', { method: 'DELETE' }],
  ['fetch', { timeout: { idle: 5000 } }],
  ['fetch', { end: false }],
] as const)('the automatic choice is %s for %j', async (expected, options) => {
  const server = await serve([sse('a'), endEvent, end]);
  let chosen;
  await stream(server.url, { ...options, onOpen: ({ transport }) => (chosen = transport) }).result;
  expect(chosen).toBe(expected);
});

test('an option with an unknown value is refused at once, by name', () => {
  const wrong = { transport: 'websocket' } as unknown as StreamOptions;
  expect(() => stream('/', wrong)).toThrow(expect.objectContaining({ option: 'transport' }));
  for (const input of ['http://[', 1, () => '/'])
    expect(() => stream(input as string)).toThrow(expect.objectContaining({ option: 'input' }));
  expect(() => stream('/', { method: 'GET', body: 'x' })).toThrow(
    expect.objectContaining({ option: 'method' }),
  );
  const noResume = expect.objectContaining({ option: 'resumeKey' });
  expect(() => stream('/', { body: 'x', resumeKey: 'answer' })).toThrow(noResume);
  expect(() => stream(new Response(''), { resumeKey: 'answer' })).toThrow(noResume);
});
