import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stream, type EventStream, type StreamOptions } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, gate, hang, sse, write, type Step } from '../server/script.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => {
  vi.useRealTimers();
  Reflect.deleteProperty(document, 'hidden');
});

/** Hides the page for so long, and shows it again, as a phone does. */
function leaveFor(ms: number): void {
  for (const isHidden of [true, false]) {
    Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    if (isHidden) vi.setSystemTime(Date.now() + ms);
  }
}

/** Asks, and resolves when the first text is here. */
async function begin(url: string, options: StreamOptions): Promise<EventStream> {
  return new Promise((resolve) => {
    const source = stream(url, {
      retry: { delay: 1, maxDelay: 1 },
      ...options,
      onText: () => resolve(source),
    });
  });
}

/** Lets the simulated time go by, and real time, too, in which servers answer. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await vi.advanceTimersByTimeAsync(10);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

const dead: Step[] = [sse('a', { id: 1 }), hang];
const rest: Step[] = [sse('b', { id: 2 }), endEvent, end];
const post = { body: { prompt: 'hi' }, resume: true } as const;

test.each([
  ['a POST that resumes', dead, post],
  ['a GET that is said to resume, by native EventSource', dead, { resume: true }],
  ['an answer with heartbeats', [write(': heartbeat 15000\n\n'), ...dead], { transport: 'fetch' }],
] as const)(
  'a connection that died unheard while the page was hidden is made again: %s',
  async (_, first, options) => {
    const server = await serve([...first], rest);
    const source = await begin(server.url, options);
    leaveFor(6000);
    await vi.advanceTimersByTimeAsync(5000);
    await until(() => source.state === 'closed');
    expect(await source.result).toMatchObject({ outcome: 'complete', text: 'ab' });
    const requests = await server.requests();
    expect(requests).toHaveLength(2);
    expect(requests[1]!.headers['last-event-id']).toBe('1');
  },
);

test('a connection that died unheard is made again when the network is back, as after a sleep', async () => {
  const server = await serve(dead, rest);
  const source = await begin(server.url, post);
  dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(4000);
  expect(source.state).toBe('open');
  await vi.advanceTimersByTimeAsync(1000);
  await until(() => source.state === 'closed');
  expect(await source.result).toMatchObject({ outcome: 'complete', text: 'ab' });
  expect((await server.requests())[1]!.headers['last-event-id']).toBe('1');
});

test.each([
  ['something came after the return', post, 6000, async (open: () => Promise<void>) => open()],
  ['the page was hidden for a moment', post, 4000, undefined],
  ['the server may not resume', { body: { prompt: 'hi' } }, 6000, undefined],
  ['nobody said that the server resumes: it might ask the model again', {}, 6000, undefined],
  ['the page wants no limit', { ...post, timeout: { idle: 0 } }, 6000, undefined],
] as const)('a connection that may be alive is left alone: %s', async (_, options, away, alive) => {
  const server = await serve([
    sse('a', { id: 1 }),
    gate('first'),
    sse('b', { id: 2 }),
    gate('second'),
    endEvent,
    end,
  ]);
  let received = (): void => {};
  const source = await begin(server.url, options);
  source.subscribe(() => source.getSnapshot().text === 'ab' && received());
  leaveFor(away);
  const more = new Promise<void>((resolve) => (received = resolve));
  if (alive) {
    await alive(() => server.open('first'));
    await more;
  }
  await vi.advanceTimersByTimeAsync(60_000);
  if (!alive) await server.open('first');
  await server.open('second');
  expect(await source.result).toMatchObject({ outcome: 'complete', text: 'ab', metrics: { reconnects: 0 } });
});

test('hiding and showing the page while the model thinks uses up no attempts', async () => {
  const server = await serve(dead, ...Array.from({ length: 8 }, () => [write(':\n\n'), hang]), rest);
  let chunks = 0;
  const source = await begin(server.url, {
    ...post,
    retry: { limit: 1, delay: 1, maxDelay: 1 },
    fetch: async (...args) => {
      const response = await fetch(...args);
      const counter = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          chunks++;
          controller.enqueue(chunk);
        },
      });
      return new Response(response.body!.pipeThrough(counter), response);
    },
  });
  for (let times = 1; times <= 9; times++) {
    leaveFor(6000);
    await vi.advanceTimersByTimeAsync(5000);
    // The comment must be here, not only the headers: after the page is hidden, it would show that the server is alive.
    await until(() => chunks > times || source.state === 'closed');
  }
  expect(await source.result).toMatchObject({ outcome: 'complete', text: 'ab' });
});
