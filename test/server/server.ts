import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { partOf } from './blocks.ts';
import type { Script, SeenRequest, Step } from './script.ts';

interface Scenario {
  readonly script: Script;
  readonly requests: SeenRequest[];
  /** The number of CORS preflight requests. */
  preflights: number;
  readonly gates: Set<string>;
  readonly waiting: Set<() => void>;
}

/**
 * An HTTP server on loopback that plays scripts. `POST /scenarios` takes a script and returns its ID. Any request to
 * `/play/<id>` plays it. `GET /scenarios/<id>` returns the requests seen. `POST /scenarios/<id>/gates/<name>` opens a gate.
 * `POST /servers` starts another server, on a port of its own, for a script; `DELETE /servers/<port>` kills it with
 * all its connections.
 */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const scenarios: Scenario[] = [];
  const killable = new Map<number, Server>();

  const add = (script: Script): number =>
    scenarios.push({ script, requests: [], preflights: 0, gates: new Set(), waiting: new Set() }) - 1;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    allowOrigin(request, response);
    // A browser repeats a request by itself if a connection that was used before breaks without a response.
    response.shouldKeepAlive = false;
    const [, room, id = '', part, name] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/');
    const scenario = id ? scenarios[Number(id)] : undefined;
    if (request.method === 'OPTIONS') {
      if (scenario) scenario.preflights++;
      response.writeHead(204).end();
      return;
    }
    const body = await text(request);
    if (room === 'play' && scenario) return play(scenario, body, request, response);
    const json = (value: unknown): unknown =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (room === 'scenarios' && part === 'gates' && scenario && name) {
      scenario.gates.add(decodeURIComponent(name));
      for (const go of scenario.waiting) go();
      json({});
    } else if (room === 'scenarios' && part === 'preflights' && scenario) json(scenario.preflights);
    else if (room === 'scenarios' && scenario) json(scenario.requests);
    else if (room === 'scenarios') json({ id: add(JSON.parse(body) as Script) });
    else if (room === 'servers' && request.method === 'POST') {
      const scenarioId = add(JSON.parse(body) as Script);
      const server = await listen((...args) => void handle(...args));
      const { port } = server.address() as AddressInfo;
      killable.set(port, server);
      json({ id: scenarioId, port });
    } else if (room === 'servers') {
      const server = killable.get(Number(id));
      killable.delete(Number(id));
      if (server) await stop(server);
      json({});
    } else response.writeHead(404).end();
  }

  const main = await listen((...args) => void handle(...args));
  const { port } = main.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await Promise.all([main, ...killable.values()].map(stop));
    },
  };
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

async function play(
  scenario: Scenario,
  body: string,
  { method = '', url = '', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { script, requests } = scenario;
  const seen = {
    method,
    url,
    headers: headers as SeenRequest['headers'],
    body,
    written: 0,
    sent: [] as readonly number[],
    closed: false,
  };
  const steps = script[Math.min(requests.push(seen), script.length) - 1] ?? [];
  const closed = once(response, 'close').then(() => {
    seen.closed = true;
  });
  const type = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

  async function send(chunk: Buffer): Promise<void> {
    if (!response.headersSent) response.writeHead(200, type);
    seen.written += chunk.length;
    await Promise.race([new Promise((resolve) => response.write(chunk, resolve)), closed]);
  }

  async function run(step: Step): Promise<void> {
    if ('head' in step) {
      const { status = 200, headers: own = {} } = step.head;
      response.writeHead(status, status === 200 ? { ...type, ...own } : own);
      response.flushHeaders();
    } else if ('write' in step) await send(Buffer.from(step.write));
    else if ('bytes' in step) await send(Buffer.from(step.bytes));
    else if ('blocks' in step) {
      const last = requests.findLast((request) => request.sent.length)?.sent.at(-1) ?? -1;
      const { pieces, sent } = partOf(step, headers['last-event-id'], last + 1);
      seen.sent = sent;
      for (const piece of pieces) await send(piece);
    } else if ('wait' in step) await setTimeout(step.wait);
    else if ('repeat' in step) {
      const chunk = Buffer.from(step.repeat);
      for (let left = step.times; left > 0 && !seen.closed; left--) await send(chunk);
    } else if ('gate' in step) {
      if (!response.headersSent) response.writeHead(200, type);
      response.flushHeaders();
      const { gates, waiting } = scenario;
      while (!gates.has(step.gate) && !seen.closed) {
        let go!: () => void;
        const opened = new Promise<void>((resolve) => (go = resolve));
        waiting.add(go);
        await Promise.race([opened, closed]);
        waiting.delete(go);
      }
    } else if ('end' in step) {
      if (!response.headersSent) response.writeHead(200, type);
      response.end();
    } else if ('cut' in step) response.socket?.end();
    else if ('reset' in step) response.socket?.resetAndDestroy();
    else await closed;
  }

  for (const step of steps) {
    if (seen.closed) return;
    await run(step);
  }
}

/** Allows CORS: the pages of the browser tests have another origin. */
function allowOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', headers.origin ?? '*');
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, DELETE');
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
  response.setHeader(
    'access-control-expose-headers',
    'retry-after, retry-after-ms, x-should-retry, location',
  );
  response.setHeader('access-control-max-age', '600');
}
