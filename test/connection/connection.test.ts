import { describe, expect, test } from 'vitest';
import { server as engine } from 'vitest/browser';
import { stream, type Reconnection, type StreamOptions, type StreamResult } from '../../src/core.ts';
import { serve, serveKillable, type Served } from '../server/client.ts';
import {
  answer,
  cut,
  cutAfter,
  end,
  endEvent,
  gate,
  hang,
  head,
  repeat,
  reset,
  sse,
  write,
} from '../server/script.ts';

/** The two first transports that a stream may have. The later connections are fetch's in both. */
const bothTransports = [['eventsource'], ['fetch']] as const;
const onlyFetch = [['fetch']] as const;
/** WebKitGTK encodes once more what a header holds beyond ASCII. */
const testOfBytesInHeaders = engine.browser === 'webkit' ? test.fails : test;
const quick: StreamOptions = { retry: { delay: 1, limit: 3 } };
const post: StreamOptions = { ...quick, body: { prompt: 'hi' } };

async function run(server: Served, options: StreamOptions): Promise<StreamResult & { requests: number }> {
  const result = await stream(server.url, { onText: server.onText, ...options }).result;
  return { ...result, requests: (await server.requests()).length };
}

describe('when a connection ends: the end marker', () => {
  test.each(bothTransports)('the answer is complete and nothing is asked again (%s)', async (transport) => {
    const server = await serve([sse('a', { id: 1 }), endEvent, end]);
    expect(await run(server, { ...quick, transport })).toMatchObject({
      outcome: 'complete',
      text: 'a',
      requests: 1,
    });
  });

  test('a predicate sees the effects of earlier events, even of the same chunk', async () => {
    const server = await serve([write('data: a\n\ndata: b\n\ndata: c\n\n'), hang]);
    let heard = '';
    const source = stream(server.url, {
      transport: 'fetch',
      end: () => heard === 'a',
      onText: (delta) => (heard += delta),
    });
    expect(await source.result).toMatchObject({ outcome: 'complete', text: 'a', end: { raw: 'b' } });
  });

  test('a listener that stops the stream receives no later event of the same chunk', async () => {
    const server = await serve([write('data: a\n\ndata: b\n\nevent: end\ndata:\n\n'), hang]);
    const heard: unknown[] = [];
    const source = stream(server.url, { transport: 'fetch' });
    source.on('message', ({ data }) => {
      heard.push(data);
      source.close();
    });
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: 'a', end: undefined });
    expect(heard).toEqual(['a']);
  });

  test('a predicate can recognise the end; if it throws, the stream fails and names the option', async () => {
    const server = await serve([sse('a'), sse('{"done":true}'), hang]);
    expect(await run(server, { ...quick, end: ({ data }) => data.includes('done') })).toMatchObject({
      outcome: 'complete',
      text: 'a',
    });
    const fault = new Error('mine');
    const failed = await run(server, {
      ...quick,
      end() {
        throw fault;
      },
    });
    expect(failed).toMatchObject({ outcome: 'failed', error: { option: 'end', cause: fault } });
  });
});

describe('when a connection ends: nothing new', () => {
  test('a 204 ends the stream, complete where no end is expected', async () => {
    const server = await serve([head(204), end]);
    expect(await run(server, { ...quick, transport: 'fetch' })).toMatchObject({
      outcome: 'complete',
      requests: 1,
    });
  });

  test('a 204 truncates an answer whose end is expected', async () => {
    const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')], [head(204), end]);
    const result = await run(server, { ...quick, end: 'end' });
    expect(result).toMatchObject({
      outcome: 'truncated',
      text: 'a',
      requests: 2,
      error: { code: 'truncated' },
    });
  });

  test.each([
    [undefined, 'complete'],
    ['end', 'truncated'],
  ] as const)(
    'a resumed connection that brings nothing new ends it, with end %s as %s',
    async (marker, outcome) => {
      const server = await serve([sse('a', { id: 1 }), end], [sse('a', { id: 1 }), end]);
      expect(await run(server, { ...quick, end: marker })).toMatchObject({ outcome, text: 'a', requests: 2 });
    },
  );
});

