/** Clients of Redis with the options that applications set. */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createClient, RESP_TYPES } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { redisStore, type RedisClient } from '../../src/redis.ts';
import { createRelay, type RelayOptions } from '../../src/server.ts';
import { shareOf } from '../share.ts';
import { ask, createModel, startServer, textOf } from './harness.ts';
import { hasRedis } from './redis-server.ts';
import { sharedRedis } from './stores.ts';

let prefixes = 0;

/** Starts two relays, each with its own client, and records the errors of both. */
async function startTwo(open: (url: string) => Promise<RedisClient>, options: RelayOptions = {}) {
  const { url } = await sharedRedis();
  const prefix = `clients-${prefixes++}`;
  const model = createModel();
  const errors: unknown[] = [];
  const [here, there] = await Promise.all(
    [1, 2].map(async () => {
      const store = redisStore(await open(url), { prefix, onError: (error) => errors.push(error) });
      onTestFinished(() => store.close());
      const relay = createRelay({ onError: (error) => errors.push(error), ...options, store });
      return startServer('handleNode', relay, model.produce);
    }),
  );
  return { here: here!, there: there!, model, errors };
}

const CLIENTS: readonly (readonly [string, (url: string) => Promise<RedisClient>])[] = [
  [
    'of ioredis without a queue for commands before it is connected (redis/ioredis#945)',
    async (url) => {
      const client = new Redis(url, { enableOfflineQueue: false });
      onTestFinished(() => client.disconnect());
      await once(client, 'ready');
      return client;
    },
  ],
  [
    'of ioredis with a time limit for commands',
    async (url) => {
      const client = new Redis(url, { commandTimeout: 500 });
      onTestFinished(() => client.disconnect());
      return client;
    },
  ],
  [
    'of ioredis with a time limit for its socket',
    async (url) => {
      const client = new Redis(url, { socketTimeout: 500 });
      client.on('error', () => {});
      onTestFinished(() => client.disconnect());
      return client;
    },
  ],
  [
    'of redis with a time limit for its socket, which it pings',
    async (url) => {
      const client = createClient({ url, socket: { socketTimeout: 500 }, pingInterval: 100 });
      client.on('error', () => {});
      await client.connect();
      onTestFinished(() => client.destroy());
      return client;
    },
  ],
  [
    'of redis that returns buffers',
    async (url) => {
      const client = createClient({
        url,
        commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
      });
      await client.connect();
      onTestFinished(() => client.destroy());
      return client;
    },
  ],
];

describe.skipIf(!hasRedis)('a client', { timeout: 20_000 }, () => {
  test.each(shareOf(CLIENTS, 2))(
    '%s serves readers of other processes, without an error',
    async (_, open) => {
      const { here, there, model, errors } = await startTwo(open);
      const producer = await ask(here);
      model.emit('a');
      await producer.until(({ events }) => events.length === 1);
      const reader = await ask(there, { lastEventId: `${producer.lastEventId.slice(0, 32)}:0` });
      await reader.until(({ events }) => events.length === 1);
      // Longer than the time limits.
      await new Promise((resolve) => setTimeout(resolve, 1800));
      model.emit('b');
      const emittedAt = Date.now();
      await reader.until(({ events }) => events.length === 2);
      expect(Date.now() - emittedAt).toBeLessThan(400);
      model.end();
      expect(textOf(await reader.done)).toBe('ab');
      expect(errors).toEqual([]);
    },
  );

  const openIoredis = async (url: string): Promise<RedisClient> => {
    const client = new Redis(url);
    onTestFinished(() => client.disconnect());
    return client;
  };

  test('with a retention of 0 still sends the end to readers', async () => {
    for (let round = 0; round < 10; round++) {
      const { here, there, model } = await startTwo(openIoredis, { retention: 0 });
      const producer = await ask(here, { key: 'k' });
      model.emit('a');
      const reader = await ask(there, { key: 'k' });
      await reader.until(({ events }) => events.length === 1);
      model.emit('b');
      model.end();
      for (const one of [producer, reader]) expect(textOf(await one.done)).toBe('ab');
      expect(reader.events.at(-1)?.event).toBe('end');
    }
  });

  test('keeps answers without a time limit', async () => {
    const limits = { maxAge: Infinity, retention: Infinity, patience: Infinity };
    const { here, there, model, errors } = await startTwo(openIoredis, limits);
    const producer = await ask(here, { key: 'k' });
    expect(producer.status).toBe(200);
    model.emit('a');
    const reader = await ask(there, { key: 'k' });
    await reader.until(({ events }) => events.length === 1);
    model.end();
    expect(textOf(await reader.done)).toBe('a');
    expect(errors).toEqual([]);
  });
});
