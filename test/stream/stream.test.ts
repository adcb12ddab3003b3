import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { stream, type StreamOptions } from '../../src/core.ts';
import { stream as streamAny } from '../../src/index.ts';
import { heap, tellsHeap } from '../heap.ts';
import { serve } from '../server/client.ts';
import { answer, cutAfter, end, endEvent, gate, hang, repeat, sse, write } from '../server/script.ts';

const hello = [sse('hel'), sse('lo'), endEvent, end];
const onFetch: StreamOptions = { transport: 'fetch' };

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('opening', () => {
  test('no request is sent before a consumer attaches', async () => {
    const server = await serve(hello);
    const source = stream(server.url, onFetch);
    await new Promise((resolve) => setTimeout(resolve));
    expect(source.state).toBe('idle');
    expect(await server.requests()).toHaveLength(0);
    await source.result;
    expect(await server.requests()).toHaveLength(1);
  });

  test('consumers that attach in the same tick share one connection and receive all events', async () => {
    const server = await serve(hello);
    const heard: unknown[] = [];
    const onText = vi.fn();
    const source = stream(server.url, { onText });
    source.on('message', ({ data }) => heard.push(data));
    const [events, deltas, { text }] = await Promise.all([
      collect(source),
      collect(source.text),
      source.result,
    ]);
    expect(events.map(({ data }) => data)).toEqual(['hel', 'lo']);
    expect(deltas).toEqual(['hel', 'lo']);
    expect(heard).toEqual(['hel', 'lo']);
    expect(onText.mock.calls).toEqual([
      ['hel', 'hel'],
      ['lo', 'hello'],
    ]);
    expect(text).toBe('hello');
    expect(await server.requests()).toHaveLength(1);
  });

  test('a later consumer receives the rest; the result and the snapshot have everything', async () => {
    const server = await serve([sse('hel'), gate('go'), sse('lo'), endEvent, end]);
    const source = stream(server.url, onFetch);
    let late: Promise<string[]> | undefined;
    for await (const _ of source.text) {
      late ??= collect(source.text);
      await server.open('go');
    }
    expect(await late).toEqual(['lo']);
    expect(await collect(source.text)).toEqual([]);
    expect((await source.result).text).toBe('hello');
    expect(source.getSnapshot()).toMatchObject({ state: 'closed', text: 'hello', outcome: 'complete' });
  });

  test('a callback among the options is a consumer', async () => {
    const server = await serve(hello);
    const ended = new Promise((resolve) => stream(server.url, { onEnd: resolve }));
    expect(await ended).toMatchObject({ outcome: 'complete', text: 'hello' });
  });
});

