/** A proxy in front of a relay that does what real ones do: ends broken responses cleanly, and drops headers. */
import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface Faults {
  /** The request headers that the proxy drops. */
  readonly drops?: readonly string[];
  /** After how many bytes of the response of each request the connection to the server breaks; none for the rest. */
  readonly breaksAfter?: readonly number[];
}

/**
 * Starts a proxy on loopback, for as long as the test runs. Where the connection to the server breaks in mid-answer, it
 * ends its own response cleanly, as nginx does with `proxy_http_version 1.0`, its default until 1.29.7, and Caddy 2.6 do.
 */
export async function startProxy(target: string, { drops = [], breaksAfter = [] }: Faults): Promise<string> {
  let requests = 0;
  function forward(request: IncomingMessage, response: ServerResponse): void {
    const limit = breaksAfter[requests++] ?? Infinity;
    const headers = { ...request.headers };
    for (const name of drops) delete headers[name];
    const upstream = send(target, { method: request.method, headers });
    request.pipe(upstream);
    response.on('close', () => upstream.destroy());
    upstream.on('error', () => response.end());
    upstream.on('response', (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode!, { 'content-type': answer.headers['content-type'] });
      response.flushHeaders();
      let sent = 0;
      answer.on('data', (chunk: Buffer) => {
        response.write(chunk.subarray(0, limit - sent));
        if ((sent += chunk.length) >= limit) upstream.destroy();
      });
      answer.on('error', () => {});
      answer.on('close', () => response.end());
    });
  }
  const server = createServer(forward).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/**
 * Starts a cache that stores each answer to a GET by its URL and the headers that `Vary` names, whatever Cache-Control
 * says, as nginx does with `proxy_ignore_headers Cache-Control`, and Varnish where VCL sets `beresp.ttl`.
 */
export async function startCache(target: string): Promise<string> {
  const stored = new Map<string, string>();
  let vary: readonly string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    const key = (): string => JSON.stringify([url, vary.map((name) => headers[name])]);
    const send = (body: string): unknown => response.writeHead(200, EVENTS).end(body);
    const hit = stored.get(key());
    if (hit !== undefined) {
      send(hit);
      return;
    }
    const { host: _host, connection: _connection, ...forwarded } = headers;
    void fetch(new URL(url, target), { headers: forwarded as Record<string, string> }).then(
      async (answer) => {
        vary = (answer.headers.get('vary') ?? '').toLowerCase().split(/, */);
        const body = await answer.text();
        stored.set(key(), body);
        send(body);
      },
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const EVENTS = { 'content-type': 'text/event-stream' };
