/** `teleprinter/redis`: a store for relays of many processes. */
export { redisStore, type RedisStoreOptions } from './server/redis/redis-store.ts';
export type {
  IoredisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './server/redis/connection.ts';
