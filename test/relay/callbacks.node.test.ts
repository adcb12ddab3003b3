/** Callbacks and sources of an application, some of which fail. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRelay, memoryStore, type AnswerSource, type EndedAnswer } from '../../src/server.ts';
import { ask, startServer, textOf, ADAPTERS } from './harness.ts';

test.each(ADAPTERS)(
  'an onError that throws does not keep the end from readers, through %s',
  async (adapter) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const relay = createRelay({
      onError: () => {
        throw new Error('The log is full.');
      },
    });
    const url = await startServer(adapter, relay, async function* () {
      yield 'a';
      throw new Error('The model failed.');
    });
    const reader = await ask(url);
    expect(textOf(await reader.done)).toContain('a');
    expect(reader.events.at(-1)?.event).toBe('error');
    const failing = await startServer(adapter, relay, () => {
      throw new Error('No model.');
    });
    expect((await ask(failing)).status).toBe(502);
  },
);

test('a waitUntil that throws, as it does outside a request, does not keep the answer from readers', async () => {
  const onError = vi.fn();
  const relay = createRelay({ onError });
  const url = await startServer('handle', relay, () => ['a', 'b'], {
    waitUntil: () => {
      throw new Error('after() was called outside of a request.');
    },
  });
  expect(textOf(await (await ask(url)).done)).toBe('ab');
  expect(onError).toHaveBeenCalledOnce();
});

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const SSE = 'data: {"type":"text-delta","id":"1","delta":"Tea"}\n\n';
const streamOf = <T>(...values: T[]): ReadableStream<T> =>
  new ReadableStream({
    start(controller) {
      for (const value of values) controller.enqueue(value);
      controller.close();
    },
  });

const SOURCES: Record<string, () => AnswerSource> = {
  'array buffers': () => streamOf(bytesOf(SSE).buffer, bytesOf('data: [DONE]\n\n').buffer),
  'other typed arrays': () =>
    streamOf<ArrayBufferView>(new DataView(bytesOf(SSE).buffer), bytesOf('data: [DONE]\n\n')),
  'text of an event stream, as JsonToSseTransformStream emits it': () => streamOf(SSE, 'data: [DONE]\n\n'),
  'text of an event stream in pieces, as TextDecoderStream emits it': () =>
    streamOf(': hello\n\ndata: {"type":"te', 'xt-delta","id":"1","delta":"Tea"}\n', '\ndata: [DO', 'NE]\n\n'),
};

test.each(Object.keys(SOURCES))('%s: the source is read as an event stream', async (name) => {
  const ended: EndedAnswer[] = [];
  const relay = createRelay({ onEnd: (answer) => ended.push(answer) });
  const reader = await (await ask(await startServer('handleNode', relay, SOURCES[name]!))).done;
  expect(reader.events.map(({ data }) => data)).toEqual([
    '{"type":"text-delta","id":"1","delta":"Tea"}',
    '[DONE]',
  ]);
  expect(ended).toMatchObject([{ outcome: 'complete', text: 'Tea' }]);
});

test('text that looks like part of an event stream is sent as text', async () => {
  const texts = ['An event is ', 'data: hello\n\n', ': no comment\n\n', 'event: end'];
  const reader = await (await ask(await startServer('handleNode', createRelay(), () => texts))).done;
  expect(reader.events.slice(0, 4).map(({ data }) => data)).toEqual(texts);
});

test('a character that two texts share arrives whole (elizaOS/eliza#30904)', async () => {
  const onEnd = vi.fn<(answer: EndedAnswer) => void>();
  const relay = createRelay({ onEnd });
  const url = await startServer('handle', relay, () => [...'Tea 🍵'.split(''), '🫖'[0], '🫖'[1] + '!', '']);
  const reader = await ask(url);
  expect(textOf(await reader.done)).toBe('Tea 🍵🫖!');
  expect(reader.events.map(({ data }) => data)).toEqual([...'Tea 🍵', '🫖!', '', '{"outcome":"complete"}']);
  expect(onEnd.mock.lastCall![0].text).toBe('Tea 🍵🫖!');
  const cut = await ask(await startServer('handle', relay, () => ['Tea', '🍵'[0]]));
  expect(textOf(await cut.done)).toBe('Tea\uFFFD');
});

test('promises in a list are awaited, as `for await` does', async () => {
  const values = [Promise.resolve('a'), 'b', new Promise((resolve) => setTimeout(resolve, 5, { c: 1 }))];
  const reader = await (await ask(await startServer('handleNode', createRelay(), () => values))).done;
  expect(reader.events.slice(0, 3).map(({ data }) => data)).toEqual(['a', 'b', '{"c":1}']);
});

test('a source that throws when it is cancelled is cancelled without an error', async () => {
  const failing = {
    next: () => new Promise<IteratorResult<unknown>>(() => {}),
    return: () => {
      throw new Error('It cannot be closed.');
    },
  };
  const relay = createRelay({ onError: () => {} });
  const url = await startServer('handleNode', relay, () => ({ [Symbol.asyncIterator]: () => failing }));
  const reader = await ask(url);
  await reader.until(({ lastEventId }) => lastEventId !== '');
  await expect(relay.stop(reader.lastEventId)).resolves.toBeUndefined();
  expect((await reader.done).events.at(-1)?.data).toBe('{"outcome":"stopped"}');
});

test('a produce that throws before it returns a promise frees its key, and ends its waitUntil', async () => {
  const ended: Promise<unknown>[] = [];
  const relay = createRelay({ onError: () => {} });
  let asked = 0;
  const produce = (): AnswerSource => {
    if (asked++ === 0) throw new Error('No model.');
    return ['a'];
  };
  const url = await startServer('handle', relay, produce, { waitUntil: (promise) => ended.push(promise) });
  expect((await ask(url, { key: 'k' })).status).toBe(502);
  await ended[0];
  expect(textOf(await (await ask(url, { key: 'k' })).done)).toBe('a');
});

test.each([{ choices: {} }, { choices: 1 }, { choices: true }])(
  '%j, which only looks like a chunk of OpenAI, is sent as any other object',
  async (odd) => {
    const ended: EndedAnswer[] = [];
    for (const onEnd of [undefined, (answer: EndedAnswer) => ended.push(answer)]) {
      const onError = vi.fn();
      const url = await startServer('handle', createRelay({ onError, onEnd }), () => [odd, { text: 'a' }]);
      const { events } = await (await ask(url)).done;
      expect(events.map(({ data }) => data)).toEqual([
        JSON.stringify(odd),
        '{"text":"a"}',
        '{"outcome":"complete"}',
      ]);
      expect(onError).not.toHaveBeenCalled();
    }
    expect(ended).toMatchObject([{ outcome: 'complete' }]);
  },
);

test('a source whose value cannot be sent is cancelled', async () => {
  const cancelled = vi.fn();
  const url = await startServer(
    'handle',
    createRelay({ onError: () => {} }),
    () =>
      new ReadableStream({
        pull: (controller) => controller.enqueue({ big: 1n }),
        cancel: cancelled,
      }),
  );
  expect((await ask(url)).status).toBe(502);
  expect(cancelled).toHaveBeenCalledOnce();
});

test('a store that never says who reads does not keep a model going that nobody reads', async () => {
  const aborted = vi.fn();
  const store = { ...memoryStore(), readFor: () => new Promise<number>(() => {}) };
  const relay = createRelay({ store, patience: 10 });
  const url = await startServer('handleNode', relay, async function* ({ signal }) {
    signal.addEventListener('abort', aborted);
    yield 'a';
    await new Promise(() => {});
  });
  const reader = await ask(url);
  await reader.until(({ events }) => events.length > 0);
  reader.leave();
  await expect.poll(() => aborted.mock.calls.length, { timeout: 8000 }).toBe(1);
}, 10_000);
