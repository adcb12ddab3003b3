/** Replays the recorded streams in `streams/`, and those of the small formats, at the pace of a model. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { refuse, urlOf } from './listen.mjs';

const FOLDER = fileURLToPath(new URL('./streams', import.meta.url));
const SMALL = fileURLToPath(new URL('./small-streams.json', import.meta.url));
const LINES = 'application/x-ndjson';

/** Each stream by its file name: its text, and its content type unless it is an event stream. */
function readStreams() {
  const large = readdirSync(FOLDER).map((file) => {
    const wire = readFileSync(`${FOLDER}/${file}`, 'utf8');
    return [file, { wire, ...(file.endsWith('.ndjson') && { type: LINES }) }];
  });
  return { ...Object.fromEntries(large), ...JSON.parse(readFileSync(SMALL, 'utf8')) };
}

/**
 * Creates the handler of `/api/replay/`, which lists the streams, and of `/api/replay/<file>`. `?cut` closes the connection
 * properly in mid-answer, as a proxy may do.
 *
 * @param {{ delay?: number }} options `delay`: milliseconds between events.
 */
export function createReplay({ delay = 60 } = {}) {
  const streams = readStreams();

  return async function replay(request, response) {
    const { pathname, searchParams } = urlOf(request);
    const file = pathname.slice('/api/replay/'.length);
    if (!file) {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(Object.keys(streams)));
      return;
    }
    if (!Object.hasOwn(streams, file)) {
      refuse(response, 404);
      return;
    }
    const { wire, type = 'text/event-stream' } = streams[file];
    response.writeHead(200, {
      'Content-Type': type,
      'Cache-Control': 'no-cache',
      ...(file === 'ai-sdk.sse' && { 'x-vercel-ai-ui-message-stream': 'v1' }),
    });
    // Each event with its terminator.
    const events = wire.split(type === 'text/event-stream' ? /(?<=\n\r?\n)/ : /(?<=\n)/);
    const count = searchParams.has('cut') ? Math.floor(events.length * 0.6) : events.length;
    for (const event of events.slice(0, count)) {
      if (response.destroyed) return;
      response.write(event);
      await sleep(delay);
    }
    response.end();
  };
}
