/**
 * What is used of a client of `redis` (node-redis), 4 or later.
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
  /** In version 4 `disconnect`. */
  destroy?(): unknown;
  disconnect?(): unknown;
}

/**
 * What is used of `createCluster()` of `redis`, 4.7 or later.
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
 * What is used of a client of `ioredis`, 5 or later, or of its `Cluster`.
 *
 * @example
 * import { Redis } from 'ioredis';
 * import { redisStore, type IoredisClient } from 'teleprinter/redis';
 * const client: IoredisClient = new Redis('redis://localhost:6379');
 * const store = redisStore(client);
 */
export interface IoredisClient {
  pipeline(commands: unknown[][]): { exec(): Promise<readonly (readonly [Error | null, unknown])[] | null> };
  /** A `Cluster` takes its nodes before the options. */
  duplicate(optionsOrNodes?: object, options?: object): IoredisClient;
  readonly isCluster?: boolean;
  readonly options?: { readonly keyPrefix?: string | undefined } | undefined;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  disconnect(): unknown;
}

/**
 * A client of either package.
 *
 * @example
 * import { createRelay } from 'teleprinter/server';
 * import { redisStore, type RedisClient } from 'teleprinter/redis';
 * const relayOn = (client: RedisClient) => createRelay({ store: redisStore(client) });
 */
export type RedisClient = NodeRedisClient | NodeRedisCluster | IoredisClient;

export type Command = readonly string[];

interface SendOptions {
  readonly timeout?: number | undefined;
  readonly typeMapping?: object;
}

/** Whatever types the application wants to have from the client. */
const AS_TEXT: SendOptions = { typeMapping: {} };
/** For what is tried again anyway: since version 6, `redis` makes a signal and a timer for each command else. */
export const PATIENT: SendOptions = { ...AS_TEXT, timeout: undefined };
/** A command that blocks takes longer than others may. */
const NO_LIMITS = { commandTimeout: undefined, socketTimeout: undefined };

/** One connection to Redis, whichever package it is of. */
export interface Connection {
  /** What the client itself puts before each key, but does not take from the keys in a reply. */
  readonly keyPrefix: string;
  /**
   * Sends commands in one go. Gives the replies in their order, an Error where a command failed.
   * @param options How the client waits to send them, where its package knows.
   */
  send(commands: readonly Command[], options?: SendOptions): Promise<readonly unknown[]>;
  /** One more connection of the same kind, for commands that block. */
  duplicate(): Promise<Connection>;
  close(): void;
}

/**
 * The connection of a client that the application has opened.
 * @param key Any key of the store: a cluster finds the node by it.
 */
export function connectionOf(client: RedisClient, key: string): Connection {
  return 'pipeline' in client ? ioredisConnection(client) : nodeRedisConnection(client, key);
}

/** node-redis itself sends what is asked for in one tick in one go. */
function nodeRedisConnection(client: NodeRedisClient | NodeRedisCluster, key: string): Connection {
  const send = (command: Command, options: SendOptions): Promise<unknown> =>
    'masters' in client
      ? client.sendCommand(key, false, [...command], options)
      : client.sendCommand([...command], options);
  return {
    keyPrefix: '',
    send: (commands, options = AS_TEXT) =>
      Promise.all(
        commands.map((command) => send(command, options).catch((error: unknown) => asError(error))),
      ),
    async duplicate() {
      const copy =
        'masters' in client
          ? client.duplicate()
          : client.duplicate({ socket: { ...client.options?.socket, ...NO_LIMITS } });
      // The client connects again by itself; whoever waits for a reply hears of the failure.
      copy.on('error', () => {});
      await copy.connect();
      return nodeRedisConnection(copy, key);
    },
    close: () => (client.destroy ?? client.disconnect)?.call(client),
  };
}

/** ioredis writes each command by itself, so those of one microtask are collected here. */
function ioredisConnection(client: IoredisClient): Connection {
  let waiting: { commands: readonly Command[]; resolve(replies: readonly unknown[]): void }[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    // ioredis knows commands by the names of its methods.
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
    async duplicate() {
      const copy = client.isCluster
        ? client.duplicate([], { redisOptions: NO_LIMITS })
        : client.duplicate(NO_LIMITS);
      copy.on('error', () => {});
      return ioredisConnection(copy);
    },
    close: () => client.disconnect(),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The reply, where the command did not fail. */
export function valueOf(reply: unknown): unknown {
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

/** The streams in the reply of XREAD: pairs in RESP2, a map in RESP3, which packages give as a Map, an object or a flat list. */
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
