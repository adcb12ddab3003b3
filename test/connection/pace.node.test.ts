import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stream, type StreamOptions, type StreamResult } from '../../src/core.ts';

const EVENTS = { headers: { 'content-type': 'text/event-stream' } };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  // The longest delay that the jitter may give.
  vi.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Asks a server that answers as this function does, and notes when it is asked. */
function ask(answer: (request: number) => Response | Promise<Response>, options: StreamOptions = {}) {
  const start = Date.now();
  const askedAt: number[] = [];
  let result: StreamResult | undefined;
  const source = stream('https://example.com/chat', {
    ...options,
    fetch: async () => answer(askedAt.push(Date.now() - start)),
    onEnd: (end) => (result = end),
  });
  return { source, askedAt, result: () => result, after: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

const event = (text: string): Response => new Response(text, EVENTS);
const busy = (headers: Record<string, string>, status = 503, body = 'busy'): Response =>
  new Response(body, { status, headers: { 'content-type': 'text/plain', ...headers } });

describe('a server that sends `retry: 0` and closes', () => {
  test.each([
    ['a GET', {}],
    ['a POST that resumes', { body: { prompt: 'hi' }, resume: true }],
    ['a live feed', { reconnect: 'always' }],
  ] as const)(
    'after one new event each is asked a dozen times in 5 s at the most (%s)',
    async (_, options) => {
      const { askedAt, source, after } = ask(
        (count) => event(`retry: 0\nid: ${count}\ndata: ${count} \n\n`),
        {
          end: 'end',
          ...options,
        },
      );
      await after(5000);
      expect(askedAt.length).toBeGreaterThan(2);
      expect(askedAt.length).toBeLessThanOrEqual(12);
      // It is never given up, as each brings something new, and ever slower.
      await after(600_000);
      expect(source.state).not.toBe('closed');
      expect(askedAt.at(-1)! - askedAt.at(-2)!).toBeGreaterThanOrEqual(250);
      source.close();
    },
  );

  test('and sends nothing new is given up after `retry.limit` attempts', async () => {
    const { askedAt, result, after } = ask(() => event('retry: 0\n\n'), { end: 'end', retry: { limit: 3 } });
    await after(60_000);
    expect(result()).toMatchObject({ outcome: 'failed' });
    expect(askedAt).toHaveLength(4);
  });
});

test('connections that live for more than 5 s keep the pace of the first', async () => {
  let count = 0;
  const answer = (): Response => {
    count++;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`id: ${count}\ndata: ${count} \n\n`));
        setTimeout(() => controller.close(), 6000);
      },
    });
    return new Response(body, EVENTS);
  };
  const { askedAt, source, after } = ask(answer, { end: 'end', retry: { delay: 100 } });
  await after(60_000);
  expect(askedAt.length).toBeGreaterThanOrEqual(9);
  source.close();
});

test('a quiet live feed that closes in good order goes on for ever', async () => {
  const { askedAt, source, after } = ask(() => event(': nothing new\n\n'), { reconnect: 'always' });
  await after(3_600_000);
  expect(source.state).not.toBe('closed');
  expect(askedAt.length).toBeGreaterThan(50);
  source.close();
});