describe('when a connection ends: with a last event ID', () => {
  test.each(bothTransports)('a GET resumes where it was, with no letter twice (%s)', async (transport) => {
    const server = await serve(
      [sse('a', { id: 1 }), sse('b', { id: 2 }), ...cutAfter('ab')],
      [sse('b', { id: 2 }), sse('c', { id: 3 }), ...cutAfter('abc')],
      [sse('d', { id: 4 }), endEvent, end],
    );
    expect(await run(server, { ...quick, transport })).toMatchObject({
      outcome: 'complete',
      text: 'abcd',
      requests: 3,
    });
    expect((await server.requests()).map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '2',
      '3',
    ]);
  });

  test('a POST with `resume: true` is sent again, body and all', async () => {
    const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')], [sse('b', { id: 2 }), endEvent, end]);
    expect(await run(server, { ...post, resume: true })).toMatchObject({ outcome: 'complete', text: 'ab' });
    const requests = await server.requests();
    expect(requests.map(({ method, body }) => method + body)).toEqual(Array(2).fill('POST{"prompt":"hi"}'));
    expect(requests[1]?.headers['last-event-id']).toBe('1');
  });

  test('a POST without `resume` is never sent again', async () => {
    const server = await serve([sse('a', { id: 1 }), sse('b', { id: 2 }), ...cutAfter('ab')]);
    const result = await run(server, post);
    expect(result).toMatchObject({ outcome: 'truncated', text: 'ab', requests: 1 });
    expect(result.error).toMatchObject({ code: 'truncated', cause: { code: 'connection' } });
  });

  test.each([
    ['from the beginning', ['a1', 'b2', 'c3']],
    ['out of order', ['b2', 'a1', 'c3']],
    ['twice', ['b2', 'b2', 'c3', 'b2', 'c3']],
  ])('a server that replays %s shows nothing twice', async (_, events) => {
    const server = await serve(
      [sse('a', { id: 1 }), sse('b', { id: 2 }), ...cutAfter('ab')],
      [...events.map(([data = '', id = '']) => sse(data, { id })), endEvent, end],
    );
    expect((await run(server, quick)).text).toBe('abc');
  });

  test('a server that replays from the start without IDs shows nothing twice', async () => {
    const server = await serve(
      [sse('a', { id: 'answer' }), sse('b'), sse('a'), ...cutAfter('aba')],
      [sse('a'), sse('b'), sse('a'), sse('c'), endEvent, end],
    );
    expect(await run(server, quick)).toMatchObject({ outcome: 'complete', text: 'abac' });
  });

  test('a server with few IDs may repeat what followed the last one', async () => {
    const server = await serve(
      [sse('a', { id: 1 }), sse('b'), sse('c'), ...cutAfter('abc')],
      [sse('b'), sse('c'), sse('d'), ...cutAfter('abcd')],
      [sse('a', { id: 1 }), sse('b'), sse('c'), sse('d'), sse('e'), endEvent, end],
    );
    expect(await run(server, quick)).toMatchObject({ outcome: 'complete', text: 'abcde' });
  });

  test('text that only begins like a replay is shown', async () => {
    const server = await serve(
      [sse('la', { id: 1 }), sse(' ha', { id: 2 }), ...cutAfter('la ha')],
      [sse('la'), sse(' di'), ...cutAfter('la hala di')],
      [sse('la'), endEvent, end],
    );
    expect((await run(server, quick)).text).toBe('la hala dila');
  });

  test('an event that was held back as a likely replay keeps its ID', async () => {
    const server = await serve(
      [sse('la', { id: 1 }), sse(' ha', { id: 2 }), ...cutAfter('la ha')],
      [sse('la'), sse(' di', { id: 3 }), endEvent, end],
    );
    const heard: string[] = [];
    await run(server, { ...quick, onEvent: ({ raw, id }) => heard.push(`${id}:${raw}`) });
    expect(heard).toEqual(['1:la', '2: ha', '2:la', '3: di']);
  });

  test('several new events may share an ID', async () => {
    const server = await serve(
      [sse('a', { id: 1 }), ...cutAfter('a')],
      [sse('b', { id: 2 }), sse('c', { id: 2 }), endEvent, end],
    );
    expect((await run(server, quick)).text).toBe('abc');
  });

  test('an emptied ID leaves nothing to resume from', async () => {
    const server = await serve([sse('a', { id: 1 }), write('id\ndata: b\n\n'), ...cutAfter('ab')]);
    expect(await run(server, quick)).toMatchObject({
      outcome: 'truncated',
      text: 'ab',
      lastEventId: '',
      requests: 1,
    });
  });

  test('an emptied ID on a resumed connection loses no letter', async () => {
    const server = await serve(
      [sse('a', { id: 1 }), ...cutAfter('a')],
      [sse('b', { id: 2 }), write('id\ndata: c\n\n'), sse('d'), endEvent, end],
    );
    expect(await run(server, quick)).toMatchObject({ outcome: 'complete', text: 'abcd', requests: 2 });
  });

  testOfBytesInHeaders('an ID in letters beyond Latin is sent as UTF-8, as EventSource does', async () => {
    const server = await serve([sse('a', { id: '豆腐' }), ...cutAfter('a')], [endEvent, end]);
    await run(server, quick);
    const sent = (await server.requests())[1]?.headers['last-event-id'] ?? '';
    expect(new TextDecoder().decode(Uint8Array.from(sent, (letter) => letter.charCodeAt(0)))).toBe('豆腐');
  });

  test('a stream may begin from an ID', async () => {
    const server = await serve([sse('c', { id: 3 }), endEvent, end]);
    expect(await run(server, { ...quick, lastEventId: '2' })).toMatchObject({ text: 'c', lastEventId: '3' });
    expect((await server.requests())[0]?.headers['last-event-id']).toBe('2');
  });

  test('a POST resumes elsewhere by GET, and the function receives the position', async () => {
    const server = await serve([head(200, { location: '/runs/7' }), sse('a', { id: 1 }), ...cutAfter('a')]);
    const elsewhere = await serve([sse('b', { id: 2 }), endEvent, end]);
    const asked: unknown[] = [];
    const result = await run(server, {
      ...post,
      headers: { 'X-Own': 'yes' },
      resume({ lastEventId, response, format }) {
        asked.push(lastEventId, response?.headers.get('location'), format);
        return elsewhere.url;
      },
    });
    expect(result).toMatchObject({ outcome: 'complete', text: 'ab', requests: 1 });
    expect(asked).toEqual(['1', '/runs/7', 'plain']);
    const [request] = await elsewhere.requests();
    expect(request).toMatchObject({
      method: 'GET',
      body: '',
      headers: { 'last-event-id': '1', 'x-own': 'yes' },
    });
    expect(request?.headers['content-type']).toBeUndefined();
  });

  test('a full replay elsewhere, without IDs, shows nothing twice', async () => {
    const server = await serve([sse('a'), sse('b'), ...cutAfter('ab')]);
    const elsewhere = await serve([sse('a'), sse('b'), sse('c'), endEvent, end]);
    expect(await run(server, { ...post, resume: elsewhere.url })).toMatchObject({
      outcome: 'complete',
      text: 'abc',
    });
  });
});

