import { guarded } from '../callback.ts';
import type { RelayStore } from '../store.ts';
import { createId } from '../wire.ts';
import { createAnswerStreams, type AnswerStreams } from './answer-streams.ts';
import { connectionOf, unwrapReply, type Connection, type RedisClient } from './connection.ts';
import { createFeed } from './feed.ts';
import { createFollowers, type Follower } from './followers.ts';
import { createInbox } from './inbox.ts';
import { createKeys, expiryOf, type Keys } from './keys.ts';
import { createLeases } from './leases.ts';

/**
 * The options of `redisStore()`.
 *
 * @example
 * import { Redis } from 'ioredis';
 * import { redisStore, type RedisStoreOptions } from 'teleprinter/redis';
 * const options: RedisStoreOptions = { prefix: 'tea-shop', onError: (error) => console.warn(error) };
 * const store = redisStore(new Redis(), options);
 */
export interface RedisStoreOptions {
  /**
   * The prefix of all keys. It is a hash tag, so that a cluster stores all keys in one slot: give each application, or each
   * part of a large one, its own prefix.
   * @default 'teleprinter'
   */
  readonly prefix?: string | undefined;
  /** Receives the errors of the connection that reads. The store reconnects until Redis can be reached. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Keeps answers in Redis 6.2 or later, for any number of processes. Each answer is a Redis Stream. Each process opens one
 * more connection, over which it reads the answers of all other processes.
 *
 * @param client A client or cluster of `redis`, already connected, or of `ioredis`. The store opens another connection like
 *   it, which `close` closes.
 * @example
 * import { createClient } from 'redis';
 * import { redisStore } from 'teleprinter/redis';
 * import { createRelay } from 'teleprinter/server';
 * const client = await createClient({ url: 'redis://localhost:6379' }).connect();
 * const relay = createRelay({ store: redisStore(client) });
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RelayStore {
  const { prefix = 'teleprinter', onError = () => {} } = options;
  const node = createId();
  const keys = createKeys(prefix);
  const connection = connectionOf(client, keys.alive(node));
  const answers = createAnswerStreams(connection, keys, node);
  const inbox = createInbox(connection, keys, node);
  const followers = createFollowers(connection, keys, () => inbox.wake());
  /** The IDs of the answers that this process is producing. */
  const producing = new Set<string>();

  const feed = createFeed({
    open: () => connection.duplicate(),
    cursors: () => followers.cursors().set(...inbox.cursor),
    onEntries(key, entries) {
      if (key === inbox.cursor[0]) inbox.receive(entries);
      else followers.receive(key, entries);
    },
    onError: guarded(onError),
  });
  const leases = createLeases({
    connection,
    keys,
    node,
    isProducing: () => producing.size > 0,
    producers: followers.producers,
    onDead: (dead) => void cutAnswersOf(dead, [...followers.live()], answers),
  });
  const start = (): void => [feed, leases].forEach((one) => one.start());

  return {
    ...createReadMarks(connection, keys),
    ...createWriting(answers, producing, start),
    find: async (id) => (await answers.find(id))?.answer,
    follow(id, sink) {
      start();
      return followers.add(id, sink);
    },
    async stop(id) {
      const found = await answers.find(id);
      if (found) await inbox.stop(found.node, id);
    },
    onStop: inbox.onStop,
    close: async () => [feed, leases, followers].forEach((one) => one.close()),
  };
}

/** The methods that write, which note the answers that this process is producing. @param start Called before the first */
function createWriting(
  answers: AnswerStreams,
  producing: Set<string>,
  start: () => void,
): Pick<RelayStore, 'create' | 'append' | 'end'> {
  return {
    async create(answer, lifetime) {
      start();
      // An answer that Redis has lost is created again, until that succeeds.
      let created = producing.has(answer.id) ? answer : undefined;
      producing.add(answer.id);
      try {
        created = await answers.create(answer, lifetime);
        return created;
      } finally {
        if (created?.id !== answer.id) producing.delete(answer.id);
      }
    },
    async append(id, first, blocks) {
      const result = await answers.append(id, first, blocks);
      if (result === 'ended') producing.delete(id);
      return result;
    },
    async end(answer, end, retention) {
      const result = await answers.end(answer, end, retention);
      producing.delete(answer.id);
      return result;
    },
  };
}

/** Ends the answers of a process that has died: in Redis, or, if Redis no longer has the answer, for its follower. */
async function cutAnswersOf(
  node: string,
  followers: readonly Follower[],
  answers: AnswerStreams,
): Promise<void> {
  for (const follower of followers) {
    if (follower.node !== node) continue;
    const isGone = await answers.cut(follower.id).catch(() => false);
    if (isGone) follower.cut();
  }
}

/** The keys that mark an answer as read by any process. */
function createReadMarks(connection: Connection, keys: Keys): Pick<RelayStore, 'keepRead' | 'readFor'> {
  return {
    async keepRead(id, duration) {
      const [reply] = await connection.send([['SET', keys.read(id), '1', 'PX', expiryOf(duration)]]);
      unwrapReply(reply);
    },
    async readFor(id) {
      const [reply] = await connection.send([['PTTL', keys.read(id)]]);
      return Math.max(0, Number(unwrapReply(reply)));
    },
  };
}