describe('Retry-After', () => {
  const inTwoSeconds = (hours = 0, zone = 'GMT'): string =>
    new Date(Date.now() + 2000 + hours * 3_600_000).toUTCString().replace('GMT', zone);
  const whole = 'data: hi\n\nevent: end\ndata:\n\n';

  test.each([
    ['in seconds', () => ({ 'retry-after': '7' }), 7000, 7000],
    ['as 0', () => ({ 'retry-after': '0' }), 0, 0],
    ['as a date', () => ({ 'retry-after': inTwoSeconds() }), 1000, 2000],
    ['in milliseconds', () => ({ 'retry-after-ms': '1500' }), 1500, 1500],
    ['in both, the finer one', () => ({ 'retry-after-ms': '1500.5', 'retry-after': '2' }), 1500, 1501],
    ['as a date that is past', () => ({ 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }), 1000, 1000],
    ['as -5', () => ({ 'retry-after': '-5' }), 1000, 1000],
    ['as a word', () => ({ 'retry-after': 'soon' }), 1000, 1000],
    ['twice', () => ({ 'retry-after': '120, 120' }), 1000, 1000],
    ['empty', () => ({ 'retry-after': '' }), 1000, 1000],
    ['as a fraction', () => ({ 'retry-after': '1.5' }), 1500, 1500],
    ['as a fraction of nothing', () => ({ 'retry-after': '.5' }), 1000, 1000],
    ['as a date of another zone', () => ({ 'retry-after': inTwoSeconds(2, '+0200') }), 1001, 2000],
    ['as a date of a zone with a name', () => ({ 'retry-after': inTwoSeconds(-8, 'PST') }), 1001, 2000],
    ['as a date in UTC', () => ({ 'retry-after': inTwoSeconds(0, 'UTC') }), 1001, 2000],
    ['as a date without a zone', () => ({ 'retry-after': inTwoSeconds(0, '').trim() }), 1001, 2000],
    [
      'as a date of ISO 8601',
      () => ({ 'retry-after': new Date(Date.now() + 2000).toISOString() }),
      2000,
      2000,
    ],
    ['as no date', () => ({ 'retry-after': 'Mon, 99 Foo 2026 00:00:00 GMT' }), 1000, 1000],
    ['as garbage in milliseconds', () => ({ 'retry-after-ms': 'NaN' }), 1000, 1000],
  ] as const)('%s sets the wait, or leaves it to the backoff', async (_, headers, least, most) => {
    for (const options of [{}, { body: { prompt: 'hi' } }]) {
      const { askedAt, result, after } = ask(
        (count) => (count === 1 ? busy(headers()) : event(whole)),
        options,
      );
      await after(10_000);
      expect(result()).toMatchObject({ outcome: 'complete', text: 'hi' });
      expect(askedAt[1]).toBeGreaterThanOrEqual(least);
      expect(askedAt[1]).toBeLessThanOrEqual(most);
    }
  });

  test.each([
    { 'retry-after': '3600' },
    { 'retry-after-ms': '3600000' },
    { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' },
    { 'retry-after': '99999999999999999999' },
  ])('over the longest wait fails at once, and the error says how long (%o)', async (headers) => {
    const { askedAt, result, after } = ask(() => busy(headers));
    await after(0);
    const { outcome, error } = result()!;
    expect({ outcome, asked: askedAt.length }).toEqual({ outcome: 'failed', asked: 1 });
    expect(error).toMatchObject({ code: 'http', status: 503 });
    expect(error).toHaveProperty(
      'retryAfter',
      expect.toSatisfy((wait: number) => wait >= 3_600_000),
    );
  });

  test('of an hour is obeyed if the page allows it', async () => {
    const { askedAt, result, after } = ask(
      (count) => (count === 1 ? busy({ 'retry-after': '3600' }) : event(whole)),
      { retry: { maxRetryAfter: 3_600_000 } },
    );
    await after(3_600_000);
    expect(result()).toMatchObject({ outcome: 'complete' });
    expect(askedAt).toEqual([0, 3_600_000]);
  });
});

describe('an attempt that never settles ends after 300 s', () => {
  const never = (): Promise<never> => new Promise(() => {});
  const options: StreamOptions = { retry: { limit: 0 } };

  test.each([
    ['in a headers function', { ...options, headers: never }],
    ['in a body function', { ...options, body: never }],
    ['in fetch', options],
  ] as const)('%s', async (_, given) => {
    const { result, after } = ask(never, given);
    await after(299_000);
    expect(result()).toBeUndefined();
    await after(2000);
    expect(result()).toMatchObject({ outcome: 'failed', error: { code: 'timeout' } });
    expect(result()?.error?.message).toContain('timeout.connect');
  });

  test('in a resume function', async () => {
    const { result, after } = ask(() => event('id: 1\ndata: a\n\n'), {
      ...options,
      retry: { limit: 1, delay: 1 },
      end: 'end',
      resume: never,
    });
    await after(302_000);
    expect(result()).toMatchObject({ outcome: 'truncated', text: 'a' });
  });

  test('a model that takes 33 s to its first byte is asked once', async () => {
    for (const given of [{}, { body: { prompt: 'hi' } }]) {
      const slow = async (): Promise<Response> => {
        await new Promise((resolve) => setTimeout(resolve, 33_000));
        return event('data: hi\n\nevent: end\ndata:\n\n');
      };
      const { askedAt, result, after } = ask(slow, given);
      await after(34_000);
      expect(result()).toMatchObject({ outcome: 'complete', text: 'hi' });
      expect(askedAt).toHaveLength(1);
    }
  });

  test('and close() ends it at once, whatever hangs', async () => {
    const { source, result, after } = ask(never, { headers: never });
    await after(10);
    source.close();
    await after(0);
    expect(result()).toMatchObject({ outcome: 'stopped' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
