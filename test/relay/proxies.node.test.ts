/** Relays behind proxies: what nginx, HAProxy, Caddy, Varnish and a server's own forwarding do to an answer. */
import { describe, expect, test } from 'vitest';
import { stream, type StreamOptions } from '../../src/index.ts';
import { createRelay } from '../../src/server.ts';
import { ask, startServer, textOf } from './harness.ts';
import { startCache, startProxy } from './proxy.ts';

const WORDS = ['one ', 'two ', 'three ', 'four '];
/** The bytes of a response before its first event: the heartbeat, then the ID of the answer. */
const HEARTBEAT = ': heartbeat 15000\n\n'.length;
const HEAD = HEARTBEAT + `id: ${'0'.repeat(32)}:0\n\n`.length;
/** The bytes of `id: <answer>:1`, `data: one ` and a blank line. */
const EVENT = `id: ${'0'.repeat(32)}:1\ndata: one \n\n`.length;

async function start(faults: Parameters<typeof startProxy>[1]) {
  let asked = 0;
  const server = await startServer('handleNode', createRelay({ patience: 500 }), async function* () {
    asked++;
    for (const word of WORDS) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      yield word;
    }
  });
  const proxy = await startProxy(server, faults);
  const read = async (options: StreamOptions) => {
    const result = await stream(proxy, {
      body: { prompt: 'hi' },
      retry: { delay: 1, maxDelay: 2 },
      ...options,
    }).result;
    return { ...result, asked };
  };
  return read;
}

describe('a proxy that ends a broken response cleanly', () => {
  test.each([{}, { format: 'plain' }, { end: 'end' }] as const)(
    'makes no answer of a relay whole (%o)',
    async (options) => {
      const read = await start({ breaksAfter: [HEAD + EVENT] });
      expect(await read(options)).toMatchObject({ outcome: 'truncated', text: 'one ', asked: 1 });
    },
  );

  test('does not keep a whole answer of a relay from being whole', async () => {
    const read = await start({});
    expect(await read({})).toMatchObject({ outcome: 'complete', text: WORDS.join(''), asked: 1 });
  });

  test('is passed by, also where it brings nothing new several times', async () => {
    const read = await start({ breaksAfter: [HEAD + EVENT, HEARTBEAT, HEARTBEAT, HEARTBEAT] });
    expect(await read({ resume: true, end: 'end' })).toMatchObject({
      outcome: 'complete',
      text: WORDS.join(''),
      asked: 1,
    });
  });

  test('is passed by without an end option, too', async () => {
    const read = await start({ breaksAfter: [HEAD + EVENT, HEARTBEAT] });
    expect(await read({ resume: true })).toMatchObject({
      outcome: 'complete',
      text: WORDS.join(''),
      asked: 1,
    });
  });
});

describe('a proxy that drops Last-Event-ID', () => {
  const drops = ['last-event-id'];

  test('appends no second answer to the first', async () => {
    const read = await start({ drops, breaksAfter: [HEAD + EVENT] });
    const result = await read({ resume: true, end: 'end' });
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'truncated' }, asked: 2 });
    expect(result.error!.message).toContain('Last-Event-ID');
    expect(result.text).toBe('one ');
  });

  test('costs nothing where an idempotency key gives the same answer', async () => {
    const read = await start({ drops, breaksAfter: [HEAD + EVENT] });
    expect(await read({ resume: true, idempotencyKey: true, end: 'end' })).toMatchObject({
      outcome: 'complete',
      text: WORDS.join(''),
      asked: 1,
    });
  });
});

test('a cache that ignores Cache-Control gives nobody the rest of an answer, or the answer of somebody else', async () => {
  const owner = (request: Request) => request.headers.get('cookie');
  const relay = createRelay({ owner });
  const cache = await startCache(
    await startServer('handleNode', relay, ({ request }) => [...WORDS, `for ${owner(request)}`]),
  );
  const read = async (cookie: string, lastEventId?: string) =>
    (await ask(cache, { method: 'GET', headers: { cookie }, ...(lastEventId && { lastEventId }) })).done;
  const whole = await read('ada');
  const first = whole.events.find(({ data }) => data === WORDS[0])!;
  expect(textOf(await read('ada', first.id))).toBe(`${WORDS.slice(1).join('')}for ada`);
  expect(textOf(await read('ada'))).toBe(`${WORDS.join('')}for ada`);
  expect(textOf(await read('bob'))).toBe(`${WORDS.join('')}for bob`);
});