describe('when what follows the last ID looks like the start of the answer', () => {
  const begun = [sse('x'), sse('y'), sse('z', { id: 1 }), sse('x'), ...cutAfter('xyzx')];

  test.each([
    ['a replay from the start', [sse('x'), sse('y'), sse('z', { id: 1 }), sse('x'), sse('w')], 'xyzxw'],
    ['what follows the ID', [sse('x'), sse('w')], 'xyzxw'],
    ['what follows the ID, and goes on like the start', [sse('x'), sse('y'), sse('w')], 'xyzxyw'],
    ['what follows the ID, and ends like the start', [sse('x'), sse('y')], 'xyzxy'],
    ['a new ID after what looks like the start', [sse('x'), sse('y'), sse('z', { id: 2 })], 'xyzxyz'],
  ])('%s is taken for what it is', async (_, rest, text) => {
    const server = await serve(begun, [...rest, endEvent, end]);
    expect(await run(server, quick)).toMatchObject({ outcome: 'complete', text, requests: 2 });
  });
});

test('a last word like the first one is not lost where the answer has no end marker', async () => {
  const server = await serve([sse('x'), sse('y'), sse('z', { id: 1 }), ...cutAfter('xyz')], [sse('x'), end]);
  expect(await run(server, { ...quick, end: false })).toMatchObject({ outcome: 'complete', text: 'xyzx' });
});

