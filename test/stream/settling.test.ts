import { afterEach, describe, expect, test, vi } from 'vitest';
import { stream, type StreamOptions } from '../../src/core.ts';
import { openaiChat } from '../../src/formats.ts';
import { typewriter } from '../../src/typewriter.ts';
import { serve } from '../server/client.ts';
import { answer, end, endEvent, gate, hang, sse } from '../server/script.ts';

const hello = [sse('hel'), sse('lo'), endEvent, end];

afterEach(() => vi.restoreAllMocks());

/** A signal of a frame, and so of another realm, that follows this one. */
function inFrame(signal: AbortSignal): AbortSignal {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const { AbortController: FrameController } = frame.contentWindow as unknown as typeof globalThis;
  const controller = new FrameController();
  signal.addEventListener('abort', () => controller.abort(signal.reason));
  return controller.signal;
}

describe('a signal', () => {
  test.each<[string, (url: string, signal: AbortSignal) => ReturnType<typeof stream>]>([
    ['of the options', (url, signal) => stream(url, { signal, transport: 'fetch' })],
    ['of the options, on native EventSource', (url, signal) => stream(url, { signal })],
    ['of a frame', (url, signal) => stream(url, { signal: inFrame(signal) })],
    ['of a Request', (url, signal) => stream(new Request(url, { signal }))],
    ['of a POST Request', (url, signal) => stream(new Request(url, { signal, method: 'POST', body: 'x' }))],
    [
      'of a Request beside another',
      (url, signal) => stream(new Request(url, { signal }), { signal: new AbortController().signal }),
    ],
    ['of the options beside a Request’s', (url, signal) => stream(new Request(url), { signal })],
  ])('%s stops the stream, and closes the connection', async (_, open) => {
    const server = await serve([sse('hel'), gate('never'), ...hello]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const source = open(server.url, controller.signal);
    const reading = (async () => {
      for await (const _ of source.text) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: 'hel', error: undefined });
    await expect.poll(async () => (await server.requests()).every(({ closed }) => closed)).toBe(true);
  });

  test.each(['options', 'Request'])(
    'that was aborted before, of the %s, calls onEnd after stream() has returned',
    async (where) => {
      const server = await serve(hello);
      const signal = AbortSignal.abort();
      const ends: string[] = [];
      let source: ReturnType<typeof stream> | undefined;
      const options: StreamOptions = {
        onEnd: ({ outcome }) => void ends.push(outcome, source!.state),
        onError: () => void ends.push('error'),
      };
      source =
        where === 'Request'
          ? stream(new Request(server.url, { signal }), options)
          : stream(server.url, { ...options, signal });
      expect(ends).toEqual([]);
      expect(await source.result).toMatchObject({ outcome: 'stopped' });
      expect(ends).toEqual(['stopped', 'closed']);
      expect(await server.requests()).toEqual([]);
    },
  );
});

describe('a page that the browser calls offline', () => {
  test.each([
    ['a GET', { transport: 'fetch' }],
    ['a POST', { body: { prompt: 'hi' } }],
    ['native EventSource', {}],
  ] as const)('tries all the same, as its server may be on this machine (%s)', async (_, options) => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    const busy = answer(503, 'text/plain', 'busy');
    const server = await serve(busy, busy, hello);
    const result = await stream(server.url, { ...options, retry: { delay: 1, maxDelay: 4 } }).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hello' });
  });
});

describe('in a page without performance.measure and matchMedia', () => {
  test.each(['fetch', 'eventsource'] as const)(
    'a stream settles without performance.measure (%s)',
    async (transport) => {
      const server = await serve(hello);
      const { measure } = performance;
      Object.assign(performance, { measure: undefined });
      try {
        const result = await stream(server.url, { transport }).result;
        expect(result).toMatchObject({ outcome: 'complete', text: 'hello' });
        expect(result.metrics.durationMs).toBeGreaterThan(0);
      } finally {
        delete (performance as Partial<Performance>).measure;
        expect(performance.measure).toBe(measure);
      }
    },
  );

  test('a stream settles where a script of the page has replaced performance.measure', async () => {
    const server = await serve(hello);
    vi.spyOn(performance, 'measure').mockImplementation(() => {
      throw new Error('of another script');
    });
    expect(await stream(server.url).result).toMatchObject({ outcome: 'complete', text: 'hello' });
    vi.mocked(performance.measure).mockRestore();
  });

  test('a typewriter types without matchMedia', async () => {
    const server = await serve(hello);
    const output = document.createElement('output');
    vi.stubGlobal('matchMedia', undefined);
    try {
      await typewriter(stream(server.url, {}), output).finished;
    } finally {
      vi.unstubAllGlobals();
    }
    expect(output.textContent).toBe('hello');
  });
});

