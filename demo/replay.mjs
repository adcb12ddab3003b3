/** Replays the recorded streams in `streams/`, one for each format, at the pace of a model. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { refuse, urlOf } from './listen.mjs';

const FOLDER = fileURLToPath(new URL('./streams', import.meta.url));

/**
 * Makes the handler of `/api/replay/`, which lists the streams, and of `/api/replay/<file>`. `?cut` closes the connection
 * in mid-answer, in good order, as a proxy does.
 *
 * @param {{ delay?: number }} options `delay`: milliseconds between two events.
 */
export function createReplay({ delay = 60 } = {}) {
  const files = readdirSync(FOLDER);

  return async function replay(request, response) {
    const { pathname, searchParams } = urlOf(request);
    const file = pathname.slice('/api/replay/'.length);
    if (!file) {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(files));
      return;
    }
    if (!files.includes(file)) {
      refuse(response, 404);
      return;
    }
    const isLines = file.endsWith('.ndjson');
    response.writeHead(200, {
      'Content-Type': isLines ? 'application/x-ndjson' : 'text/event-stream',
      'Cache-Control': 'no-cache',
      ...(file === 'ai-sdk.sse' && { 'x-vercel-ai-ui-message-stream': 'v1' }),
    });
    // Each event with what ends it.
    const events = readFileSync(`${FOLDER}/${file}`, 'utf8').split(isLines ? /(?<=\n)/ : /(?<=\n\r?\n)/);
    const last = searchParams.has('cut') ? Math.floor(events.length * 0.6) : events.length;
    for (const event of events.slice(0, last)) {
      if (response.destroyed) return;
      response.write(event);
      await sleep(delay);
    }
    response.end();
  };
}
