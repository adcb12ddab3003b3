/** A store on a real Redis cluster, whose nodes accept commands only for their own keys. */
import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { redisStore, type RedisClient } from '../../src/redis.ts';
import { createRelay } from '../../src/server.ts';
import { ask, createModel, startServer, textOf } from './harness.ts';
import { hasRedis, startRedisCluster } from './redis-server.ts';

describe.skipIf(!hasRedis)('redisStore on a cluster', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>> | undefined;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 60_000);
  afterAll(() => cluster?.stop());

  const clients: Record<string, (urls: readonly string[]) => Promise<RedisClient>> = {
    async ioredis(urls) {
      const client = new Cluster([...urls]);
      client.on('error', () => {});
      onTestFinished(() => client.disconnect());
      return client;
    },
    async redis(urls) {
      const client = createCluster({ rootNodes: urls.map((url) => ({ url })) });
      client.on('error', () => {});
      await client.connect();
      onTestFinished(() => client.destroy());
      return client;
    },
  };

  test.each(Object.entries(clients))(
    'with %s, one process produces an answer, another one reads it and stops it',
    { timeout: 30_000 },
    async (name, connect) => {
      const model = createModel();
      const errors: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      const start = async (): Promise<string> => {
        const store = redisStore(await connect(cluster!.urls), { prefix: `on-${name}`, onError });
        onTestFinished(() => store.close());
        return startServer('handleNode', createRelay({ store, onError }), model.produce);
      };
      const [here, there] = [await start(), await start()];
      const answer = await ask(here, { key: 'tea' });
      model.emit('one ');
      const { lastEventId } = await answer.until(({ events }) => events.length > 0);
      const reader = await ask(there, { method: 'GET', lastEventId });
      const again = await ask(there, { key: 'tea' });
      model.emit('two ');
      await reader.until(({ events }) => events.length > 0);
      expect(textOf(await again.until(({ events }) => events.length > 1))).toBe('one two ');
      expect((await ask(there, { method: 'DELETE', lastEventId })).status).toBe(204);
      expect(textOf(await reader.done)).toBe('two ');
      expect((await answer.done).events.at(-1)?.data).toBe('{"outcome":"stopped"}');
      expect([model.asked, errors]).toEqual([1, []]);
    },
  );
});
