/** The script of a benchmark page. */
import { stream } from '../../dist/index.js';
import { floors, ours, peers, text } from './peers.js';
import { median } from './statistics.js';
import { measureThroughput } from './throughput.js';
import { answerOf, chunksOf, openaiBytes, responseOf } from './wire.js';

const readers = { ...floors, ...ours, ...text, ...peers };

/** The milliseconds from the arrival of each chunk in the page until the reader emits its event. */
async function measureDelay(name, url) {
  const delays = [];
  let arrived;
  await readers[name](
    async () => {
      const { body, headers } = await fetch(url);
      const reader = body.getReader();
      const stamped = new ReadableStream(
        {
          async pull(controller) {
            const { value } = await reader.read();
            arrived = performance.now();
            if (value) controller.enqueue(value);
            else controller.close();
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(stamped, { headers });
    },
    () => delays.push(performance.now() - arrived),
  );
  return delays;
}

/** Concatenates the text of the objects that a reader emits. */
function textBy(read) {
  return async (url) => {
    let all = '';
    await read(
      () => fetch(url),
      ({ choices }) => (all += choices[0].delta.content),
    );
    return all;
  };
}

/** The ways to read the whole text of an answer. */
const ways = {
  'bare loop': textBy(floors['bare loop']),
  async teleprinter(url) {
    return (await stream(url, { transport: 'fetch' }).result).text;
  },
  openai: textBy(peers.openai),
  '@microsoft/fetch-event-source': textBy(peers['@microsoft/fetch-event-source']),
};

const heap = () => {
  globalThis.gc();
  return performance.memory.usedJSHeapSize;
};

/** Reads an answer; returns what it leaves in the heap beside its text, in bytes. */
async function measureHeap(way, url) {
  await ways[way](url.replace(/events=\d+/, 'events=1000'));
  const before = heap();
  globalThis.kept = await ways[way](url);
  // Flatten the string, as a consumer that keeps it should.
  globalThis.kept.charCodeAt(0);
  return heap() - before - globalThis.kept.length;
}

/** Reads many answers side by side. */
const readAll = async (way, urls) => (await Promise.all(urls.map(ways[way]))).map(({ length }) => length);

/**
 * The cost of the entries for DevTools while DevTools is not recording: milliseconds for an answer of 500 events, with and without
 * them, interleaved.
 */
async function measureEntries(rounds) {
  const chunks = chunksOf(openaiBytes(answerOf(500).deltas), 1400);
  const { measure } = performance;
  const times = { with: [], without: [] };
  for (let round = -50; round < rounds; round++) {
    for (const [name, own] of Object.entries({ with: measure, without() {} })) {
      performance.measure = own;
      const start = performance.now();
      await stream('/answer', { fetch: async () => responseOf(chunks), transport: 'fetch' }).result;
      if (round >= 0) times[name].push(performance.now() - start);
    }
  }
  performance.measure = measure;
  return { with: median(times.with), without: median(times.without) };
}

/** Stops an endless answer after some events; returns the time since the epoch. */
const stopping = {
  async 'bare fetch'(url) {
    const controller = new AbortController();
    const response = await fetch(url, { signal: controller.signal });
    const reader = response.body.getReader();
    for (let chunks = 0; chunks < 5; chunks++) await reader.read();
    controller.abort();
    return performance.timeOrigin + performance.now();
  },
  async teleprinter(url) {
    const source = stream(url, { transport: 'fetch' });
    let events = 0;
    for await (const _ of source) if (++events === 5) break;
    return performance.timeOrigin + performance.now();
  },
};

Object.assign(globalThis, {
  measureThroughput,
  measureDelay,
  measureHeap,
  measureEntries,
  readAll,
  stopAnswer: (way, url) => stopping[way](url),
});
