import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fetchEventSource } from '../../src/fetch-event-source.ts';
import { stream as streamAny } from '../../src/index.ts';
import { stream, type StreamOptions } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { answer, cut, cutAfter, end, endEvent, gate, hang, sse, write } from '../server/script.ts';
import { everyTransport, seeingTransports } from './transports.ts';

/** What was reported of other clients of event streams. Each test names its report. */

const quick: StreamOptions = { retry: { delay: 1, maxDelay: 4, limit: 3 } };
const STREAM = { headers: { 'content-type': 'text/event-stream' } };

// https://github.com/graphql-hive/graphql-yoga/pull/3214, https://github.com/Netflix/dgs-framework/issues/1435
describe('an end marker without data', () => {
  test.each(
    ['event: complete\n\n', 'event:complete\r\n\r\n', 'id: 9\nevent: complete\ndata\n\n'].flatMap((tail) =>
      seeingTransports.map(([name, options]) => [JSON.stringify(tail), name, tail, options] as const),
    ),
  )('counts where the response ends with it: %s (%s)', async (_, _name, tail, options) => {
    const server = await serve([write('data: a\r\n\r\n'), write(tail), end]);
    const result = await stream(server.url, { ...options, end: ['complete', 'failed'] }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'a', end: { type: 'complete', data: '' } });
    expect(await server.requests()).toHaveLength(1);
  });

  test.each(seeingTransports)(
    'is not taken for an event where it is no end marker (%s)',
    async (_, options) => {
      const server = await serve([write('data: a\n\nevent: token\n\n'), end]);
      const types: string[] = [];
      for await (const { type } of stream(server.url, { ...options, end: false })) types.push(type);
      expect(types).toEqual(['message']);
    },
  );

  test.each(seeingTransports)('is none where another event follows (%s)', async (_, options) => {
    const server = await serve([write('event: complete\n\n'), sse('a'), end], [endEvent, end]);
    const result = await stream(server.url, { ...options, resume: false, end: 'complete' }).result;
    expect(result).toMatchObject({ outcome: 'truncated', text: 'a' });
  });
});

// https://github.com/whatwg/html/issues/12363
test('native EventSource that reconnects by itself, after the back/forward cache, shows no word twice', async () => {
  const sources: EventTarget[] = [];
  class Native extends EventTarget {
    onopen?: () => void;
    onerror?: (event: Event) => void;
    close = vi.fn();
    constructor() {
      super();
      sources.push(this);
      setTimeout(() => this.onopen?.());
    }
    send(data: string): void {
      if (this.close.mock.calls.length) return;
      this.dispatchEvent(new MessageEvent('message', { data }));
    }
  }
  vi.stubGlobal('EventSource', Native);
  onTestFinished(() => void vi.unstubAllGlobals());
  const server = await serve([sse('warm '), sse('the pot'), endEvent, end]);
  const source = stream(server.url, { ...quick, transport: 'eventsource', reconnect: 'always', end: 'end' });
  const texts: string[] = [];
  source.subscribe(() => texts.push(source.getSnapshot().text));
  await vi.waitFor(() => expect(source.state).toBe('open'));
  const [native] = sources as Native[];
  native!.send('warm ');
  native!.onopen!();
  native!.send('warm ');
  expect(await source.result).toMatchObject({ outcome: 'complete', text: 'warm the pot' });
  expect(native!.close).toHaveBeenCalled();
  expect(texts).not.toContain('warm warm ');
});

// https://github.com/starfederation/datastar/issues/919, https://github.com/bigskysoftware/htmx/issues/2225,
// https://github.com/theopenconversationkit/tock-react-kit/issues/178
describe('a server that is restarted behind its proxy', () => {
  const page = '<html><body>Bad Gateway</body></html>';
  const away = [502, 503, 504].map((status) => answer(status, 'text/html', page));

  test.each(everyTransport)('goes on with the answer afterwards (%s)', async (_, options) => {
    const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')], ...away, [
      sse('b', { id: 2 }),
      endEvent,
      end,
    ]);
    const result = await stream(server.url, { ...options, end: 'end', onText: server.onText }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
    const ids = (await server.requests()).slice(1).map(({ headers }) => headers['last-event-id']);
    expect(ids).toEqual(['1', '1', '1', '1']);
  });

  test.each(everyTransport)('goes on with a feed that has no IDs (%s)', async (_, options) => {
    const server = await serve([sse('a'), ...cutAfter('a')], ...away, [sse('b'), endEvent, end]);
    const feed = { ...options, reconnect: 'always', end: 'end', onText: server.onText } as const;
    expect(await stream(server.url, feed).result).toMatchObject({ outcome: 'complete', text: 'b' });
  });
});

// https://github.com/open-metadata/OpenMetadata/pull/29532
test.each([
  ['text/event-stream', (data: string) => `data:${data}\n\n`],
  ['application/x-ndjson', (data: string) => `${data}\n`],
  ['application/json', (data: string) => `[${data}]`],
])('characters that end a line for Python end none here (%s)', async (type, encode) => {
  const text = 'a\u0085b\u2028c\u2029d';
  const server = await serve(answer(200, type, encode(JSON.stringify({ text }))));
  const result = await stream(server.url, { ...quick, transport: 'fetch', end: false }).result;
  expect(result).toMatchObject({ outcome: 'complete', text });
});

// https://github.com/anomalyco/opencode/issues/25858
test('two chunks that a server has run together are no whole answer', async () => {
  const chunk = (content: string): string =>
    `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${content}"}}]}`;
  const server = await serve([
    write(`${chunk('a')}\n\n${chunk('b').slice(0, 50)}${chunk('c')}\n\ndata: [DONE]\n\n`),
    end,
  ]);
  const { outcome, text, error } = await streamAny(server.url, { body: {} }).result;
  expect({ outcome, text, code: error?.code }).toEqual({ outcome: 'failed', text: 'a', code: 'decode' });
});

