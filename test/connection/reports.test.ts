import { describe, expect, onTestFinished, test } from 'vitest';
import { fetchEventSource } from '../../src/fetch-event-source.ts';
import { stream as streamAny } from '../../src/index.ts';
import { stream, type StreamOptions, type Transport } from '../../src/core.ts';
import { aiSdk, auto, resumeAiSdk } from '../../src/formats.ts';
import { serve } from '../server/client.ts';
import { answer, bytes, cutAfter, end, endEvent, gate, hang, head, sse, write } from '../server/script.ts';
import { everyTransport, seeingTransports } from './transports.ts';

/** What other clients, proxies and browsers were reported to do. Each test names its report. */

const quick: StreamOptions = { retry: { delay: 1, maxDelay: 4, limit: 3 } };
const STREAM = { headers: { 'content-type': 'text/event-stream' } };

/** A `fetch` that answers as this function does. */
function fakeFetch(respond: (headers: Headers, count: number) => Response | Promise<Response>) {
  let count = 0;
  const fetch: typeof globalThis.fetch = async (_, init) => respond(new Headers(init?.headers), ++count);
  return { fetch, count: () => count };
}

/** A body that gives this text, and then breaks as the browser has it. */
function breaking(text: string, error: Error): Response {
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isFirst) controller.enqueue(new TextEncoder().encode(text));
      else controller.error(error);
      isFirst = false;
    },
  });
  return new Response(body, STREAM);
}

/** Collects the promise rejections that nobody handles. */
function unhandled(): unknown[] {
  const reasons: unknown[] = [];
  const note = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    reasons.push(event.reason);
  };
  addEventListener('unhandledrejection', note);
  onTestFinished(() => removeEventListener('unhandledrejection', note));
  return reasons;
}

