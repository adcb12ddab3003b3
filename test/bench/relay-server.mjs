/**
 * A server of one kind for `npm run bench:relay`: `node relay-server.mjs <kind> <Redis URL> [timed]`. It answers each POST with
 * 20 events a second, each with the time at which the model created it, then `[DONE]`, as OpenAI's API does. It sends its port
 * to the parent process, then its usage; if it is `timed`, the delays of its writes, too.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSession } from 'better-sse';
import { createClient } from 'redis';
import { createResumableStreamContext } from 'resumable-stream';
import { redisStore } from '../../dist/redis.js';
import { createRelay } from '../../dist/server.js';
import { timeWrites } from './write-times.mjs';

const [kind, redisUrl, timed] = process.argv.slice(2);
const takeDelays = timed ? timeWrites() : () => [];
const HEADERS = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' };
/** Milliseconds from one event to the next. */
const PACE = 50;
let events = 0;

/** A chunk as a model sends it, with the current time of the machine's monotonic clock. */
function chunk() {
  events++;
  return {
    id: 'chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz',
    object: 'chat.completion.chunk',
    created: 1_764_000_000,
    model: 'gpt-4o-mini',
    at: Number(process.hrtime.bigint()),
    choices: [{ index: 0, delta: { content: ' token' }, finish_reason: null }],
  };
}

async function* model({ tokens, isSilent, isFast }) {
  // Answers start at different times.
  if (!isFast) await sleep(Math.random() * PACE);
  for (let at = 0; at < tokens; at++) {
    yield chunk();
    if (!isFast) await sleep(PACE);
  }
  if (isSilent) await new Promise(() => {});
  yield DONE;
}

const DONE = '[DONE]';

const encode = (id, data) => `id: ${id}\ndata: ${data === DONE ? data : JSON.stringify(data)}\n\n`;

const connect = async () => {
  const client = createClient({ url: redisUrl });
  await client.connect();
  return client;
};

const relayWith = (store, onEnd) => {
  const relay = createRelay({ store, onEnd, maxReaders: Infinity });
  return (request, response, plan) => relay.handleNode(request, response, () => model(plan));
};

/** The request handler of each kind. */
const KINDS = {
  direct: async () => async (request, response, plan) => {
    response.writeHead(200, HEADERS);
    let id = 0;
    for await (const data of model(plan)) response.write(encode(++id, data));
    response.end();
  },
  'relay, memory': async () => relayWith(undefined),
  'relay, memory, onEnd': async () => relayWith(undefined, () => {}),
  'relay, Redis': async () => relayWith(redisStore(await connect())),
  'relay, Redis, onEnd': async () => relayWith(redisStore(await connect()), () => {}),
  'resumable-stream': async () => {
    const context = createResumableStreamContext({
      waitUntil: null,
      publisher: await connect(),
      subscriber: await connect(),
    });
    return async (request, response, plan) => {
      let id = 0;
      const source = model(plan);
      const strings = new ReadableStream({
        async pull(controller) {
          const { done, value } = await source.next();
          if (done) controller.close();
          else controller.enqueue(encode(++id, value));
        },
      });
      const stream = await context.createNewResumableStream(crypto.randomUUID(), () => strings);
      response.writeHead(200, HEADERS);
      for await (const text of stream ?? []) response.write(text);
      response.end();
    };
  },
  'better-sse': async () => async (request, response, plan) => {
    const session = await createSession(request, response);
    let id = 0;
    for await (const data of model(plan)) session.push(data, 'message', `${++id}`);
    response.end();
  },
};

const handle = await KINDS[kind]();
const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url, 'http://localhost');
  const plan = {
    tokens: Number(searchParams.get('tokens')),
    isSilent: searchParams.has('silent'),
    isFast: searchParams.has('fast'),
  };
  handle(request, response, plan).catch(() => response.destroy());
});
// Thousands of clients connect at once.
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
await once(server, 'listening');
process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ events, cpu: user + system, heap: heapUsed + external, rss, delays: takeDelays() });
});
process.on('disconnect', () => process.exit());
process.send(server.address().port);
