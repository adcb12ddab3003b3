/** The server of the benchmarks: it gives pages, their scripts, and answers as fast, or as slowly, as a measure asks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { chunkOf } from './wire.js';

/** Several addresses of this machine: a browser opens six connections to one, and no more. */
const HOSTS = Array.from({ length: 10 }, (_, at) => `127.0.0.${at + 1}`);

/** By `performance.now()` of this process, as time of the day: comparable with a page's. */
const timeOfDay = () => performance.timeOrigin + performance.now();

/**
 * `/pages/<name>` has the script of that name in it. `/answer?events=` answers at once, `&every=` with so many
 * milliseconds between the events; `/endless?id=` until the page goes, of which `closedAt(id)` tells the time.
 * @param scripts The text of each script.
 */
export async function startServer(scripts) {
  const closed = new Map();
  const servers = await Promise.all(HOSTS.map((host) => listen(host, 0)));
  const origins = servers.map((server, at) => `http://${HOSTS[at]}:${server.address().port}`);

  function listen(host, port) {
    const server = createServer((request, response) => void answer(request, response));
    return new Promise((resolve) => server.listen(port, host, () => resolve(server)));
  }

  async function answer({ url }, response) {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    // For a clock of five microseconds: https://developer.mozilla.org/en-US/docs/Web/API/Performance_API/High_precision_timing
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*');
    response.setHeader('cache-control', 'no-store');
    const [, room, name] = pathname.split('/');
    if (room === 'pages') {
      const tags = searchParams.get('html') ?? '<output></output>';
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><meta charset="utf-8"><script type="module" src="/scripts/${name}"></script>${tags}`,
      );
    } else if (room === 'scripts' && scripts.has(name)) {
      response.setHeader('content-type', 'text/javascript');
      response.end(scripts.get(name));
    } else if (room === 'answer' || room === 'endless') {
      response.setHeader('content-type', 'text/event-stream');
      response.on('close', () => closed.set(searchParams.get('id'), timeOfDay()));
      const events = room === 'endless' ? Infinity : Number(searchParams.get('events'));
      await write(response, events, Number(searchParams.get('every') ?? 0));
    } else response.writeHead(404).end();
  }

  return {
    origin: origins[0],
    origins,
    closedAt: (id) => closed.get(id),
    async stop() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const event = `data: ${chunkOf({ content: 'word ' })}\n\n`;
const FRAME = 16;
let answers = 0;
/** Written at once where nothing is waited for. */
const BLOCK = 200;

async function write(response, events, every) {
  const size = every ? 1 : BLOCK;
  const closed = once(response, 'close');
  // At another time within a frame of the page for each, as a model would.
  if (every) await setTimeout(++answers % FRAME);
  for (let left = events; left > 0 && !response.destroyed; left -= size) {
    const isTaken = response.write(event.repeat(Math.min(size, left)));
    if (every) await setTimeout(every);
    else if (!isTaken) await Promise.race([once(response, 'drain'), closed]);
  }
  response.end('data: [DONE]\n\n');
}
