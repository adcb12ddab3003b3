import { expect, onTestFinished, test, vi } from 'vitest';
import { stream } from '../../src/core.ts';
import { stream as streamAny } from '../../src/index.ts';
import { heap, tellsHeap } from '../heap.ts';

/** An answer of so many events, made as fast as it is read. */
function events(count: number, event: string, perChunk: number): Response {
  const chunk = new TextEncoder().encode(event.repeat(perChunk));
  let made = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (made < count) controller.enqueue(chunk);
        else controller.close();
        made += perChunk;
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

const nextTask = () => new Promise((resolve) => setTimeout(resolve));

test.skipIf(!tellsHeap)('a million events and a slow reader take no memory but the text', async () => {
  const count = 1_000_000;
  const source = stream(events(count, 'data: {"text":"ab"}\n\n', 100), { end: false });
  const before = heap();
  let read = 0;
  let most = 0;
  for await (const _ of source) {
    read++;
    if (read % 20_000 === 0) await nextTask();
    if (read % 200_000 === 0) most = Math.max(most, heap() - before - 2 * read);
  }
  const { text, metrics } = await source.result;
  expect([read, metrics.events, text.length]).toEqual([count, count, 2 * count]);
  expect(most).toBeLessThan(4_000_000);
});

test.skipIf(!tellsHeap)('a feed that no format recognises takes no memory', async () => {
  const count = 20_000;
  const before = heap();
  let most = 0;
  const source = streamAny(events(count, `data: {"price":1,"of":"${'x'.repeat(300)}"}\n\n`, 100), {
    end: false,
  });
  let read = 0;
  for await (const _ of source) if (++read % 10_000 === 0) most = Math.max(most, heap() - before);
  expect(read).toBe(count);
  expect(most).toBeLessThan(3_000_000);
});

test('a listener and iterators of one stream go on side by side', async () => {
  const count = 30_000;
  const source = stream(events(count, 'data: x\n\n', count), { end: false });
  const heard = { listener: 0, fast: 0, slow: 0 };
  let furthestApart = 0;
  source.on('message', () => {
    heard.listener++;
    furthestApart = Math.max(furthestApart, heard.listener - heard.slow);
  });
  await Promise.all([
    (async () => {
      for await (const _ of source) heard.fast++;
    })(),
    (async () => {
      for await (const _ of source.text) {
        heard.slow++;
        if (heard.slow % 1000 === 0) await nextTask();
      }
    })(),
  ]);
  expect(heard).toEqual({ listener: count, fast: count, slow: count });
  // All of it came in one chunk, of which a slice is parsed at a time.
  expect(furthestApart).toBeLessThan(8000);
});

test('an iterator that is read once and then abandoned does not pause the others for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const count = 2000;
  const source = stream(events(count, 'data: x\n\n', 100), { end: false });
  let heard = 0;
  source.on('message', () => heard++);
  const forgotten = source[Symbol.asyncIterator]();
  await forgotten.next();
  await vi.advanceTimersByTimeAsync(5000);
  // So far it could be slow.
  expect(heard).toBeLessThan(500);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(heard).toBe(count);
  expect((await source.result).outcome).toBe('complete');
  // It has lost nothing, should it come again.
  let rest = 0;
  for await (const _ of { [Symbol.asyncIterator]: () => forgotten }) rest++;
  expect(rest).toBe(count - 1);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(['data: ', 'id: ', 'event: ', 'retry: '])(
  'a line %sthat never ends fails the stream',
  async (field) => {
    const line = new TextEncoder().encode(`data: before\n\n${field}${'x'.repeat(20_000)}`);
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(line) });
    const result = await stream(body, { maxEventSize: 10_000, end: false }).result;
    expect(result).toMatchObject({ outcome: 'failed', text: 'before', error: { code: 'event-too-large' } });
    expect(result.error?.message).toMatch(/10000 characters.*maxEventSize/);
  },
);

test('a meaningless line that never ends is not buffered', async () => {
  const event = 'data: after\n\n';
  const body = new Response(`: ${'x'.repeat(20_000)}\nnothing: ${'x'.repeat(20_000)}\n${event}`).body!;
  expect(await stream(body, { maxEventSize: 10_000, end: false }).result).toMatchObject({
    outcome: 'complete',
    text: 'after',
  });
});