describe('when a connection ends: before anything has arrived', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('a GET is tried again after a %i', async (status) => {
    const server = await serve(answer(status, 'text/plain', 'busy'), [sse('a'), endEvent, end]);
    expect(await run(server, { ...quick, transport: 'fetch' })).toMatchObject({
      outcome: 'complete',
      requests: 2,
    });
  });

  test.each([429, 503, 529])(
    'a POST is tried again after a %i, which says that it was not taken',
    async (status) => {
      const server = await serve(answer(status, 'text/plain', 'busy'), [sse('a'), endEvent, end]);
      expect(await run(server, post)).toMatchObject({ outcome: 'complete', requests: 2 });
    },
  );

  test('a POST is tried again where the server says that it may be', async () => {
    const server = await serve(answer(500, 'text/plain', 'oh', { 'x-should-retry': 'true' }), [
      sse('a'),
      endEvent,
      end,
    ]);
    expect(await run(server, post)).toMatchObject({ outcome: 'complete', requests: 2 });
  });

  // Not 408: Chrome itself repeats a request that gets one on a connection that was used before.
  test.each([500, 502, 504])('a POST is not tried again after a %i', async (status) => {
    const server = await serve(answer(status, 'text/plain', 'oh'), [sse('a'), endEvent, end]);
    expect(await run(server, post)).toMatchObject({
      outcome: 'failed',
      requests: 1,
      error: { status, body: 'oh' },
    });
  });

  test('a POST with an Idempotency-Key is tried again, under the same key', async () => {
    const server = await serve(answer(500, 'text/plain', 'oh'), [reset], [sse('a'), endEvent, end]);
    expect(await run(server, { ...post, idempotencyKey: true })).toMatchObject({
      outcome: 'complete',
      requests: 3,
    });
    const keys = (await server.requests()).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\d-]{16,}$/);
  });

  test('a GET that brings nothing is retried up to the limit, then fails with the last error', async () => {
    const server = await serve([end]);
    expect(await run(server, { ...quick, transport: 'fetch' })).toMatchObject({
      outcome: 'complete',
      requests: 4,
    });
    const failing = await serve(answer(500, 'text/html', '<h1>oh</h1>'));
    expect(await run(failing, { ...quick, transport: 'fetch' })).toMatchObject({
      outcome: 'failed',
      error: { code: 'http', status: 500, body: '<h1>oh</h1>' },
      requests: 4,
    });
  });

  test('a comment is no answer: a GET that had only that is tried again', async () => {
    const server = await serve([write(': hello\n\n'), cut], [sse('a'), endEvent, end]);
    expect(await run(server, { ...quick, transport: 'fetch' })).toMatchObject({ text: 'a', requests: 2 });
  });

  test("`reconnect: 'never'` asks once", async () => {
    const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')]);
    const options: StreamOptions = { ...quick, transport: 'fetch', reconnect: 'never' };
    expect(await run(server, options)).toMatchObject({ outcome: 'truncated', requests: 1 });
    const failing = await serve(answer(503, 'text/plain', ''));
    expect(await run(failing, options)).toMatchObject({ outcome: 'failed', requests: 1 });
  });
});

describe("when a connection ends: with `reconnect: 'always'`", () => {
  test.each(bothTransports)('it starts again, and the text starts over (%s)', async (transport) => {
    const server = await serve([sse('a'), sse('b'), end], [sse('c'), endEvent, end]);
    const reconnections: Reconnection[] = [];
    const result = await run(server, {
      ...quick,
      transport,
      reconnect: 'always',
      onReconnect: (reconnection) => reconnections.push(reconnection),
    });
    expect(result).toMatchObject({ outcome: 'complete', text: 'c', requests: 2, metrics: { reconnects: 1 } });
    expect(reconnections).toMatchObject([{ attempt: 1, restarted: true }]);
  });

  test('it backs off before it starts again, on native EventSource too', async () => {
    const server = await serve([sse('a'), end]);
    const delays: number[] = [];
    const source = stream(server.url, {
      reconnect: 'always',
      retry: { delay: 1e9, maxDelay: 1e9 },
      onReconnect({ delay }) {
        delays.push(delay);
        source.close();
      },
    });
    await source.result;
    expect(delays).toEqual([expect.any(Number)]);
    expect(delays[0]).toBeGreaterThan(0);
  });

  test('a live feed survives a connection that brings nothing new', async () => {
    const server = await serve([sse('a', { id: 1 }), end], [end], [sse('b', { id: 2 }), endEvent, end]);
    expect(await run(server, { ...quick, reconnect: 'always' })).toMatchObject({ text: 'ab', requests: 3 });
  });
});

