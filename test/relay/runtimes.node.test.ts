/** What runtimes other than Node do, shown on Node. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRelay, type NodeResponse } from '../../src/server.ts';
import { ask, textOf } from './harness.ts';

const URL = 'http://localhost/';

/** The text of a response up to the first event. */
async function firstEventOf(response: Response): Promise<{ text: string; leave(): Promise<void> }> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('data: ')) text += (await reader.read()).value;
  return { text, leave: () => reader.cancel() };
}

test('what belongs to a request is released for that request, though another one stops the answer', async () => {
  // Workers throw when the code of one request touches the streams, signals and sockets of another.
  const current = new AsyncLocalStorage<string>();
  const touched: unknown[] = [];
  const touch = (what: string): number => touched.push([what, current.getStore()]);
  const relay = createRelay({ onEnd: () => touch('onEnd') });
  const source = new ReadableStream({
    pull: (controller) => controller.enqueue('a'),
    cancel: () => void touch('cancel'),
  });
  const response = await current.run('question', () =>
    relay.handle(new Request(URL, { method: 'POST' }), ({ signal }) => {
      signal.addEventListener('abort', () => touch('abort'));
      return source;
    }),
  );
  const { text } = await firstEventOf(response);
  const headers = { 'Last-Event-ID': /^id: (.*:0)$/m.exec(text)![1]! };
  const stopped = await current.run('stop', () =>
    relay.handle(new Request(URL, { method: 'DELETE', headers }), () => []),
  );
  expect(stopped.status).toBe(204);
  await vi.waitFor(() => expect(touched).toHaveLength(3));
  expect(touched).toEqual([
    ['abort', 'question'],
    ['cancel', 'question'],
    ['onEnd', 'question'],
  ]);
});

test('a reader that leaves is noticed by the cancelled body, where the signal of a request never aborts', async () => {
  const onEnd = vi.fn();
  const relay = createRelay({ patience: 20, onEnd });
  const response = await relay.handle(new Request(URL), async function* ({ signal }) {
    yield 'a';
    await once(signal, 'abort');
  });
  const { leave } = await firstEventOf(response);
  await leave();
  await vi.waitFor(() => expect(onEnd).toHaveBeenCalledOnce());
  expect(onEnd.mock.lastCall![0]).toMatchObject({ outcome: 'truncated', text: 'a' });
});

test('a signal that aborts after every response, as in Deno, ends no answer', async () => {
  const controller = new AbortController();
  const relay = createRelay();
  const request = new Request(URL, { signal: controller.signal });
  const text = await (await relay.handle(request, () => ['a', 'b'])).text();
  controller.abort();
  expect(text).toMatch(/data: a\n.*data: b\n.*event: end\n/s);
  const headers = { 'Last-Event-ID': /^id: (.*:0)$/m.exec(text)![1]! };
  expect(await (await relay.handle(new Request(URL, { headers }), () => [])).text()).toContain('data: b\n');
});

test('a request without a signal, as in Azure Functions, is answered (Azure/azure-functions-nodejs-library#273)', async () => {
  const relay = createRelay();
  const request = { url: URL, method: 'GET', headers: new Headers(), body: null } as unknown as Request;
  const response = await relay.handle(request, () => ['a', 'b']);
  expect(await response.text()).toMatch(/data: a\n.*data: b\n.*event: end\n/s);
});

test('handleNode() needs no socket of the response', async () => {
  const relay = createRelay();
  const server = createServer((request, response) => {
    const { destroyed, headersSent } = response;
    const methods = ['writeHead', 'write', 'end', 'on', 'off'] as const;
    const bound = Object.fromEntries(methods.map((name) => [name, response[name].bind(response)]));
    const withoutSocket = { destroyed, headersSent, ...bound } as unknown as NodeResponse;
    void relay.handleNode(request, withoutSocket, () => ['a', 'b']);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const reader = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(textOf(await reader.done)).toBe('ab');
});
