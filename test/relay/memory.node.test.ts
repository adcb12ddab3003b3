/** What a relay keeps of answers that are over. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createRelay } from '../../src/server.ts';
import { ADAPTERS, startServer } from './harness.ts';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

const ways: readonly (readonly [string, (url: string, signal: AbortSignal) => Promise<Response>])[] = [
  ['a GET', (url, signal) => fetch(url, { signal })],
  ['a body with a length', (url, signal) => fetch(url, { method: 'POST', body: 'tea', signal })],
  [
    'a body without a length',
    (url, signal) => {
      const body = new Blob(['tea']).stream();
      return fetch(url, { method: 'POST', body, duplex: 'half', signal } as RequestInit);
    },
  ],
];

test.each(ADAPTERS.flatMap((adapter) => ways.map(([name, ask]) => ({ adapter, name, ask }))))(
  '$adapter keeps nothing of answers to $name (danny-avila/LibreChat#13391)',
  { timeout: 20_000 },
  async ({ adapter, ask }) => {
    const relay = createRelay({ retention: 10, patience: 10 });
    const requests: WeakRef<Request>[] = [];
    const url = await startServer(adapter, relay, async function* ({ request }) {
      requests.push(new WeakRef(request));
      yield await request.text();
    });
    const count = 30;
    for (let at = 0; at < count; at++) {
      const client = new AbortController();
      const response = await ask(url, client.signal);
      // Every third client leaves.
      if (at % 3) await response.text();
      else client.abort();
    }
    const kept = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      collectGarbage();
      return requests.filter((request) => request.deref()).length;
    };
    expect(requests).toHaveLength(count);
    // Connections may keep their last request.
    await expect.poll(kept, { timeout: 10_000 }).toBeLessThan(4);
  },
);
