/** A connection to Redis, with the client of either package. */
import { OptionsError } from '../../errors.ts';

/**
 * The members that the store uses of a client of `redis` (node-redis), 4 or later.
 *
 * @example
 * import { createClient } from 'redis';
 * import { redisStore, type NodeRedisClient } from 'teleprinter/redis';
 * const client: NodeRedisClient = await createClient().connect();
 * const store = redisStore(client);
 */
export interface NodeRedisClient {
  sendCommand(command: string[], options?: SendOptions): Promise<unknown>;
  duplicate(options?: object): NodeRedisClient;
  readonly options?: { readonly socket?: object | undefined } | undefined;
  connect(): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  /** Version 4 has `disconnect` instead. */
  destroy?(): unknown;
  disconnect?(): unknown;
}

/**
 * The members that the store uses of a cluster of `redis`, made by `createCluster()`, 4.7 or later.
 *
 * @example
 * import { createCluster } from 'redis';
 * import { redisStore, type NodeRedisCluster } from 'teleprinter/redis';
 * const cluster = createCluster({ rootNodes: [{ url: 'redis://localhost:7000' }] });
 * await cluster.connect();
 * const client: NodeRedisCluster = cluster;
 * const store = redisStore(client);
 */
export interface NodeRedisCluster {
  readonly masters: readonly unknown[];
  sendCommand(
    firstKey: string,
    isReadonly: boolean,
    command: string[],
    options?: SendOptions,
  ): Promise<unknown>;
  duplicate(): NodeRedisCluster;
  connect(): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  destroy?(): unknown;
  disconnect?(): unknown;
}

/**
 * The members that the store uses of a client of `ioredis`, 5 or later, or of its `Cluster`.
 *
 * @example
 * import { Redis } from 'ioredis';
 * import { redisStore, type IoredisClient } from 'teleprinter/redis';
 * const client: IoredisClient = new Redis('redis://localhost:6379');
 * const store = redisStore(client);
 */
export interface IoredisClient {
  pipeline(commands: unknown[][]): { exec(): Promise<readonly (readonly [Error | null, unknown])[] | null> };
  /** The arguments of a `Cluster` are its nodes and the options, those of a client only the options. */
  duplicate(optionsOrNodes?: object, options?: object): IoredisClient;
  readonly isCluster?: boolean;
  readonly options?: { readonly keyPrefix?: string | undefined } | undefined;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  disconnect(): unknown;
}

/**
 * A client or cluster of either package.
 *
 * @example
 * import { createRelay } from 'teleprinter/server';
 * import { redisStore, type RedisClient } from 'teleprinter/redis';
 * const relayOn = (client: RedisClient) => createRelay({ store: redisStore(client) });
 */
export type RedisClient = NodeRedisClient | NodeRedisCluster | IoredisClient;

/** A command and its arguments. */
export type Command = readonly string[];

interface SendOptions {
  readonly timeout?: number | undefined;
  readonly typeMapping?: object;
}

/** Returns replies in the default types, even if the application has set a type mapping on its client. */
const DEFAULT_TYPES: SendOptions = { typeMapping: {} };
/** For commands that are retried anyway. With a timeout, `redis` 6 or later makes a signal and a timer for each command. */
export const WITHOUT_TIMEOUT: SendOptions = { ...DEFAULT_TYPES, timeout: undefined };
/** The options of a connection for commands that block, which may exceed the application's timeouts. */
const NO_LIMITS = { commandTimeout: undefined, socketTimeout: undefined };
/** The connection for commands that block gets its first command before it is open. */
const QUEUE = { enableOfflineQueue: true };

/** One connection to Redis, with the client of either package. */
export interface Connection {
  /** The prefix that the client adds to each key that it sends, but does not remove from the keys in a reply. */
  readonly keyPrefix: string;
  /**
   * Sends commands together. Resolves with the replies in the same order; a failed command has an Error in place of its
   * reply.
   * @param options Options for node-redis; ioredis has none.
   */
  send(commands: readonly Command[], options?: SendOptions): Promise<readonly unknown[]>;
  /** Opens another connection of the same kind, for commands that block. It may be used, and closed, before it is open. */
  duplicate(): Connection;
  /** Closes the connection. May be called more than once. */
  close(): void;
}

/**
 * The connection of the application's client.
 * @param key Any key of the store, by which a cluster finds the node.
 * @throws OptionsError if the client is of another kind
 */
