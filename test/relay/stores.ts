/** The stores on which the tests of the relay run, each shared by several simulated processes. */
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, onTestFinished } from 'vitest';
import { redisStore, type RedisClient } from '../../src/redis.ts';
import { memoryStore, type RelayStore } from '../../src/server.ts';
import { shareOf } from '../share.ts';
import { hasRedis, startRedis, type RedisServer } from './redis-server.ts';

export interface SharedStore {
  readonly name: string;
  /** Returns a function that opens the store of one more process. */
  open(): Promise<() => Promise<RelayStore>>;
}

let server: Promise<RedisServer> | undefined;
let prefixes = 0;

/** One Redis for all tests of a file, which use different prefixes. */
export function sharedRedis(): Promise<RedisServer> {
  return (server ??= startRedis());
}

/** A client that is closed after the test. */
export async function connect(name: 'redis' | 'ioredis', url: string): Promise<RedisClient> {
  if (name === 'ioredis') {
    const client = new Redis(url);
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    return client;
  }
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

function redisWith(name: 'redis' | 'ioredis'): SharedStore {
  return {
    name: `redisStore with ${name}`,
    async open() {
      const { url } = await sharedRedis();
      const prefix = `test-${prefixes++}`;
      return async () => {
        const store = redisStore(await connect(name, url), { prefix });
        onTestFinished(() => store.close());
        return store;
      };
    },
  };
}

export const STORES: readonly SharedStore[] = [
  {
    name: 'memoryStore',
    async open() {
      const store = memoryStore();
      return async () => store;
    },
  },
  ...(hasRedis ? shareOf(['redis', 'ioredis'] as const, 2).map(redisWith) : []),
];

afterAll(async () => (await server)?.stop());
