/** The measures in a browser. Each returns plain numbers. */
import { median, percentile } from './statistics.js';

/** @param open Opens the page at a path, passes it to a callback, and closes it. */
export function measuresIn(open, server) {
  const { origin, origins } = server;
  const onPage = (run, ...args) => open('/pages/page', (tab) => tab.evaluate(run, args));

  return {
    throughput: (name, size, rounds) =>
      onPage((args) => globalThis.measureThroughput(...args), name, size, rounds),

    /** The delay from the arrival of a chunk to the consumer, over several runs, in milliseconds. */
    async delay(name, events, runs) {
      const all = [];
      for (let run = 0; run < runs; run++) {
        const url = `${origin}/answer?events=${events}&every=4`;
        const delays = await onPage((args) => globalThis.measureDelay(...args), name, url);
        // The first events include compilation.
        all.push(...delays.slice(20));
      }
      return { median: median(all), p99: percentile(all, 0.99) };
    },

    /** The time from opening a page, which shows nothing else, until its first letter is painted, in milliseconds. */
    async firstLetter(name, html) {
      const path = `/pages/${name}${html ? `?html=${encodeURIComponent(html)}` : ''}`;
      return open(path, (tab) =>
        tab.evaluate(
          () =>
            new Promise((resolve) => {
              new PerformanceObserver((list) => {
                const paint = list.getEntriesByName('first-contentful-paint')[0];
                if (paint) resolve(paint.startTime);
              }).observe({ type: 'paint', buffered: true });
            }),
        ),
      );
    },

    /** The time that the main thread is busy with an answer, in milliseconds, and the heap left beside its text, in bytes. */
    mainThread: (way, events) =>
      open('/pages/page', async (tab) => {
        const url = `${origin}/answer?events=${events}`;
        const busy = await busyTime(tab, () =>
          tab.evaluate(([name, address]) => globalThis.readAll(name, [address]), [way, url]),
        );
        const heap = await tab.evaluate(
          ([name, address]) => globalThis.measureHeap(name, address),
          [way, url],
        );
        return { busy, heap };
      }),

    /** The same for many answers side by side. */
    sideBySide: (way, streams, events) =>
      open('/pages/page', async (tab) => {
        const urls = Array.from(
          { length: streams },
          (_, at) => `${origins[at % origins.length]}/answer?events=${events}&stream=${at}`,
        );
        return busyTime(tab, () =>
          tab.evaluate(([name, addresses]) => globalThis.readAll(name, addresses), [way, urls]),
        );
      }),

    /** The cost of the entries for DevTools per answer while DevTools is not recording, in milliseconds. */
    entries: (rounds) => onPage((args) => globalThis.measureEntries(...args), rounds),

    /** The time from the stop until the server sees the connection close, in milliseconds. */
    async abort(way, id) {
      return open('/pages/page', async (tab) => {
        const url = `${origin}/endless?every=5&id=${encodeURIComponent(id)}`;
        const stopped = await tab.evaluate(
          ([name, address]) => globalThis.stopAnswer(name, address),
          [way, url],
        );
        for (let tries = 0; server.closedAt(id) === undefined; tries++) {
          if (tries > 1000) throw new Error(`${way}: the connection stays open.`);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return server.closedAt(id) - stopped;
      });
    },
  };
}

async function busyTime(tab, run) {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Performance.enable');
  const taskTime = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  };
  const before = await taskTime();
  await run();
  return (await taskTime()) - before;
}
