import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { serveOn } from '../server/client.ts';
import { startTestServer } from '../server/server.ts';
import { cut, end, endEvent, sse } from '../server/script.ts';

test('everything imports where there is no window', async () => {
  const entries = ['.', './core', './typewriter', './element', './eventsource', './fetch-event-source'].map(
    (entry) => entry.replace('.', 'teleprinter'),
  );
  const script = `const modules = await Promise.all(${JSON.stringify(entries)}.map((entry) => import(entry)));
    console.log(modules.map((module) => Object.keys(module).length > 0).join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('true,true,true,true,true,true');
});

test('warnings of development builds are in no other build', () => {
  const warnings = /whoever opens the page can read it|holds them back/;
  const says = (folder: string): boolean =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !file.startsWith('development'))
      .some((file) => warnings.test(readFileSync(join(folder, file), 'utf8')));
  expect([says('dist'), says('dist/development')]).toEqual([false, true]);
});

test('a stream works in Node, on fetch', async () => {
  const { stream } = await import('../../src/core.ts');
  const server = await startTestServer();
  try {
    const { url } = await serveOn(server.url, [sse('hel'), sse('lo'), endEvent, end]);
    let transport;
    const { outcome, text } = await stream(url, { onOpen: (open) => ({ transport } = open) }).result;
    expect({ outcome, text, transport }).toEqual({ outcome: 'complete', text: 'hello', transport: 'fetch' });
  } finally {
    await server.stop();
  }
});

test('a server that has an EventSource, such as Deno or Workers, uses fetch: it sees heartbeats', async () => {
  const { stream } = await import('../../src/core.ts');
  const server = await startTestServer();
  vi.stubGlobal('EventSource', class extends EventTarget {});
  try {
    const { url } = await serveOn(server.url, [sse('hello'), endEvent, end]);
    let transport;
    const { outcome } = await stream(url, { onOpen: (open) => ({ transport } = open) }).result;
    expect({ outcome, transport }).toEqual({ outcome: 'complete', transport: 'fetch' });
  } finally {
    vi.unstubAllGlobals();
    await server.stop();
  }
});

test('`resumeKey` on a server that has a sessionStorage, such as Deno or Node 25, gives no user the answer of another', async () => {
  const { isUnfinished, stream } = await import('../../src/core.ts');
  const server = await startTestServer();
  const stored = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  try {
    const { url } = await serveOn(
      server.url,
      [sse('for Ada', { id: 1 }), { wait: 50 }, cut],
      [sse('for Ben', { id: 1 }), endEvent, end],
    );
    const options = { resumeKey: 'chat', end: 'end', retry: { limit: 0 } };
    expect(await stream(url, options).result).toMatchObject({ outcome: 'truncated', text: 'for Ada' });
    expect([isUnfinished('chat'), stored.size]).toEqual([false, 0]);
    expect(await stream(url, options).result).toMatchObject({ outcome: 'complete', text: 'for Ben' });
  } finally {
    vi.unstubAllGlobals();
    await server.stop();
  }
});

test('`resumeKey` in Node stores nothing, and the stream ends as without it', async () => {
  const { isUnfinished, stream } = await import('../../src/core.ts');
  const server = await startTestServer();
  try {
    const { url } = await serveOn(server.url, [sse('hello', { id: 1 }), endEvent, end]);
    expect(await stream(url, { resumeKey: 'chat' }).result).toMatchObject({
      outcome: 'complete',
      text: 'hello',
    });
    expect(isUnfinished('chat')).toBe(false);
  } finally {
    await server.stop();
  }
});

test('a callback whose promise rejects is reported, and ends no process', async () => {
  const { stream } = await import('../../src/core.ts');
  const report = vi.spyOn(console, 'error').mockImplementation(() => {});
  const failing = async (): Promise<never> => Promise.reject(new Error('of the page'));
  const body = 'data: hi\n\nevent: end\ndata:\n\n';
  const input = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  const { outcome } = await stream(input, { onOpen: failing, onText: failing, onEnd: failing }).result;
  await vi.waitFor(() => expect(report).toHaveBeenCalledTimes(3));
  expect(outcome).toBe('complete');
});

test('an event ID that no header can carry is named in the error', async () => {
  const { stream } = await import('../../src/core.ts');
  const server = await startTestServer();
  try {
    const { url } = await serveOn(server.url, [sse('half', { id: 'a\u0001' }), { wait: 50 }, cut]);
    const { outcome, text, error } = await stream(url, { end: 'end', retry: { limit: 2, delay: 1 } }).result;
    expect({ outcome, text }).toEqual({ outcome: 'truncated', text: 'half' });
    expect(error?.message).toContain('control character');
  } finally {
    await server.stop();
  }
});

async function used<T extends Body>(given: T): Promise<T> {
  await given.text();
  return given;
}

test.each([
  ['an address relative to no page', '/chat'],
  ['nothing', undefined],
  ['null', null],
  ['an object', {}],
  ['a function', () => '/chat'],
  ['a Request of another package', { url: 'http://127.0.0.1/', method: 'POST' }],
  ['a Response that was read', await used(new Response('data: a\n\n'))],
  ['a Request whose body was read', await used(new Request('http://test/', { method: 'POST', body: 'x' }))],
])('%s is no input, and the error says so at once', async (_, input) => {
  const { stream } = await import('../../src/core.ts');
  for (const options of [{}, { resumeKey: 'chat' }]) {
    const error = expect.objectContaining({ code: 'options', option: 'input' });
    expect(() => stream(input as string, options)).toThrow(error);
  }
});

describe('with the AbortSignal of React Native, which has neither reasons nor newer methods', () => {
  // https://github.com/sindresorhus/ky/issues/588, https://github.com/react/react-native/issues/55247
  beforeEach(() => {
    const undo = [
      [AbortSignal.prototype, 'throwIfAborted', { value: undefined }],
      [AbortSignal.prototype, 'reason', { get: () => undefined }],
      [AbortSignal, 'timeout', { value: undefined }],
      [AbortSignal, 'any', { value: undefined }],
    ].map(([owner, name, property]) => {
      const before = Object.getOwnPropertyDescriptor(owner, name as string)!;
      Object.defineProperty(owner, name as string, { configurable: true, ...(property as object) });
      return () => Object.defineProperty(owner, name as string, before);
    });
    return () => undo.forEach((restore) => restore());
  });

  const EVENTS = { headers: { 'content-type': 'text/event-stream' } };

  test('a stream is read to its end', async () => {
    const { stream } = await import('../../src/core.ts');
    const fetch = async () => new Response('data: a\n\nevent: end\ndata:\n\n', EVENTS);
    expect(await stream('http://test/', { fetch }).result).toMatchObject({ outcome: 'complete', text: 'a' });
  });

  test('an error has its words, and a time limit its name', async () => {
    const { stream } = await import('../../src/core.ts');
    const retry = { limit: 0 };
    const refused = stream('http://test/', {
      retry,
      fetch: async () => new Response('no tea', { status: 403 }),
    });
    expect((await refused.result).error).toMatchObject({ code: 'http', status: 403, detail: 'no tea' });
    const fetch = () => new Promise<never>(() => {});
    const silent = stream('http://test/', { retry, fetch, timeout: { connect: 5 } });
    expect((await silent.result).error).toMatchObject({ code: 'timeout' });
  });

  test('a hundred streams at once share a signal: Node warns of no leak, and an abort stops all', async () => {
    const { stream } = await import('../../src/core.ts');
    const controller = new AbortController();
    const { signal } = controller;
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    const fetch = () => new Promise<never>(() => {});
    const streams = Array.from({ length: 100 }, () => stream('http://test/', { fetch, signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const results = streams.map(({ result }) => result);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    streams[0]!.close();
    await new Promise((resolve) => setTimeout(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    controller.abort();
    for (const { outcome } of await Promise.all(results)) expect(outcome).toBe('stopped');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('`close()` stops the server, and an abort the stream', async () => {
    const { stream } = await import('../../src/core.ts');
    const methods: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      methods.push(init?.method);
      return new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('id: 1\ndata: a\n\n')),
        }),
        EVENTS,
      );
    };
    const source = stream('http://test/', { body: 'tea', stop: true, fetch });
    for await (const _ of source.text) source.close();
    expect((await source.result).outcome).toBe('stopped');
    await vi.waitFor(() => expect(methods).toEqual(['POST', 'DELETE']));
    const controller = new AbortController();
    const { result } = stream('http://test/', {
      fetch,
      signal: controller.signal,
      onText: () => controller.abort(),
    });
    expect((await result).outcome).toBe('stopped');
  });
});