describe('what consumers receive', () => {
  test('`on` receives the end marker, iteration and onEvent do not', async () => {
    const server = await serve([sse('a'), sse('{"tokens":7}', { event: 'end' }), end]);
    const onEvent = vi.fn();
    const onEnd = vi.fn();
    const source = stream(server.url, { onEvent });
    source.on('end', ({ data }) => onEnd(data));
    expect((await collect(source)).map(({ type }) => type)).toEqual(['message']);
    expect(onEvent).toHaveBeenCalledTimes(1);
    expect(onEnd).toHaveBeenCalledExactlyOnceWith({ tokens: 7 });
    expect((await source.result).end).toMatchObject({ type: 'end', data: { tokens: 7 } });
  });

  test('a removed listener is not called again', async () => {
    const server = await serve([sse('a'), gate('go'), sse('b'), endEvent, end]);
    const source = stream(server.url, onFetch);
    const heard: unknown[] = [];
    const remove = source.on('message', ({ data }) => {
      heard.push(data);
      remove();
      void server.open('go');
    });
    expect((await source.result).text).toBe('ab');
    expect(heard).toEqual(['a']);
  });

  test('callbacks are called in order, and one that throws does not affect the others', async () => {
    const server = await serve(answer(500, 'text/plain', 'oh'));
    const calls: string[] = [];
    const reported: unknown[] = [];
    const original = globalThis.reportError;
    globalThis.reportError = (error) => void reported.push(error);
    try {
      const { outcome } = await stream(server.url, {
        ...onFetch,
        retry: { limit: 1, delay: 1 },
        onReconnect() {
          calls.push('reconnect');
          throw new Error('mine');
        },
        onError: ({ code }) => calls.push(`error ${code}`),
        onEnd: (result) => calls.push(`end ${result.outcome}`),
      }).result;
      expect(outcome).toBe('failed');
    } finally {
      globalThis.reportError = original;
    }
    expect(calls).toEqual(['reconnect', 'error http', 'end failed']);
    expect(reported).toMatchObject([{ message: 'mine' }]);
  });

  test('several calls of next() may be pending on one iterator, and its end resolves all of them', async () => {
    const server = await serve([sse('a'), gate('go'), hang]);
    const source = stream(server.url, onFetch);
    const iterator = source.text[Symbol.asyncIterator]();
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    expect(await asked[0]).toEqual({ done: false, value: 'a' });
    source.close();
    expect(await Promise.all(asked.slice(1))).toEqual(Array(2).fill({ done: true, value: undefined }));
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('the text is found where home-made servers put it', async () => {
    const shapes = [
      '"quoted"',
      '{"content":"a"}',
      '{"text":"b"}',
      '{"delta":"c"}',
      '{"token":"d"}',
      '{"response":"e"}',
      '{"choices":[{"delta":{"content":"f"}}]}',
      '{"choices":[]}',
      '{"other":"g"}',
      '[1]',
      '{not json',
    ];
    const server = await serve([...shapes.map((shape) => sse(shape)), endEvent, end]);
    expect(await collect(stream(server.url, onFetch).text)).toEqual(['"quoted"', ...'abcdef', '{not json']);
  });

  test('the metrics have the time of each milestone', async () => {
    const server = await serve([sse('{"role":"assistant"}'), sse('hello'), endEvent, end]);
    performance.clearMeasures();
    const { metrics } = await stream(server.url, onFetch).result;
    const { connectMs, firstEventMs, firstTextMs, durationMs } = metrics;
    expect(metrics).toMatchObject({ events: 2, bytes: 59, reconnects: 0 });
    const times = [0, connectMs, firstEventMs, firstTextMs, durationMs].map(Number);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const measures = performance.getEntriesByType('measure').map(({ name }) => name);
    expect(measures).toEqual(
      expect.arrayContaining(['teleprinter:connect', 'teleprinter:firstText', 'teleprinter:duration']),
    );
  });

  test('DevTools shows each stream as a track of its own, with stalls and reconnects', async () => {
    const script = [
      [sse('a', { id: 1 }), gate('later'), sse('b', { id: 2 }), ...cutAfter('ab')],
      [sse('c', { id: 3 }), endEvent, end],
    ];
    const servers = await Promise.all([serve(...script), serve(...script)]);
    performance.clearMeasures();
    let ahead = 0;
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
    onTestFinished(() => clock.mockRestore());
    for (const { url, onText, open } of servers) {
      const options: StreamOptions = { ...onFetch, onText, retry: { delay: 1 } };
      const source = stream(`${url}?key=private`, options);
      source.on('message', ({ data }) => {
        if (data !== 'a') return;
        ahead += 1500;
        void open('later');
      });
      expect((await source.result).text).toBe('abc');
    }
    const measures = performance.getEntriesByType('measure') as PerformanceMeasure[];
    const tracks = new Set(measures.map(({ detail }) => detail.devtools.track as string));
    expect(Array.from(tracks, (track) => track.replace(/ \(\d+\)$/, ''))).toEqual(
      servers.map(({ url }) => url),
    );
    for (const track of tracks) {
      const entries = measures.filter(({ detail }) => detail.devtools.track === track);
      expect(entries.map(({ name }) => name)).toEqual(
        expect.arrayContaining(
          ['connect', 'firstEvent', 'firstText', 'stall', 'reconnect', 'duration'].map(
            (name) => `teleprinter:${name}`,
          ),
        ),
      );
      expect(entries.find(({ name }) => name.endsWith('stall'))!.duration).toBeGreaterThanOrEqual(1500);
      expect(entries[0]!.detail.devtools).toMatchObject({
        dataType: 'track-entry',
        trackGroup: 'Teleprinter',
      });
    }
  });
});

describe('stopping', () => {
  test('close() ends the iteration quietly, with what had arrived', async () => {
    const server = await serve([sse('a'), hang]);
    const source = stream(server.url, onFetch);
    const deltas: string[] = [];
    for await (const delta of source.text) {
      deltas.push(delta);
      source.close();
    }
    expect(deltas).toEqual(['a']);
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: 'a', error: undefined });
    expect(source.state).toBe('closed');
  });

  test('close() in a listener counts the event of that listener, and nothing is called after onEnd', async () => {
    const server = await serve([write('data: a\n\ndata: b\n\n'), hang]);
    const calls: string[] = [];
    const source = stream(server.url, {
      ...onFetch,
      onEvent: () => calls.push('event'),
      onText: () => calls.push('text'),
      onEnd: () => calls.push('end'),
    });
    source.on('message', () => source.close());
    const result = await source.result;
    expect(result).toMatchObject({ outcome: 'stopped', text: 'a', metrics: { events: 1 } });
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    expect(calls).toEqual(['end']);
    expect(result.metrics.events).toBe(1);
  });

  test('an iterator that stops the stream receives the text that was held back, as the result does', async () => {
    const server = await serve([write('data: one\n\ndata: two\n\n'), hang]);
    const source = streamAny(server.url, onFetch);
    let text = '';
    for await (const delta of source.text) {
      text += delta;
      source.close();
    }
    expect((await source.result).text).toBe(text);
  });

  test('close() before the request sends nothing', async () => {
    const server = await serve(hello);
    const source = stream(server.url, onFetch);
    const { result } = source;
    source.close();
    expect(await result).toMatchObject({ outcome: 'stopped', text: '' });
    expect(await server.requests()).toHaveLength(0);
  });

  test('`break` cancels the request', async () => {
    const server = await serve([sse('a'), hang]);
    const source = stream(server.url, onFetch);
    for await (const _ of source) break;
    expect((await source.result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('`break` in one loop does not end the others', async () => {
    const server = await serve([sse('a'), gate('go'), sse('b'), endEvent, end]);
    const source = stream(server.url, onFetch);
    const all = collect(source.text);
    const iterator = source[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    await iterator.return?.();
    await server.open('go');
    expect(await all).toEqual(['a', 'b']);
  });

  test("the caller's signal rejects the iteration with its reason", async () => {
    const server = await serve([sse('a'), hang]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const source = stream(server.url, { ...onFetch, signal: controller.signal });
    const reading = (async () => {
      for await (const _ of source) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: 'a' });
  });

  test('a signal that is already aborted sends nothing', async () => {
    const server = await serve(hello);
    const source = stream(server.url, { signal: AbortSignal.abort('never') });
    await expect(collect(source)).rejects.toBe('never');
    expect(await server.requests()).toHaveLength(0);
  });

  test('a signal that aborts before there is a consumer sends nothing, then or later', async () => {
    const server = await serve(hello);
    const controller = new AbortController();
    const source = stream(server.url, { signal: controller.signal });
    controller.abort('never');
    await expect(collect(source)).rejects.toBe('never');
    expect((await source.result).outcome).toBe('stopped');
    expect(await server.requests()).toHaveLength(0);
  });

  test('`await using` closes it', async () => {
    const server = await serve([sse('a'), hang]);
    const source = stream(server.url, onFetch);
    await source.text[Symbol.asyncIterator]().next();
    // Where a browser does not know it yet, this is what a compiler makes of `await using`.
    const dispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
    await source[dispose]();
    expect((await source.result).outcome).toBe('stopped');
  });
});

describe('the snapshot', () => {
  test('is the same object until something changes, and subscribers are notified of each change', async () => {
    const server = await serve([sse('a'), sse('b'), endEvent, end]);
    const source = stream(server.url, onFetch);
    const first = source.getSnapshot();
    expect(source.getSnapshot()).toBe(first);
    expect(first).toEqual({
      state: 'idle',
      text: '',
      reasoning: '',
      toolCalls: [],
      outcome: undefined,
      error: undefined,
      usage: undefined,
      finishReason: undefined,
      metrics: { events: 0, reconnects: 0, longestStallMs: 0, buffered: false },
    });
    const texts: string[] = [];
    source.subscribe(() => texts.push(source.getSnapshot().text));
    await source.result;
    await Promise.resolve();
    expect(texts.at(-1)).toBe('ab');
    expect(source.getSnapshot()).not.toBe(first);
    expect(source.getSnapshot()).toBe(source.getSnapshot());
  });

  test('subscribers are notified once per batch, and not after they have unsubscribed', async () => {
    const server = await serve([write(Array(100).fill('data: x\n\n').join('')), gate('go'), endEvent, end]);
    const source = stream(server.url, onFetch);
    let calls = 0;
    const leave = source.subscribe(() => {
      calls++;
      if (source.getSnapshot().text.length === 100) {
        leave();
        void server.open('go');
      }
    });
    await source.result;
    expect(calls).toBeLessThan(10);
    const callsThen = calls;
    await Promise.resolve();
    expect(calls).toBe(callsThen);
  });
});

describe('a slow reader', () => {
  test.skipIf(!tellsHeap)('holds the reading back, and misses nothing', async () => {
    const event = new TextEncoder().encode(`data: ${'x'.repeat(994)}\n\n`);
    const times = 50_000;
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (pulled++ < times) controller.enqueue(event);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'Content-Type': 'text/event-stream' };
    const source = stream('/', {
      fetch: async () => new Response(body, { headers }),
      end: false,
      // Events alone: the text of an answer is kept for its result.
      format: { name: 'none', reader: () => () => {} },
    });
    const heapBefore = heap();
    const iterator = source[Symbol.asyncIterator]();
    await iterator.next();
    // Reading goes on by microtasks, so it would have gone on by now.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve));
    expect(pulled).toBeLessThan(300);
    let count = 1;
    let most = 0;
    while (!(await iterator.next()).done) {
      count++;
      most = Math.max(most, pulled - count);
      if (count === times / 2) {
        // 25 MB have gone through.
        expect(heap() - heapBefore).toBeLessThan(4_000_000);
      }
    }
    expect(count).toBe(times);
    expect(most).toBeLessThan(300);
    expect((await source.result).outcome).toBe('complete');
  });

  test('of a network stream misses nothing', async () => {
    const times = 5000;
    const server = await serve([repeat(`data: ${'x'.repeat(994)}\n\n`, times), endEvent, end]);
    let count = 0;
    for await (const _ of stream(server.url, onFetch)) {
      count++;
      if (count % 500 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    expect(count).toBe(times);
  });

  test('on native EventSource, which cannot wait, ends with an error; the others go on', async () => {
    const times = 100_500;
    const server = await serve([repeat('data: x\n\n'.repeat(500), times / 500), endEvent, end]);
    const source = stream(server.url, { transport: 'eventsource' });
    const slow = source[Symbol.asyncIterator]();
    const { outcome, text } = await source.result;
    expect({ outcome, length: text.length }).toEqual({ outcome: 'complete', length: times });
    const reading = (async () => {
      while (!(await slow.next()).done);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'queue-full' });
  });
});

test('a Response that the caller fetched is read as it is', async () => {
  const server = await serve(hello);
  expect((await stream(await fetch(server.url)).result).text).toBe('hello');
  // Of its own accord Chrome repeats what it sends on a connection that the server is just closing: not on a new one.
  const second = await serve(hello);
  const { body } = await fetch(second.url);
  expect((await stream(body!).result).text).toBe('hello');
  for (const { requests } of [server, second]) expect(await requests()).toHaveLength(1);
});

test('a Response that the caller fetched is never requested again', async () => {
  const server = await serve([sse('a', { id: 1 }), ...cutAfter('a')]);
  const options: StreamOptions = { onText: server.onText, onReconnect: () => expect.unreachable() };
  expect(await stream(await fetch(server.url), options).result).toMatchObject({
    outcome: 'truncated',
    text: 'a',
  });
  expect(await server.requests()).toHaveLength(1);
  const second = await serve([sse('a', { id: 1 }), ...cutAfter('a')]);
  const { body } = await fetch(second.url);
  const always: StreamOptions = { ...options, onText: second.onText, reconnect: 'always' };
  expect((await stream(body!, always).result).outcome).toBe('truncated');
  expect(await second.requests()).toHaveLength(1);
});

test('a thousand streams leave no timer, listener, reader or connection behind', async () => {
  const timers = new Set<unknown>();
  const listeners = new Map<AbortSignal | typeof globalThis, number>();
  const sources: EventSource[] = [];
  const readers: ReadableStreamDefaultReader[] = [];
  const { setTimeout: set, clearTimeout: clear, EventSource: Native } = globalThis;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const { getReader } = ReadableStream.prototype;
  const { signal } = new AbortController();
  const count = (target: unknown, by: number): void => {
    if (target === signal || target === undefined || target === globalThis) {
      const key = (target ?? globalThis) as AbortSignal;
      listeners.set(key, (listeners.get(key) ?? 0) + by);
    }
  };
  globalThis.setTimeout = ((run: () => void, delay?: number) => {
    const timer = set(() => {
      timers.delete(timer);
      run();
    }, delay);
    timers.add(timer);
    return timer;
  }) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    timers.delete(timer);
    clear(timer);
  };
  globalThis.EventSource = class extends Native {
    constructor(...args: ConstructorParameters<typeof EventSource>) {
      super(...args);
      sources.push(this);
    }
  };
  EventTarget.prototype.addEventListener = function (...args: Parameters<typeof addEventListener>) {
    count(this, 1);
    return addEventListener.apply(this, args);
  };
  EventTarget.prototype.removeEventListener = function (...args: Parameters<typeof removeEventListener>) {
    count(this, -1);
    return removeEventListener.apply(this, args);
  };
  ReadableStream.prototype.getReader = function (this: ReadableStream) {
    const reader = getReader.call(this) as ReadableStreamDefaultReader;
    readers.push(reader);
    return reader;
  } as typeof getReader;
  try {
    const whole = await serve(hello);
    const hanging = await serve([sse('a'), hang]);
    const refusing = await serve(answer(429, 'text/plain', '', { 'retry-after': '30' }));
    const cut = await serve(answer(401, 'text/plain', 'no'));
    timers.clear();
    listeners.clear();
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 100; round++) {
      const options = { signal, timeout: { connect: 5000 } };
      const sourcesOfRound = [
        stream(whole.url, options),
        stream(whole.url, { ...options, transport: 'fetch', timeout: { idle: 5000 } }),
        stream(whole.url, { ...options, body: 'x' }),
        stream(cut.url, { ...options, transport: 'fetch' }),
        stream(cut.url, { ...options, body: 'x' }),
        stream(whole.url, options),
      ];
      const stopped = [hanging.url, hanging.url, refusing.url, refusing.url].map((url, index) => {
        const source: ReturnType<typeof stream> = stream(url, {
          ...options,
          transport: index % 2 || url === refusing.url ? 'fetch' : 'eventsource',
          onText: () => source.close(),
          onReconnect: () => source.close(),
        });
        return source;
      });
      for (const { outcome } of await Promise.all(
        [...sourcesOfRound, ...stopped].map(({ result }) => result),
      )) {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(outcomes)).toEqual({ complete: 400, failed: 200, stopped: 400 });
    expect(timers.size).toBe(0);
    expect([...listeners.values()].every((left) => left === 0)).toBe(true);
    expect(sources.length).toBeGreaterThanOrEqual(300);
    expect(sources.filter(({ readyState }) => readyState !== Native.CLOSED)).toEqual([]);
    expect(readers.length).toBeGreaterThanOrEqual(500);
    await Promise.all(readers.map(({ closed }) => closed.catch(() => {})));
    for (const server of [whole, hanging, refusing, cut]) {
      const open = async () => (await server.requests()).filter(({ closed }) => !closed).length;
      await expect.poll(open).toBe(0);
    }
  } finally {
    globalThis.setTimeout = set;
    globalThis.clearTimeout = clear;
    globalThis.EventSource = Native;
    Object.assign(EventTarget.prototype, { addEventListener, removeEventListener });
    ReadableStream.prototype.getReader = getReader;
  }
}, 60_000);
