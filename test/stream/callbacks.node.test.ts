import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { EventSource } from '../../src/eventsource.ts';
import { stream, type Format, type StreamOptions } from '../../src/index.ts';

/** What a callback may do to the stream that calls it. */

const EVENTS = { headers: { 'Content-Type': 'text/event-stream' } };
const events = (...data: string[]): string => data.map((each) => `data: ${each}\n\n`).join('');
const response = (wire: string): Response => new Response(wire, EVENTS);
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** A format that emits each letter of the data as a text of its own, and a last one at the end. */
const letters: Format = {
  name: 'letters',
  reader: () =>
    Object.assign<ReturnType<Format['reader']>, Pick<ReturnType<Format['reader']>, 'end'>>(
      ({ data }, emit) => {
        for (const delta of data as string) emit({ type: 'text', delta });
      },
      { end: (emit) => emit({ type: 'text', delta: '.' }) },
    ),
};

describe('a stream that is closed', () => {
  test('before its request stops no model', async () => {
    const fetch = vi.fn(async () => response(''));
    const source = stream('http://test/', { lastEventId: '5', resume: true, stop: true, fetch });
    const { result } = source;
    source.close();
    expect((await result).outcome).toBe('stopped');
    await nextTask();
    expect(fetch).not.toHaveBeenCalled();
  });

  test('when it has opened cancels a body that takes no signal', async () => {
    const cancel = vi.fn();
    const body = new ReadableStream<Uint8Array>({ cancel });
    const source = stream(body, { onOpen: () => source.close() });
    expect((await source.result).outcome).toBe('stopped');
    await expect.poll(() => cancel.mock.calls.length).toBe(1);
  });

  test('while it gives what an earlier page has stored sends no request', async () => {
    const stored = new Map<string, string>();
    vi.stubGlobal('document', Object.assign(new EventTarget(), { baseURI: 'http://test/' }));
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const fetch = vi.fn(async () => response(`id: 1\n${events('half')}`));
    const options: StreamOptions = { resumeKey: 'k', end: 'end', retry: { limit: 0 }, fetch };
    expect((await stream('http://test/', options).result).outcome).toBe('truncated');
    const source = stream('http://test/', { ...options, onText: () => source.close() });
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: 'half' });
    await nextTask();
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('in the middle of an event gives its iterators all that the result has', async () => {
    const source = stream(response(events('abc')), {
      format: letters,
      onText: (delta) => void (delta === 'a' && source.close()),
    });
    const deltas: string[] = [];
    for await (const delta of source.text) deltas.push(delta);
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: deltas.join('') });
  });

  test('by the last text of its format has that text once', async () => {
    const source = stream(response(events('a')), {
      format: letters,
      onText: (delta) => void (delta === '.' && source.close()),
    });
    expect((await source.result).text).toBe('a.');
  });

  test('by a function of its options that never returns leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const source = stream('http://test/', {
      body: () => {
        source.close();
        return new Promise<string>(() => {});
      },
    });
    expect((await source.result).outcome).toBe('stopped');
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('an EventSource that is closed while its response arrives fires nothing more', async () => {
  const fired: string[] = [];
  for (let ticks = 0; ticks < 10; ticks++) {
    const body = new ReadableStream<Uint8Array>();
    const source = new EventSource('http://test/', {
      fetch: async () => {
        let at = Promise.resolve();
        for (let tick = 0; tick < ticks; tick++) at = at.then(() => {});
        void at.then(() => {
          source.close();
          source.onopen = source.onerror = ({ type }) => void fired.push(`${type} after ${ticks}`);
        });
        return new Response(body, EVENTS);
      },
    });
    await nextTask();
    expect(source.readyState).toBe(EventSource.CLOSED);
  }
  expect(fired).toEqual([]);
});

test.each(['on', 'subscribe'] as const)('a listener that adds listeners by `%s` ends', async (how) => {
  const source = stream(response(events('a', 'b')), { format: 'plain' });
  let calls = 0;
  const listen = (): void => {
    if (calls++ < 1000) void (how === 'on' ? source.on('message', listen) : source.subscribe(listen));
  };
  listen();
  await source.result;
  await nextTask();
  expect(calls).toBeLessThan(50);
});

test('a listener that another one removes is not called for the same event', async () => {
  const source = stream(response(events('a')));
  const removed = vi.fn();
  source.on('message', () => remove());
  const remove = source.on('message', removed);
  await source.result;
  expect(removed).not.toHaveBeenCalled();
});

test('a callback that is undefined is no consumer', async () => {
  const fetch = vi.fn(async () => response(''));
  const source = stream('http://test/', { fetch, onText: undefined, onEnd: undefined });
  await nextTask();
  expect(source.state).toBe('idle');
  expect(fetch).not.toHaveBeenCalled();
});
