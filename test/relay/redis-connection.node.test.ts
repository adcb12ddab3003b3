/** The connection over which a store reads, which it opens beside the application's client. */
import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { redisStore, type NodeRedisClient, type RedisClient } from '../../src/redis.ts';
import { createRelay, OptionsError, type StoredAnswer } from '../../src/server.ts';
import { ask, createModel, startServer, textOf } from './harness.ts';
import { hasRedis } from './redis-server.ts';
import { sharedRedis } from './stores.ts';

afterEach(() => void vi.useRealTimers());

const ANSWER: StoredAnswer = { id: '0f'.repeat(16), owner: '', key: undefined };

/** A client whose commands succeed. @param reading What differs in the connection that reads */
function fakeClient(reading: Partial<NodeRedisClient>): NodeRedisClient {
  const client: NodeRedisClient = {
    sendCommand: async () => 'OK',
    duplicate: () => ({ ...client, ...reading }),
    connect: async () => {},
    on: () => {},
    destroy: () => {},
  };
  return client;
}

test('a store that is closed before the connection is open closes it, so that the process can end', async () => {
  const destroy = vi.fn(() => {
    throw new Error('The client is closed');
  });
  const store = redisStore(fakeClient({ connect: () => new Promise(() => {}), destroy }));
  await store.create(ANSWER, 1000);
  await store.close();
  expect(destroy).toHaveBeenCalledOnce();
});

test('a store that is closed while a reader waits for Redis asks no more', async () => {
  vi.useFakeTimers();
  const sendCommand = vi.fn(() => Promise.reject(new Error('ECONNREFUSED')));
  const store = redisStore({ ...fakeClient({}), sendCommand });
  store.follow(ANSWER.id, { blocks: () => {}, end: () => {} });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sendCommand.mock.calls.length).toBeGreaterThan(2);
  await store.close();
  sendCommand.mockClear();
  await vi.advanceTimersByTimeAsync(5000);
  expect(sendCommand).not.toHaveBeenCalled();
});

test('a server that does not block, such as Upstash, is read a few times a second (upstash/docs#452)', async () => {
  vi.useFakeTimers();
  let reads = 0;
  const sendCommand = async (): Promise<null> => {
    reads++;
    return new Promise((resolve) => setTimeout(resolve, 1, null));
  };
  const store = redisStore(fakeClient({ sendCommand }));
  await store.create(ANSWER, 1000);
  await vi.advanceTimersByTimeAsync(1000);
  await store.close();
  expect(reads).toBeGreaterThan(2);
  expect(reads).toBeLessThan(6);
});

test('a pool, and a client over HTTP, are refused at once (vercel/resumable-stream#17)', async () => {
  const overHttp = { pipeline: () => ({ exec: async () => [] }) };
  for (const client of [createClientPool(), overHttp])
    expect(() => redisStore(client as unknown as RedisClient)).toThrow(OptionsError);
});

describe.skipIf(!hasRedis)('a connection that Redis closes', () => {
  const clients: Record<string, (url: string) => Promise<RedisClient>> = {
    async ioredis(url) {
      const client = new Redis(url, { retryStrategy: () => null });
      onTestFinished(() => client.disconnect());
      return client;
    },
    async redis(url) {
      const client = createClient({ url, socket: { reconnectStrategy: false } });
      client.on('error', () => {});
      await client.connect();
      onTestFinished(() => client.destroy());
      return client;
    },
  };

  test.each(Object.entries(clients))(
    'is opened again, also where a client of %s is told not to reconnect (redis/node-redis#3396)',
    { timeout: 20_000 },
    async (name, connect) => {
      const { url } = await sharedRedis();
      const model = createModel();
      const start = async (): Promise<string> => {
        const store = redisStore(await connect(url), { prefix: `closed-${name}` });
        onTestFinished(() => store.close());
        return startServer('handleNode', createRelay({ store }), model.produce);
      };
      const [here, there] = [await start(), await start()];
      await ask(here, { key: 'tea' });
      model.emit('one ');
      const reader = await ask(there, { key: 'tea' });
      await reader.until(({ events }) => events.length === 1);
      const admin = new Redis(url);
      onTestFinished(() => admin.disconnect());
      const closeReading = async (): Promise<void> => {
        const list = (await admin.client('LIST')) as string;
        for (const [, id] of list.matchAll(/^id=(\d+) .*cmd=xread/gm)) await admin.client('KILL', 'ID', id!);
      };
      await closeReading();
      model.emit('two ');
      await reader.until(({ events }) => events.length === 2);
      // The process that produces the answer hears of a stop, too (open-webui/open-webui#28909).
      await closeReading();
      await ask(there, { method: 'DELETE', lastEventId: reader.lastEventId });
      expect(textOf(await reader.done)).toBe('one two ');
      expect(reader.events.at(-1)?.data).toBe('{"outcome":"stopped"}');
      expect(model.stopped).toBe(1);
    },
  );
});
