import { describe, expect, test } from 'vitest';
import { createClient, stream, type EventStream, type StreamOptions } from '../../src/index.ts';
import { json } from '../../src/json.ts';
import { collectsGarbage, leaks } from '../leaks.ts';

/** An answer that arrives at once; it goes on until it is aborted, unless it is whole. */
const answering =
  (events: string): typeof fetch =>
  async (_, init) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(events));
          if (/event: end/.test(events)) controller.close();
          else init!.signal!.addEventListener('abort', () => controller.error(init!.signal!.reason));
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    );
const text = 'data: {"text":"[1, "}\n\n'.repeat(20);
const whole = answering(`${text}event: end\ndata:\n\n`);
const open = answering(text);
const offline = async (): Promise<never> => {
  throw new TypeError('Failed to fetch');
};
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 5));

/** What an application has for as long as its page is open. */
const app = { controller: new AbortController(), headers: new Headers({ 'X-Tea': 'green' }) };
Object.assign(globalThis, { app });

describe.skipIf(!collectsGarbage)('beside a signal that outlives it, nothing is left of a stream', () => {
  const read = async (source: EventStream): Promise<void> => {
    for await (const _ of source.text);
  };
  const breakOut = async (source: EventStream): Promise<void> => {
    for await (const _ of source.text) break;
  };
  const close = async (source: EventStream): Promise<void> => {
    source.on('message', () => source);
    source.subscribe(() => source);
    await aWhile();
    source.close();
  };
  const closeWhileWaiting = async (source: EventStream): Promise<void> => {
    const [first, second] = [source.text, source.text].map((each) => each[Symbol.asyncIterator]());
    await first!.next();
    void second!.next();
    source.close();
  };

  test.each<[string, typeof fetch, StreamOptions, (source: EventStream) => unknown]>([
    ['that was read', whole, {}, read],
    ['that was left by `break`', open, {}, breakOut],
    ['that was closed', open, {}, close],
    ['that was closed while its iterators wait', open, {}, closeWhileWaiting],
    ['that was closed while a slow reader holds it back', answering(text.repeat(40)), {}, closeWhileWaiting],
    ['that was closed before its request', open, {}, (source) => source.close()],
    [
      'that was closed, and whose result was asked for then',
      open,
      {},
      async (source) => {
        source.close();
        await source.result;
      },
    ],
    ['that has failed', offline, { retry: { limit: 0 } }, ({ result }) => result],
    ['that was closed while it waits to reconnect', offline, {}, close],
    ['that was never consumed', open, {}, () => {}],
    ['that was never consumed, with a resumeKey', open, { resumeKey: 'answer' }, () => {}],
    ['that was closed, with a resumeKey', open, { resumeKey: 'answer' }, close],
    ['whose JSON was left half-way', open, {}, (source) => breakOut({ text: json(source) } as never)],
  ])('%s', async (_, fetch, more, use) => {
    const left = await leaks(async () => {
      // The stream holds its options.
      const options = { fetch, end: 'end', signal: app.controller.signal, headers: app.headers, ...more };
      const source = stream('/answer', options);
      await use(source);
      return { source, options };
    });
    expect(left).toEqual([]);
  });

  test('of a client', async () => {
    const left = await leaks(async () => {
      const { signal } = app.controller;
      const client = createClient({ fetch: whole, end: 'end', signal, headers: app.headers });
      const source = client.stream('/answer');
      await source.result;
      return { client, source };
    });
    expect(left).toEqual([]);
  });
});