describe('browsers', () => {
  // https://github.com/ginlix-ai/LangAlpha/pull/291, https://github.com/dust-tt/dust/pull/26202
  test.each([
    ['Safari, after the background', new TypeError('Load failed')],
    ['Chrome', new TypeError('network error')],
    ['Firefox', new TypeError('Error in input stream')],
    ['Chrome, after sleep', new TypeError('net::ERR_NETWORK_IO_SUSPENDED')],
    ['an HTTP/2 proxy', new DOMException('The operation was aborted.', 'AbortError')],
  ])('a read that %s rejects is a lost connection, whatever it is called', async (_, error) => {
    const { fetch } = fakeFetch((headers, count) => {
      if (count === 1) return breaking('id: 1\ndata: a\n\n', error);
      expect(headers.get('last-event-id')).toBe('1');
      return new Response('id: 2\ndata: b\n\nevent: end\ndata:\n\n', STREAM);
    });
    const result = await stream('/chat', { ...quick, fetch, end: 'end' }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
  });

  // https://github.com/Azure/fetch-event-source/issues/78
  test.each([
    ['fetch', {}],
    ['fetch-event-source', { transport: fetchEventSource }],
  ] as const)('a POST whose connection breaks is not sent a second time (%s)', async (_, options) => {
    const server = await serve([sse('half'), ...cutAfter('half')]);
    const result = await stream(server.url, {
      ...quick,
      ...options,
      body: { prompt: 'hi' },
      onText: server.onText,
    }).result;
    expect(result).toMatchObject({ outcome: 'truncated', text: 'half' });
    expect(await server.requests()).toHaveLength(1);
  });

  // https://github.com/tiann/hapi/issues/1559
  test.each(everyTransport)(
    'a stream that has gone on says that it is open, though nothing comes (%s)',
    async (_, options) => {
      const server = await serve(
        [sse('a', { id: 1 }), ...cutAfter('a')],
        [write(':\n'), gate('go'), endEvent, end],
      );
      const source = stream(server.url, { ...options, end: 'end', onText: server.onText });
      const states = new Set<string>();
      source.subscribe(() => states.add(source.state));
      await expect.poll(() => states.has('reconnecting') && source.state).toBe('open');
      expect(source.getSnapshot()).toMatchObject({ state: 'open', error: undefined });
      await server.open('go');
      expect(await source.result).toMatchObject({ outcome: 'complete', text: 'a' });
    },
  );

  // https://github.com/react/react-native/issues/27741, https://github.com/react/react-native/issues/37505
  test.each([
    ['have no stream to read', undefined],
    ['have a stream of Node, as those of node-fetch', { pipe() {} }],
  ])('a fetch whose responses %s is read whole', async (_, body) => {
    const { fetch, count } = fakeFetch(() => {
      const response = new Response('data: hi\n\nevent: end\ndata:\n\n', STREAM);
      Object.defineProperty(response, 'body', { value: body });
      return response;
    });
    const result = await stream('/chat', { ...quick, fetch, body: { prompt: 'hi' } }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hi' });
    expect(count()).toBe(1);
  });

  test('a fetch that removes the signal from its options, as that of abortcontroller-polyfill, is read', async () => {
    const { fetch } = fakeFetch(() => new Response('data: hi\n\nevent: end\ndata:\n\n', STREAM));
    const removing: typeof fetch = (input, init) => {
      const response = fetch(input, { ...init });
      delete init!.signal;
      return response;
    };
    const result = await stream('/chat', { ...quick, fetch: removing, body: { prompt: 'hi' } }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hi' });
  });

  test('a fetch that gives a long answer whole waits for its reader', async () => {
    const length = 150_000;
    const { fetch } = fakeFetch(() => {
      const response = new Response(`${'data: x\n\n'.repeat(length)}event: end\ndata:\n\n`, STREAM);
      Object.defineProperty(response, 'body', { value: undefined });
      return response;
    });
    let read = 0;
    for await (const _ of stream('/chat', { ...quick, fetch, body: { prompt: 'hi' } })) read++;
    expect(read).toBe(length);
  });
});

describe('clients', () => {
  // https://github.com/modelcontextprotocol/typescript-sdk/pull/2509
  test.each([
    ['a GET', { transport: 'fetch' }],
    ['a POST', { body: { prompt: 'hi' }, resume: true }],
  ] as const)('a resumed connection that brings nothing keeps the place (%s)', async (_, options) => {
    const server = await serve(
      [sse('a', { id: 'e1' }), ...cutAfter('a')],
      [write(': hi\n\n'), hang],
      [sse('b', { id: 'e2' }), endEvent, end],
    );
    const result = await stream(server.url, {
      ...quick,
      ...options,
      timeout: { idle: 100 },
      end: 'end',
      onText: server.onText,
    }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
    const ids = (await server.requests()).map(({ headers }) => headers['last-event-id']);
    expect(ids).toEqual([undefined, 'e1', 'e1']);
  });

  // https://github.com/Yaffle/EventSource/issues/133, https://github.com/EventSource/eventsource/issues/156,
  // https://github.com/bigskysoftware/htmx/pull/4081, https://github.com/anomalyco/opencode/issues/47963
  test.each(everyTransport)(
    'close() leaves no rejected promise behind, whenever it comes (%s)',
    async (_, options) => {
      const reasons = unhandled();
      const server = await serve([sse('a', { id: 1 }), hang]);
      for (const when of ['before the request', 'before the answer', 'in mid-answer', 'in a loop'] as const) {
        const source = stream(server.url, options);
        source.on('message', () => when === 'in mid-answer' && source.close());
        if (when === 'before the answer') await Promise.resolve();
        if (when.startsWith('before')) source.close();
        if (when === 'in a loop') for await (const _ of source.text) break;
        source.close();
        expect((await source.result).outcome).toBe('stopped');
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(reasons).toEqual([]);
    },
  );

  // https://github.com/joshmossas/event-source-plus/issues/29
  test.each(everyTransport)(
    'a time limit is told once, also where its callback closes the stream (%s)',
    async (_, options) => {
      const server = await serve([hang]);
      const told: string[] = [];
      const source = stream(server.url, {
        ...options,
        timeout: { connect: 30 },
        retry: { limit: 0 },
        onError: ({ code }) => {
          told.push(code);
          source.close();
        },
        onEnd: ({ outcome }) => {
          told.push(outcome);
          source.close();
        },
      });
      await source.result;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(told).toEqual(['timeout', 'failed']);
    },
  );

  // https://github.com/Azure/fetch-event-source/issues/50, https://github.com/launchdarkly/ruby-eventsource/pull/24
  test.each(everyTransport)(
    'newlines at the start of an event, or alone in it, are text (%s)',
    async (_, options) => {
      const server = await serve([sse('a'), sse('\n'), sse('\n\nb'), sse('c\n'), endEvent, end]);
      const result = await stream(server.url, options).result;
      expect(result).toMatchObject({ outcome: 'complete', text: 'a\n\n\nbc\n' });
    },
  );

  // https://github.com/Wave-RF/WaveHouse/issues/471
  test('a server of another origin that does not allow Last-Event-ID is not asked for ever', async () => {
    const { fetch, count } = fakeFetch((headers) => {
      if (headers.has('last-event-id')) throw new TypeError('Failed to fetch');
      return breaking('id: 1\ndata: a\n\n', new TypeError('network error'));
    });
    const result = await stream('/chat', { ...quick, fetch }).result;
    expect(result).toMatchObject({
      outcome: 'truncated',
      text: 'a',
      error: { cause: { code: 'connection' } },
    });
    expect(count()).toBe(4);
  });

  // https://github.com/vercel/ai/issues/14688
  test('a chat of the AI SDK that is replayed after a reload comes once', async () => {
    const part = (value: object) => sse(JSON.stringify(value));
    const first = [
      part({ type: 'start', messageId: 'm1' }),
      part({ type: 'reasoning-start', id: 'r' }),
      part({ type: 'reasoning-delta', id: 'r', delta: 'hm' }),
      part({ type: 'text-start', id: 't' }),
      part({ type: 'text-delta', id: 't', delta: 'half ' }),
    ];
    const last = [part({ type: 'text-delta', id: 't', delta: 'whole' }), part({ type: 'finish' }), end];
    const server = await serve([...first, ...cutAfter('half ')], [...first, ...last]);
    const options: StreamOptions = {
      body: { id: '7' },
      resumeKey: 'ai-sdk',
      format: aiSdk(),
      resume: resumeAiSdk(server.url, '7'),
    };
    const broken = await stream(server.url, { ...options, retry: { limit: 0 }, onText: server.onText })
      .result;
    expect(broken).toMatchObject({ outcome: 'truncated', text: 'half ', reasoning: 'hm' });
    const result = await stream(server.url, options).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'half whole', reasoning: 'hm' });
    expect((await server.requests()).map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});

describe('proxies and servers', () => {
  test.each([
    ['GET', {}],
    ['POST', { body: { prompt: 'hi' } }],
  ] as const)('a stream of nothing but comments is no answer (%s)', async (_, options) => {
    const server = await serve([write(': OPENROUTER PROCESSING\n\n'), end]);
    const result = await streamAny(server.url, { retry: { limit: 1, delay: 1 }, ...options }).result;
    expect(result).toMatchObject({ outcome: 'failed', text: '', error: { code: 'truncated' } });
  });

  test('events that a transport reports after the abort change nothing', async () => {
    const ready: (() => void)[] = [];
    const opened: unknown[] = [];
    const late: Transport = {
      name: 'late',
      connect: (_, sink) =>
        new Promise(() => {
          sink.open();
          sink.id('1');
          sink.events([{ type: 'message', data: 'a', id: '1' }]);
          sink.events([{ type: 'end', data: '', id: undefined }]);
          ready.push(() => {
            sink.open();
            sink.bytes?.(5);
            sink.id('2');
            sink.events([{ type: 'message', data: 'b', id: '2' }]);
          });
          ready[0]?.();
        }),
    };
    const { result } = stream('https://example.com/', {
      transport: late,
      onOpen: (open) => opened.push(open),
    });
    expect(await result).toMatchObject({ outcome: 'complete', text: 'a', lastEventId: '1' });
    expect((await result).metrics.bytes).toBeUndefined();
    expect(opened).toHaveLength(1);
  });

  // https://github.com/galaxyproject/galaxy/pull/22629
  test.each(everyTransport)(
    'an HTML page of a load balancer in mid-answer passes (%s)',
    async (_, options) => {
      const page = answer(502, 'text/html', '<html><title>502 Bad Gateway</title></html>');
      const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')], page, [
        sse('b', { id: 2 }),
        endEvent,
        end,
      ]);
      const result = await stream(server.url, { ...options, end: 'end', onText: server.onText }).result;
      expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
    },
  );

  // https://github.com/ollioddi/crowdsec-local-dashboard/pull/13
  test.each(everyTransport)(
    'a session that ends in mid-answer, with a login page, is not asked for ever (%s)',
    async (_, options) => {
      const login = answer(200, 'text/html', '<!doctype html><title>Log in</title>');
      const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')], login);
      const result = await stream(server.url, { ...options, end: 'end', onText: server.onText }).result;
      expect(result).toMatchObject({ outcome: 'failed', text: 'a', error: { code: 'http', status: 200 } });
      expect(await server.requests()).toHaveLength(2);
    },
  );

  // https://github.com/lemonade-sdk/lemonade/pull/3448
  test('a stream that closes in good order without a single event is no answer', async () => {
    const server = await serve([head(200), write(': hi\n\n'), end]);
    const result = await stream(server.url, { body: { prompt: 'hi' }, format: auto() }).result;
    expect(result).toMatchObject({ outcome: 'failed', text: '' });
    expect(result.error?.message).toContain('before an answer had begun');
  });

  // https://github.com/QuantumNous/new-api/issues/971
  test('a 524 of Cloudflare is reported by its status, and a POST is not sent again', async () => {
    const server = await serve(
      answer(524, 'text/html; charset=UTF-8', '<!DOCTYPE html><title>524: A timeout occurred</title>'),
    );
    const { error } = await stream(server.url, { body: { prompt: 'hi' } }).result;
    expect(error).toMatchObject({ code: 'http', status: 524, hint: expect.stringContaining('HTML') });
    expect(error?.message).toContain('524');
    expect(await server.requests()).toHaveLength(1);
  });

  // https://github.com/rexxars/eventsource-parser/issues/17, https://github.com/petarzarkov/dunx/pull/115
  test.each(seeingTransports)(
    'a line end that is split between chunks ends one line (%s)',
    async (_, options) => {
      const server = await serve([
        write('data: A\r\n'),
        { wait: 10 },
        write('data: B\r'),
        { wait: 10 },
        write('\ndata: C\r'),
        { wait: 10 },
        write('data: D\r\n'),
        { wait: 10 },
        write('\r'),
        { wait: 10 },
        write('\nevent: end\ndata:\n\n'),
        end,
      ]);
      const result = await stream(server.url, options).result;
      expect(result).toMatchObject({ outcome: 'complete', text: 'A\nB\nC\nD' });
    },
  );

  // https://github.com/elizaOS/eliza/issues/19260, https://github.com/rexxars/eventsource-parser/pull/41
  test.each(seeingTransports.filter(([name]) => name !== 'fetch-event-source'))(
    'a byte order mark that comes apart takes no event with it (%s)',
    async (_, options) => {
      const apart = [bytes(0xef), { wait: 10 }, bytes(0xbb), { wait: 10 }, bytes(0xbf)];
      const server = await serve([...apart, sse('first'), sse('second'), endEvent, end]);
      const result = await stream(server.url, options).result;
      expect(result).toMatchObject({ outcome: 'complete', text: 'firstsecond' });
    },
  );

  // https://github.com/athrvk/vayu/issues/21, https://github.com/bigskysoftware/htmx-extensions/issues/184
  test.each(everyTransport)(
    'a server that replays all it has shows nothing twice (%s)',
    async (_, options) => {
      const ticks = Array.from({ length: 600 }, (_, at) => `id: ${at}\ndata: ${at} \n\n`);
      const text = ticks.map((_, at) => `${at} `).join('');
      const server = await serve(
        [write(ticks.slice(0, 500).join('')), gate('has half'), { reset: true }],
        [write(ticks.join('')), endEvent, end],
      );
      const result = await stream(server.url, {
        ...options,
        end: 'end',
        onText: (_delta, all) => all.endsWith('499 ') && void server.open('has half'),
      }).result;
      expect(result).toMatchObject({ outcome: 'complete', text });
    },
  );
});