describe('performance entries', () => {
  const count = (): number =>
    performance.getEntriesByType('measure').filter(({ name }) => name.startsWith('teleprinter:')).length;
  const local = (options: StreamOptions = {}): ReturnType<typeof stream> =>
    stream(
      new Response('data: hi\n\nevent: end\ndata:\n\n', { headers: { 'content-type': 'text/event-stream' } }),
      options,
    );

  test('are as many after 1,100 streams as a page can afford, and the newest are there', async () => {
    performance.clearMeasures();
    performance.measure('of the page');
    for (let at = 0; at < 1100; at++) await local().result;
    expect(count()).toBeLessThanOrEqual(400);
    expect(count()).toBeGreaterThan(0);
    expect(performance.getEntriesByName('teleprinter:duration').length).toBeGreaterThan(0);
    expect(performance.getEntriesByName('of the page')).toHaveLength(1);
  });

  test('are none with `userTiming: false`, and the metrics are there', async () => {
    performance.clearMeasures();
    const { metrics } = await local({ userTiming: false }).result;
    expect(count()).toBe(0);
    // WebKit counts whole milliseconds.
    expect(metrics.durationMs).toBeGreaterThanOrEqual(0);
  });
});

test('an event ID of 200,000 characters does not break the next request', async () => {
  for (const options of [{ transport: 'fetch' }, { body: { prompt: 'hi' }, resume: true }] as const) {
    const server = await serve([sse('a', { id: 'x'.repeat(200_000) }), end], hello);
    const result = await stream(server.url, { ...options, end: 'end', retry: { delay: 1 } }).result;
    expect(result).toMatchObject({ outcome: 'truncated', text: 'a' });
    expect(result.error?.message).toContain('200000');
    expect(await server.requests()).toHaveLength(1);
  }
});

test('usage with new keys in each event takes time in proportion to what arrives', async () => {
  const time = async (events: number): Promise<number> => {
    const body = Array.from(
      { length: events },
      (_, at) =>
        `data: {"id":"c","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":1,"k${at}":1}}\n\n`,
    ).join('');
    const response = new Response(`${body}data: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    });
    const start = performance.now();
    await stream(response, { format: openaiChat() }).result;
    return performance.now() - start;
  };
  await time(1000);
  const [small, large] = [await time(4000), await time(32_000)];
  // Linear is 8 times as long; quadratic 64.
  expect(large).toBeLessThan(Math.max(small, 5) * 24);
});

test('close() releases a connection that hangs, on every transport', async () => {
  for (const options of [{}, { transport: 'fetch' }, { body: 'x' }] as const) {
    const server = await serve([hang]);
    const source = stream(server.url, options);
    const { result } = source;
    await expect.poll(async () => (await server.requests()).length).toBe(1);
    source.close();
    expect(await result).toMatchObject({ outcome: 'stopped' });
    await expect.poll(async () => (await server.requests()).every(({ closed }) => closed)).toBe(true);
  }
});

test('a resume function that returns no address ends the stream, and sends no request', async () => {
  const server = await serve([sse('hel', { id: 1 }), end]);
  const { outcome, text, error } = await stream(server.url, {
    body: { prompt: 'hi' },
    end: 'end',
    retry: { delay: 1 },
    resume: (() => undefined) as unknown as () => string,
  }).result;
  expect({ outcome, text }).toEqual({ outcome: 'failed', text: 'hel' });
  expect(error).toMatchObject({ code: 'options', option: 'resume' });
  expect(await server.requests()).toHaveLength(1);
});
