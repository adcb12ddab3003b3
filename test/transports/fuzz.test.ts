import { expect, inject, test } from 'vitest';
import { server } from 'vitest/browser';
import { stream, type TeleprinterError } from '../../src/core.ts';
import { EVENT_NAMES, hostileStream, isReference } from '../fuzz/event-stream.ts';
import { serve } from '../server/client.ts';
import { end, type Step } from '../server/script.ts';

type Heard = [type: string, data: string, lastEventId: string][];

/** As many as share the six connections that a browser has for a host. */
const AT_ONCE = 5;

const { from, count: seeds } = inject('fuzz');

test(
  `native EventSource and the fetch transport hear the same in ${seeds} hostile streams from seed ${from}`,
  { timeout: 10_000 + seeds * 100 },
  async () => {
    const different: unknown[] = [];
    let events = 0;
    let compared = 0;
    let next = from;
    async function work(): Promise<void> {
      while (compared < seeds) {
        const seed = next++;
        const chunks = hostileStream(seed);
        if (!isReference(server.browser, chunks)) continue;
        compared++;
        const [native, ...ours] = await hear(chunks);
        events += native.length;
        for (const heard of ours) {
          if (JSON.stringify(heard) !== JSON.stringify(native)) different.push({ seed, native, heard });
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.info(`seeds ${from} to ${next - 1}: ${compared} streams compared, ${events} events`);
    expect(different, 'differences, each with its seed').toEqual([]);
    // A fuzzer whose streams hold nothing finds nothing.
    expect(events).toBeGreaterThan(seeds);
  },
);

/** What native EventSource hears of a stream; and our transport, as the network cuts it and as the seed does. */
async function hear(
  chunks: readonly Uint8Array<ArrayBuffer>[],
): Promise<[native: Heard, network: Heard, exact: Heard]> {
  const served = await serve([...chunks.map((chunk): Step => ({ bytes: [...chunk] })), end]);
  const network = await hearFetch(served.url);
  const exact = await hearFetch('/', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  const names = new Set([...EVENT_NAMES, ...[...network, ...exact].map(([type]) => type)]);
  return [await hearNative(served.url, names), network, exact];
}

async function hearFetch(url: string, fetch?: typeof globalThis.fetch): Promise<Heard> {
  const heard: Heard = [];
  const options = { transport: 'fetch', decode: 'text', end: false, reconnect: 'never', fetch } as const;
  try {
    for await (const { type, data, id } of stream(url, options)) heard.push([type, data, id]);
  } catch (error) {
    // A stream that ends in the middle of an event is cut, which EventSource does not tell.
    if ((error as TeleprinterError).code !== 'truncated') throw error;
  }
  return heard;
}

function hearNative(url: string, names: Iterable<string>): Promise<Heard> {
  return new Promise((resolve) => {
    const heard: Heard = [];
    const source = new EventSource(url);
    for (const name of names) {
      source.addEventListener(name, (event) => {
        if (event instanceof MessageEvent) heard.push([event.type, event.data, event.lastEventId]);
      });
    }
    source.addEventListener('error', (event) => {
      if (event instanceof MessageEvent) return;
      source.close();
      resolve(heard);
    });
  });
}
