/** Faults that middleware, HTTP/2 and networks cause in a relay's connections; each test names the report. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { redisStore, type RedisClient } from '../../src/redis.ts';
import { createRelay, type NodeRequest, type NodeResponse } from '../../src/server.ts';
import { shareOf } from '../share.ts';
import { ask, createModel, startServer, textOf } from './harness.ts';
import { hasRedis } from './redis-server.ts';
import { sharedRedis } from './stores.ts';

async function portOf(server: Pick<Server, 'listen' | 'address' | 'once'>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server as Server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function listen(handler: RequestListener): Promise<string> {
  const server = createHttpServer(handler);
  const port = await portOf(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}/`;
}

const pause = (delay: number) => new Promise((resolve) => setTimeout(resolve, delay));

describe('a response that something else ends (enisdenjo/graphql-sse#131)', () => {
  test.each(['before it begins', 'in its middle'])('%s is abandoned without an error', async (when) => {
    const relay = createRelay();
    const model = createModel();
    let state = 'open';
    const url = await listen((request, response) => {
      setTimeout(() => response.writableEnded || response.end(), when === 'in its middle' ? 200 : 20);
      void relay.handleNode(request, response, model.produce).then(() => (state = 'closed'));
    });
    const answer = await ask(url);
    await answer.done;
    model.emit('one');
    await expect.poll(() => state).toBe('closed');
    expect([model.asked, model.stopped]).toEqual([1, 0]);
  });

  // The write fails before the response has closed. Without an error listener, that would end the process.
  test('at the moment of an event is abandoned without an error', async () => {
    const relay = createRelay();
    const model = createModel();
    let state = 'open';
    const url = await listen((request, response) => {
      void pause(200).then(() => {
        response.end();
        model.emit('one');
      });
      void relay.handleNode(request, response, model.produce).then(() => (state = 'closed'));
    });
    await (
      await ask(url)
    ).done;
    await expect.poll(() => state).toBe('closed');
  });
});

test('a client that reads nothing, then disconnects, is noticed (honojs/hono#1902)', async () => {
  const relay = createRelay({ patience: 50 });
  const model = createModel();
  let state = 'open';
  const url = await listen((request, response) => {
    void relay.handleNode(request, response, model.produce).then(() => (state = 'closed'));
  });
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n');
  for (let at = 0; at < 100; at++) model.emit('x'.repeat(100_000));
  await pause(300);
  expect(state).toBe('open');
  socket.destroy();
  await expect.poll(() => state).toBe('closed');
  await expect.poll(() => model.stopped).toBe(1);
});

test('over HTTP/2, an answer arrives whole, and a client that disconnects is noticed (fastify/fastify#1877)', async () => {
  const relay = createRelay({ patience: 50 });
  const model = createModel();
  const server = createHttp2Server((request, response) => {
    void relay.handleNode(request, response, model.produce);
  });
  const port = await portOf(server);
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  const open = () => session.request({ ':method': 'POST', ':path': '/', 'idempotency-key': 'k' });
  const [first, second] = [open(), open()];
  let raw = '';
  first.setEncoding('utf8').on('data', (text: string) => (raw += text));
  second.resume();
  model.emit('x'.repeat(300_000), 'tea');
  await expect.poll(() => raw).toContain('data: tea\n');
  first.close();
  second.close();
  await expect.poll(() => model.stopped).toBe(1);
});

test.each(['HTTP/1', 'HTTP/2'])(
  'over %s, a client that leaves while the application does something first keeps no model going',
  async (version) => {
    const relay = createRelay({ patience: 50 });
    const model = createModel();
    let isHandled = false;
    const handler = async (request: NodeRequest, response: NodeResponse): Promise<void> => {
      await new Promise<void>((resolve) => void response.on('close', resolve));
      await relay.handleNode(request, response, model.produce);
      isHandled = true;
    };
    const server = version === 'HTTP/1' ? createHttpServer(handler) : createHttp2Server(handler);
    const port = await portOf(server);
    onTestFinished(() => void server.close());
    if (version === 'HTTP/1') {
      const controller = new AbortController();
      const response = fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      await expect(response).rejects.toThrow();
    } else {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      onTestFinished(() => session.destroy());
      const request = session.request({ ':path': '/' }).on('error', () => {});
      setTimeout(() => request.close(8), 100);
    }
    await expect.poll(() => model.stopped).toBe(1);
    await expect.poll(() => isHandled).toBe(true);
  },
);

/** A proxy for Redis that can stop forwarding without closing anything, like a network that drops packets. */
async function silentProxy(redisPort: number): Promise<{ port: number; silence(): void }> {
  const pairs: [Socket, Socket][] = [];
  const server = createServer((socket) => {
    const redis = connect(redisPort, '127.0.0.1');
    pairs.push([socket, redis]);
    socket.pipe(redis).pipe(socket);
    for (const one of [socket, redis]) one.on('error', () => {});
  });
  const port = await portOf(server);
  const close = (): void => {
    for (const pair of pairs) for (const one of pair) one.destroy();
    server.close();
  };
  onTestFinished(close);
  return {
    port,
    silence() {
      for (const [socket, redis] of pairs) {
        socket.unpipe(redis);
        redis.unpipe(socket);
        redis.resume();
        socket.resume();
      }
    },
  };
}

describe.skipIf(!hasRedis)('a connection to Redis that stalls without closing (bullmq#4479)', () => {
  const clients = {
    redis: async (port: number): Promise<RedisClient> => {
      const client = createClient({ url: `redis://127.0.0.1:${port}` }).on('error', () => {});
      await client.connect();
      onTestFinished(() => client.destroy());
      return client;
    },
    ioredis: async (port: number): Promise<RedisClient> => {
      const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
      client.on('error', () => {});
      onTestFinished(() => client.disconnect());
      return client;
    },
  };

  test.each(shareOf(['redis', 'ioredis'] as const, 2))(
    'is replaced by the reading process, with %s, which continues over a new one',
    { timeout: 40_000 },
    async (name) => {
      const { port: redisPort } = await sharedRedis();
      const prefix = `silent-${name}`;
      const model = createModel();
      const producer = redisStore(await clients[name](redisPort), { prefix });
      const proxy = await silentProxy(redisPort);
      const client = await clients[name](redisPort);
      const { duplicate } = client as Redis;
      // Only the connection that reads goes through the proxy.
      Object.assign(client, {
        duplicate: () =>
          name === 'redis'
            ? createClient({ url: `redis://127.0.0.1:${proxy.port}` }).on('error', () => {})
            : duplicate.call(client as Redis, { port: proxy.port }),
      });
      const reading = redisStore(client, { prefix });
      for (const store of [producer, reading]) onTestFinished(() => store.close());
      const here = await startServer('handleNode', createRelay({ store: producer }), model.produce);
      const there = await startServer('handleNode', createRelay({ store: reading }), model.produce);
      const answer = await ask(here);
      model.emit('one ');
      const { lastEventId } = await answer.until(({ events }) => events.length > 0);
      const reader = await ask(there, { method: 'GET', lastEventId });
      model.emit('two ');
      await reader.until(({ events }) => events.length > 0);
      await pause(100);
      proxy.silence();
      model.emit('three ');
      await reader.until(({ events }) => events.length > 1);
      model.end();
      expect(textOf(await reader.done)).toBe('two three ');
    },
  );
});
