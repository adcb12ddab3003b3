import { expect, onTestFinished, test } from 'vitest';
import { server } from 'vitest/browser';
import { serve } from '../server/client.ts';
import { end, endEvent, hang, sse } from '../server/script.ts';

const script = new URL('./workers/worker.ts', import.meta.url);

/** Asks a worker for an answer, as a page would. */
async function ask(worker: Worker | ServiceWorker): Promise<unknown> {
  const answer = await serve([sse('hel'), sse('lo'), endEvent, end]);
  const feed = await serve([sse('news'), hang]);
  const { port1, port2 } = new MessageChannel();
  const reply = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  worker.postMessage([answer.url, feed.url], [port2]);
  return reply;
}

const expected = { text: 'hello', transport: 'fetch', outcome: 'complete', message: 'news' };

test('streams work in a dedicated worker', async () => {
  const worker = new Worker(script, { type: 'module' });
  onTestFinished(() => worker.terminate());
  expect(await ask(worker)).toEqual(expected);
});

// Firefox ESR 140 has no service workers that are modules.
test.skipIf(server.browser === 'firefox')('streams work in a service worker', async () => {
  const registration = await navigator.serviceWorker.register(script, { type: 'module' });
  onTestFinished(async () => void (await registration.unregister()));
  const worker = (registration.installing ?? registration.waiting ?? registration.active)!;
  await expect.poll(() => worker.state).toBe('activated');
  expect(await ask(worker)).toEqual(expected);
});