// https://github.com/UsefulSoftwareCo/executor/pull/1351, https://github.com/modelcontextprotocol/typescript-sdk/pull/1191
test.each(seeingTransports)(
  'a server that only primes each connection with an ID is asked on (%s)',
  async (_, options) => {
    const prime = (id: number) => [write(`id: ${id}\nretry: 1\ndata:\n\n`), end];
    const server = await serve(prime(1), prime(2), prime(3), [sse('a', { id: 4 }), endEvent, end]);
    const result = await stream(server.url, { ...options, end: 'end' }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'a' });
    expect((await server.requests()).map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '1',
      '2',
      '3',
    ]);
  },
);

// https://github.com/enisdenjo/graphql-sse/issues/55
test.each(seeingTransports)(
  'a server that accepts and closes is not asked for ever (%s)',
  async (_, options) => {
    const server = await serve([write(':\n\n'), end]);
    const more = { retry: { delay: 1, maxDelay: 4, limit: 3 }, idempotencyKey: true, end: 'end' };
    const { outcome } = await stream(server.url, { ...options, ...more }).result;
    expect(outcome).toBe('failed');
    expect((await server.requests()).length).toBeLessThanOrEqual(4);
  },
);

// https://github.com/Portkey-AI/gateway/issues/471
test.each(seeingTransports)(
  '`timeout.connect` does not cut an answer that has begun (%s)',
  async (_, options) => {
    const server = await serve([sse('a'), { wait: 400 }, sse('b'), endEvent, end]);
    const { outcome, text } = await stream(server.url, { ...options, timeout: { connect: 250 } }).result;
    expect({ outcome, text }).toEqual({ outcome: 'complete', text: 'ab' });
  },
);

// https://github.com/openai/openai-node/issues/194
test('an answer that has ended leaves the signal of the caller alone', async () => {
  const { signal } = new AbortController();
  const server = await serve([sse('a'), endEvent, end]);
  const { outcome } = await stream(server.url, { body: 'tea', signal }).result;
  expect([outcome, signal.aborted]).toEqual(['complete', false]);
});

// https://github.com/modelcontextprotocol/typescript-sdk/pull/478, https://github.com/wevm/mppx/pull/209
test.each<[string, (headers: Headers) => HeadersInit]>([
  ['spreads them', (headers) => ({ ...headers, 'X-Own': 'yes' })],
  ['copies them', (headers) => new Headers([...headers, ['X-Own', 'yes']])],
  ['adds to them', (headers) => (headers.set('X-Own', 'yes'), headers)],
])('a `fetch` that adds a header and %s loses none', async (_, add) => {
  const server = await serve([sse('a', { id: 7 }), ...cutAfter('a')], [endEvent, end]);
  const { outcome } = await stream(server.url, {
    ...quick,
    headers: { 'X-Token': 't' },
    body: { prompt: 'tea' },
    resume: true,
    idempotencyKey: 'k',
    onText: server.onText,
    fetch: (input, init) => fetch(input, { ...init, headers: add(init!.headers as Headers) }),
  }).result;
  expect(outcome).toBe('complete');
  const sent = { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-token': 't', 'x-own': 'yes' };
  const requests = await server.requests();
  for (const { headers } of requests) expect(headers).toMatchObject(sent);
  expect(requests[1]?.headers['last-event-id']).toBe('7');
});

describe('a `fetch` of React Native', () => {
  const events = (text: string): Response => new Response(text, STREAM);

  // https://github.com/margelo/react-native-nitro-fetch/issues/149
  test('that ignores the signal and cancel() holds up no stop', async () => {
    const body = {
      getReader: () => ({ read: () => new Promise(() => {}), cancel: () => new Promise(() => {}) }),
    };
    const response = Object.defineProperty(events(''), 'body', { value: body });
    const source = stream('/chat', { fetch: async () => response, body: 'tea' });
    const reading = (async () => {
      for await (const _ of source.text);
    })();
    await vi.waitFor(() => expect(source.state).toBe('open'));
    source.close();
    expect((await source.result).outcome).toBe('stopped');
    await reading;
  });

  // https://github.com/margelo/react-native-nitro-fetch/issues/232
  test('that resolves after the abort changes nothing', async () => {
    let resolve!: (response: Response) => void;
    const fetch = () => new Promise<Response>((resolver) => (resolve = resolver));
    const onText = vi.fn();
    const source = stream('/chat', { fetch, body: 'tea', onText });
    await vi.waitFor(() => expect(resolve).toBeTruthy());
    source.close();
    resolve(events('data: late\n\n'));
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: '' });
    await new Promise((done) => setTimeout(done, 20));
    expect(onText).not.toHaveBeenCalled();
  });
});

// https://github.com/razshare/sveltekit-sse/issues/73, https://github.com/vercel/ai/issues/20991
test.each([
  ...seeingTransports,
  ['a package', { transport: fetchEventSource, retry: { limit: 0 } }] as const,
])(
  'a server that goes away, or a reader that does, leaves no unhandled rejection (%s)',
  async (_, options) => {
    const reasons: unknown[] = [];
    const note = (event: PromiseRejectionEvent): void => void reasons.push(event.reason);
    addEventListener('unhandledrejection', note);
    onTestFinished(() => removeEventListener('unhandledrejection', note));
    const server = await serve([sse('a'), cut]);
    await stream(server.url, { ...options, ...quick }).result;
    const open = await serve([sse('a'), gate('never'), hang]);
    const source = stream(open.url, { ...options, ...quick });
    for await (const _ of source) break;
    await source.result;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reasons).toEqual([]);
  },
);
