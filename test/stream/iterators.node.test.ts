import { describe, expect, test, vi } from 'vitest';
import { stream } from '../../src/index.ts';
import { json, toolInput } from '../../src/json/json.ts';

/** An answer that begins and never ends. */
function open() {
  const canceled = vi.fn();
  const call = { index: 0, id: 'c1', function: { name: 'book', arguments: '{"day":"mo' } };
  const chunks = [{ content: '{"title":"So' }, { tool_calls: [call] }].map(
    (delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`,
  );
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(chunks.join(''))),
    cancel: canceled,
  });
  const headers = { 'Content-Type': 'text/event-stream' };
  const source = stream('http://test/', { fetch: async () => new Response(body, { headers }) });
  return { source, canceled };
}

type Source = ReturnType<typeof open>['source'];

describe.each<[name: string, iterableOf: (source: Source) => AsyncIterable<unknown>]>([
  ['events', (source) => source],
  ['text', (source) => source.text],
  ['parts', (source) => source.parts],
  ['json()', (source) => json(source)],
  ['json() of the text', (source) => json(source.text)],
  ['toolInput()', (source) => toolInput(source, 'book')],
])('an iteration over %s', (_, iterableOf) => {
  test('that is left by `break` cancels the request', async () => {
    const { source, canceled } = open();
    for await (const _ of iterableOf(source)) break;
    expect((await source.result).outcome).toBe('stopped');
    await vi.waitFor(() => expect(canceled).toHaveBeenCalledOnce());
  });

  test('that is left by an error cancels the request', async () => {
    const { source, canceled } = open();
    const failing = async (): Promise<void> => {
      for await (const _ of iterableOf(source)) throw new RangeError('mine');
    };
    await expect(failing()).rejects.toThrow('mine');
    expect((await source.result).outcome).toBe('stopped');
    await vi.waitFor(() => expect(canceled).toHaveBeenCalledOnce());
  });

  test('ends by return(), also while next() waits, and more than once', async () => {
    const { source, canceled } = open();
    const iterator = iterableOf(source)[Symbol.asyncIterator]();
    const done = { done: true, value: undefined };
    let last = await iterator.next();
    const read = (async () => {
      while (!last.done) last = await iterator.next();
    })();
    // Until next() waits for what never comes.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await iterator.return!()).toEqual(done);
    await read;
    expect([await iterator.return!(), await iterator.next(), last]).toEqual([done, done, done]);
    expect((await source.result).outcome).toBe('stopped');
    await vi.waitFor(() => expect(canceled).toHaveBeenCalledOnce());
  });

  test('ends by return() before the first next(), and sends no more than its request', async () => {
    const { source } = open();
    const iterator = iterableOf(source)[Symbol.asyncIterator]();
    await iterator.return!();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect((await source.result).outcome).toBe('stopped');
  });

  test('ends by throw(), which rejects with its error', async () => {
    const { source, canceled } = open();
    const iterator = iterableOf(source)[Symbol.asyncIterator]();
    await iterator.next();
    await expect(iterator.throw!(new RangeError('mine'))).rejects.toThrow('mine');
    expect((await iterator.next()).done).toBe(true);
    expect((await source.result).outcome).toBe('stopped');
    await vi.waitFor(() => expect(canceled).toHaveBeenCalledOnce());
  });

  test('is no reason to cancel while another one goes on', async () => {
    const { source, canceled } = open();
    const other = source.parts[Symbol.asyncIterator]();
    for await (const _ of iterableOf(source)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([source.state, canceled.mock.calls.length]).toEqual(['open', 0]);
    await other.return!();
    expect((await source.result).outcome).toBe('stopped');
  });
});

test('the JSON whose `value` is awaited arrives whole, though its iteration is left', async () => {
  async function* pieces(): AsyncGenerator<string> {
    yield '{"a":[1';
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield ',2]}';
  }
  const reading = json(pieces());
  const { value } = reading;
  for await (const _ of reading) break;
  expect(await value).toEqual({ a: [1, 2] });
});

test('the `value` of JSON that was left before its end rejects', async () => {
  const { source } = open();
  const reading = json(source);
  for await (const _ of reading) break;
  await expect(reading.value).rejects.toMatchObject({ code: 'decode', data: '{"title":"So' });
});