describe('when a connection ends: without an end marker', () => {
  test('the answer is complete where none is expected', async () => {
    const server = await serve([sse('a'), end]);
    expect(await run(server, { ...quick, transport: 'fetch' })).toMatchObject({
      outcome: 'complete',
      requests: 1,
    });
    expect(await run(server, { ...quick, end: false })).toMatchObject({ outcome: 'complete' });
  });

  test('the answer is truncated where one is expected', async () => {
    const server = await serve([sse('a'), end]);
    const result = await run(server, { ...post, end: 'end' });
    expect(result).toMatchObject({ outcome: 'truncated', text: 'a', requests: 1 });
    expect(result.error?.message).toMatch(/no end marker/);
  });

  test('native EventSource cannot distinguish a complete answer from a cut one, and does not report it as complete', async () => {
    const server = await serve([sse('a'), end]);
    expect(await run(server, { ...quick, transport: 'eventsource' })).toMatchObject({
      outcome: 'truncated',
      text: 'a',
      requests: 1,
    });
  });
});

describe('what is never requested again', () => {
  test.each([400, 401, 403, 404, 422])('a %i fails at once', async (status) => {
    const server = await serve(answer(status, 'application/json', '{"error":{"message":"no"}}'));
    expect(await run(server, { ...quick, transport: 'fetch' })).toMatchObject({
      outcome: 'failed',
      error: { name: 'HttpError', code: 'http', status, body: '{"error":{"message":"no"}}' },
      requests: 1,
    });
  });

  test.each(bothTransports)('an HTML page with status 200 is no stream (%s)', async (transport) => {
    const server = await serve(answer(200, 'text/html', '<title>Log in</title>'));
    const result = await run(server, { ...quick, transport });
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'http', status: 200 } });
    expect(result.error).toMatchObject({ body: '<title>Log in</title>' });
    expect(result.error?.message).toContain('text/html');
  });

  test('an error page that stalls does not hold the error back', async () => {
    // Not a 401, whose body WebKitGTK reads to its end first.
    const server = await serve([head(403, { 'content-type': 'application/json' }), write('{"err'), hang]);
    const { error } = await run(server, { ...quick, transport: 'fetch' });
    expect(error).toMatchObject({ code: 'http', status: 403, body: '{"err' });
  });

  test('invalid headers are named at the first attempt', async () => {
    const server = await serve([endEvent, end]);
    const { error } = await run(server, { ...quick, headers: { 'not a name': 'x' } });
    expect(error).toMatchObject({ code: 'options', option: 'headers' });
    expect(await server.requests()).toHaveLength(0);
  });

  test('an error page without an end is read to 64 KiB', async () => {
    const server = await serve([head(400, { 'content-type': 'text/plain' }), repeat('x'.repeat(1000), 1e6)]);
    const { error } = await run(server, quick);
    expect(error).toHaveProperty('body.length', 65_536);
    await expect.poll(async () => (await server.requests()).every(({ closed }) => closed)).toBe(true);
  });

  // The EventSource of WebKitGTK takes time that grows with the square of an event's size.
  test.each(engine.browser === 'webkit' ? onlyFetch : bothTransports)(
    'an event of 20 MB fails the stream and loses nothing (%s)',
    async (transport) => {
      const server = await serve([
        sse('before'),
        write('data: '),
        repeat('x'.repeat(1_000_000), 20),
        write('\n\n'),
        endEvent,
        end,
      ]);
      expect(await run(server, { ...quick, transport })).toMatchObject({
        outcome: 'failed',
        text: 'before',
        error: { code: 'event-too-large' },
        requests: 1,
      });
    },
  );

  test('a headers function that throws sends nothing', async () => {
    const server = await serve([endEvent, end]);
    const cause = new Error('no token');
    const result = await run(server, { ...quick, headers: () => Promise.reject(cause) });
    expect(result).toMatchObject({ outcome: 'failed', error: { option: 'headers', cause }, requests: 0 });
  });
});