export function connectionOf(client: RedisClient, key: string): Connection {
  // A pool, and a client over HTTP, have no connection that may block. A sentinel has a `sendCommand` of its own.
  if (typeof client?.duplicate !== 'function' || 'use' in client)
    throw new OptionsError(
      'redisStore() takes a client or cluster of redis or ioredis, not a pool, a sentinel of redis, or a client over HTTP.',
      { option: 'client' },
    );
  return 'pipeline' in client ? ioredisConnection(client) : nodeRedisConnection(client, key);
}

/** node-redis pipelines the commands of one tick by itself. */
function nodeRedisConnection(client: NodeRedisClient | NodeRedisCluster, key: string): Connection {
  const send = (command: Command, options: SendOptions): Promise<unknown> =>
    'masters' in client
      ? client.sendCommand(key, false, [...command], options)
      : client.sendCommand([...command], options);
  return {
    keyPrefix: '',
    send: (commands, options = DEFAULT_TYPES) =>
      Promise.all(
        commands.map((command) => send(command, options).catch((error: unknown) => asError(error))),
      ),
    duplicate() {
      const copy =
        'masters' in client
          ? client.duplicate()
          : client.duplicate({ socket: { ...client.options?.socket, ...NO_LIMITS } });
      // The client reconnects by itself, and commands that wait for a reply reject. Without a listener, Node would throw.
      copy.on('error', () => {});
      const connecting = copy.connect();
      connecting.catch(() => {});
      const connection = nodeRedisConnection(copy, key);
      return {
        ...connection,
        send: async (...args) => {
          await connecting;
          return connection.send(...args);
        },
      };
    },
    close() {
      // Throws or rejects if the client has been closed, or has given up reconnecting.
      new Promise((resolve) => {
        resolve((client.destroy ?? client.disconnect)?.call(client));
      }).catch(() => {});
    },
  };
}

/** ioredis sends each command separately, so the commands of one microtask are collected into a pipeline. */
function ioredisConnection(client: IoredisClient): Connection {
  let waiting: { commands: readonly Command[]; resolve(replies: readonly unknown[]): void }[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    // A pipeline of ioredis takes method names, which are in lower case.
    const all = batch.flatMap(({ commands }) =>
      commands.map(([name = '', ...rest]) => [name.toLowerCase(), ...rest]),
    );
    const replies = await client
      .pipeline(all)
      .exec()
      .catch((error: unknown) => all.map(() => [asError(error), undefined] as const));
    let at = 0;
    for (const { commands, resolve } of batch) {
      const own = (replies ?? []).slice(at, (at += commands.length));
      resolve(own.map(([error, reply]) => error ?? reply));
    }
  }

  return {
    keyPrefix: client.options?.keyPrefix ?? '',
    send: (commands) =>
      new Promise((resolve) => {
        waiting.push({ commands, resolve });
        if (waiting.length === 1) queueMicrotask(() => void flush());
      }),
    duplicate() {
      const copy = client.isCluster
        ? client.duplicate([], { ...QUEUE, redisOptions: NO_LIMITS })
        : client.duplicate({ ...QUEUE, ...NO_LIMITS });
      copy.on('error', () => {});
      return ioredisConnection(copy);
    },
    close: () => client.disconnect(),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Returns a reply, or throws the error of a failed command. */
export function unwrapReply(reply: unknown): unknown {
  if (reply instanceof Error) throw reply;
  return reply;
}

/** An entry of a stream. */
export interface Entry {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The entries in the reply of XRANGE. */
export function entriesOf(reply: unknown): readonly Entry[] {
  return ((reply ?? []) as [string, string[]][]).map(([id, flat]) => {
    const fields: Record<string, string> = {};
    for (let at = 0; at + 1 < flat.length; at += 2) fields[flat[at]!] = flat[at + 1]!;
    return { id, fields };
  });
}

/**
 * The streams in the reply of XREAD: pairs in RESP2; a map in RESP3, which packages return as a Map, an object or a flat
 * list.
 */
export function streamsOf(reply: unknown): readonly (readonly [key: string, entries: readonly Entry[]])[] {
  if (!reply) return [];
  if (reply instanceof Map)
    return Array.from(reply as Map<string, unknown>, ([key, list]) => [key, entriesOf(list)]);
  if (!Array.isArray(reply)) return Object.entries(reply).map(([key, list]) => [key, entriesOf(list)]);
  const list = reply as unknown[];
  if (!list.length || Array.isArray(list[0]))
    return (list as [string, unknown][]).map(([key, entries]) => [key, entriesOf(entries)]);
  return list.flatMap((key, at) => (at % 2 ? [] : [[key as string, entriesOf(list[at + 1])] as const]));
}
