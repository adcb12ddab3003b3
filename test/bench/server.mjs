/** The server of the benchmarks: pages, their scripts, and answers at the pace that a measure requests. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { chunkOf } from './wire.js';

/** Several addresses of this machine: a browser opens at most six connections to each. */
const HOSTS = Array.from({ length: 10 }, (_, at) => `127.0.0.${at + 1}`);

/** The time by `performance` of this process since the epoch: comparable with a page's. */
const timeOfDay = () => performance.timeOrigin + performance.now();

/**
 * `/pages/<name>` is a page with the script of that name. `/answer?events=` answers at once; `&every=` sets the milliseconds
 * between events. `/endless?id=` answers until the page disconnects, at the time `closedAt(id)`.
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
    // For a clock with a resolution of five microseconds: https://developer.mozilla.org/en-US/docs/Web/API/Performance_API/High_precision_timing
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
/** Writes all events at once if there is no delay. */
const BLOCK = 200;

async function write(response, events, every) {
  const size = every ? 1 : BLOCK;
  const closed = once(response, 'close');
  // Not in step with the frames of the page, as with a model.
  if (every) await setTimeout(++answers % FRAME);
  for (let left = events; left > 0 && !response.destroyed; left -= size) {
    const isTaken = response.write(event.repeat(Math.min(size, left)));
    if (every) await setTimeout(every);
    else if (!isTaken) await Promise.race([once(response, 'drain'), closed]);
  }
  response.end('data: [DONE]\n\n');
}