describe('a server that is killed', () => {
  test.each([
    ['a POST', post, 'truncated'],
    ['a GET without IDs', { ...quick, transport: 'fetch' }, 'truncated'],
    ['a GET on native EventSource', quick, 'truncated'],
  ] as const)('in mid-answer truncates %s, and keeps what arrived', async (_, options, outcome) => {
    const server = await serveKillable([sse('half an '), sse('answer'), hang]);
    const source = stream(server.url, { ...options, end: 'end' });
    const read: string[] = [];
    const reading = (async () => {
      for await (const delta of source.text) {
        read.push(delta);
        if (read.length === 2) await server.kill();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'truncated' });
    const result = await source.result;
    expect(result).toMatchObject({ outcome, text: 'half an answer' });
    expect(read.join('')).toBe(result.text);
  });

  test('and does not come back truncates what could be resumed, once the attempts are used up', async () => {
    const server = await serveKillable([sse('half', { id: 1 }), hang]);
    const source = stream(server.url, quick);
    source.on('message', () => void server.kill());
    const result = await source.result;
    expect(result).toMatchObject({ outcome: 'truncated', text: 'half', metrics: { reconnects: 3 } });
    expect(result.error?.cause).toMatchObject({ code: 'connection' });
  });

  test('before it answers fails the stream', async () => {
    const server = await serveKillable([hang]);
    await server.kill();
    expect(await stream(server.url, quick).result).toMatchObject({
      outcome: 'failed',
      text: '',
      error: { code: 'connection' },
    });
  });
});

describe('time', () => {
  test('a server that does not answer is given up after timeout.connect', async () => {
    const server = await serve([hang]);
    for (const transport of ['fetch', 'eventsource'] as const) {
      const result = await run(server, { transport, timeout: { connect: 20 }, retry: { limit: 0 } });
      expect(result).toMatchObject({ outcome: 'failed', error: { code: 'timeout' } });
      expect(result.error?.message).toContain('timeout.connect');
    }
    await expect.poll(async () => (await server.requests()).every(({ closed }) => closed)).toBe(true);
  });

  test('silence longer than timeout.idle is a break', async () => {
    const server = await serve([sse('a', { id: 1 }), hang], [sse('b', { id: 2 }), endEvent, end]);
    expect(await run(server, { ...quick, timeout: { idle: 50 } })).toMatchObject({
      outcome: 'complete',
      text: 'ab',
      requests: 2,
    });
  });

  test('the server sets the reconnection time, and Retry-After goes above it', async () => {
    const delays: number[] = [];
    const server = await serve(
      [write('retry: 4\n'), sse('a', { id: 1 }), ...cutAfter('a')],
      answer(503, 'text/plain', '', { 'retry-after': '0' }),
      answer(503, 'text/plain', '', { 'retry-after': new Date(0).toUTCString() }),
      [endEvent, end],
    );
    await run(server, {
      transport: 'fetch',
      retry: { delay: 1e6, maxDelay: 1e6 },
      onReconnect: ({ delay }) => delays.push(delay),
    });
    expect(delays).toHaveLength(3);
    expect(delays[0]).toBeLessThanOrEqual(4);
    // After the first in a row no delay is shorter, whatever the server asks for; a date that is past asks for nothing.
    expect(delays[1]).toBe(250);
    expect(delays[2]).toBeGreaterThanOrEqual(250);
  });

  test('progress sets the count of failures back', async () => {
    const attempts: number[] = [];
    const busy = answer(503, 'text/plain', '');
    const server = await serve(busy, busy, [sse('a', { id: 1 }), ...cutAfter('a')], busy, [endEvent, end]);
    await run(server, { ...quick, transport: 'fetch', onReconnect: ({ attempt }) => attempts.push(attempt) });
    expect(attempts).toEqual([1, 2, 1, 2]);
  });

  test('closing during the wait for the next attempt ends it then', async () => {
    const server = await serve(answer(503, 'text/plain', '', { 'retry-after': '50' }));
    const source = stream(server.url, { transport: 'fetch', onReconnect: () => source.close() });
    expect(await source.result).toMatchObject({ outcome: 'stopped' });
  });

  test('the states come in order', async () => {
    const server = await serve(
      // Firefox opens an EventSource at the first byte.
      [write(':\n'), gate('go'), sse('a', { id: 1 }), ...cutAfter('a')],
      [sse('b', { id: 2 }), endEvent, end],
    );
    const source = stream(server.url, { ...quick, onText: server.onText });
    const states = [source.state];
    source.subscribe(() => {
      if (states.at(-1) !== source.state) states.push(source.state);
      if (source.state === 'open') void server.open('go');
    });
    await source.result;
    await Promise.resolve();
    expect(states).toEqual(['idle', 'connecting', 'open', 'reconnecting', 'open', 'closed']);
  });
});
