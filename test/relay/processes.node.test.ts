/** Relays in separate processes that die, and a Redis that goes away. The reader is `stream()`, as in a page. */
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  onTestFinished as afterTest,
  test,
  type TestContext,
} from 'vitest';
import { stream } from '../../src/index.ts';
import { createRelay } from '../../src/server.ts';
import { redisStore } from '../../src/redis.ts';
import {
  answerTo,
  startModelServer,
  startProcess,
  type ClusterProcess,
  type ModelServer,
} from './cluster.ts';
import { ask, createModel, startServer, textOf } from './harness.ts';
import { shareOf } from '../share.ts';
import { hasRedis, startRedis, type RedisServer } from './redis-server.ts';
import { connect } from './stores.ts';

const PACKAGES = ['redis', 'ioredis'] as const;

describe.skipIf(!hasRedis)('processes on one Redis', () => {
  let redis: RedisServer;
  let model: ModelServer;
  let names = 0;

  beforeAll(async () => {
    [redis, model] = await Promise.all([startRedis(), startModelServer()]);
  });
  afterAll(async () => {
    await Promise.all([redis.stop(), model.stop()]);
  });

  async function startCluster(
    count: number,
    packageName: 'redis' | 'ioredis',
    { onTestFinished }: Pick<TestContext, 'onTestFinished'> = { onTestFinished: afterTest },
  ): Promise<ClusterProcess[]> {
    const prefix = `cluster-${names++}`;
    const all = await Promise.all(
      Array.from({ length: count }, () => startProcess(redis.url, model.url, prefix, packageName)),
    );
    onTestFinished(async () => {
      await Promise.all(all.map((one) => one.kill()));
    });
    return all;
  }

  /** Asks one process. @returns The event ID of the answer's start */
  async function begin(url: string): Promise<string> {
    const first = await ask(url);
    await first.until(({ events }) => events.length > 0);
    first.leave();
    return `${first.lastEventId.slice(0, 32)}:0`;
  }

  function readFrom(url: string, lastEventId: string): ReturnType<typeof stream> {
    return stream(url, { lastEventId, resume: true, retry: { delay: 20, limit: 3 } });
  }

  const query = (tokens: number, delay: number): { name: string; search: string } => {
    const name = `q${names++}`;
    return { name, search: `?name=${name}&tokens=${tokens}&delay=${delay}` };
  };

  test.concurrent.for(shareOf(PACKAGES, 2))(
    'a reader in another process receives an error within 10 s after the producing process has died (%s)',
    { timeout: 30_000 },
    async (packageName, context) => {
      const [producer, other] = (await startCluster(2, packageName, context)) as [
        ClusterProcess,
        ClusterProcess,
      ];
      const { name, search } = query(1000, 50);
      const reader = readFrom(other.url + search, await begin(producer.url + search));
      const iterator = reader.text[Symbol.asyncIterator]();
      await iterator.next();
      await producer.kill();
      const diedAt = Date.now();
      const { outcome, text, error } = await reader.result;
      expect(Date.now() - diedAt).toBeLessThan(10_000);
      expect(['failed', 'truncated']).toContain(outcome);
      expect(error?.message).toContain('is gone');
      expect(text.length).toBeGreaterThan(0);
      expect(answerTo(name, 1000).startsWith(text)).toBe(true);
      expect(model.asked.get(name)).toBe(1);
      // Later readers receive the same error.
      const headers = { 'Last-Event-ID': `${reader.lastEventId.slice(0, 32)}:0` };
      const late = await fetch(other.url + search, { method: 'POST', headers });
      expect(await late.text()).toMatch(/event: error\ndata: \{"code":"cut".*\n\n$/);
    },
  );

  test.concurrent.for(shareOf(PACKAGES, 2))(
    'a reader loses nothing when the process that it is connected to dies (%s)',
    { timeout: 30_000 },
    async (packageName, context) => {
      const [producer, reading, spare] = (await startCluster(3, packageName, context)) as [
        ClusterProcess,
        ClusterProcess,
        ClusterProcess,
      ];
      const { name, search } = query(60, 50);
      const id = await begin(producer.url + search);
      const reader = stream(reading.url + search, {
        lastEventId: id,
        resume: ({ lastEventId }) =>
          new Request(spare.url + search, { headers: { 'Last-Event-ID': lastEventId } }),
        retry: { delay: 20 },
      });
      await reader.text[Symbol.asyncIterator]().next();
      await reading.kill();
      const { outcome, text } = await reader.result;
      expect(outcome).toBe('complete');
      expect(text).toBe(answerTo(name, 60));
      expect(model.asked.get(name)).toBe(1);
    },
  );

  test(
    'a process that was considered dead and wakes up appends nothing, and stops its model',
    { timeout: 30_000 },
    async () => {
      const [producer, other] = (await startCluster(2, 'redis')) as [ClusterProcess, ClusterProcess];
      const { search } = query(1000, 50);
      const id = await begin(producer.url + search);
      const reader = await ask(other.url + search, { lastEventId: id });
      await reader.until(({ events }) => events.length > 0);
      const { stopped } = model;
      producer.pause();
      await reader.done;
      expect(reader.events.at(-1)?.data).toContain('"cut"');
      const seen = reader.raw;
      producer.resume();
      await expect.poll(() => model.stopped, { timeout: 5000 }).toBe(stopped + 1);
      const again = await ask(other.url + search, { lastEventId: id });
      expect((await again.done).raw.replace(/: heartbeat.*\n\n/g, '')).toBe(
        seen.replace(/: heartbeat.*\n\n/g, ''),
      );
    },
  );

  test('a process that pauses for 4 s is not considered dead', { timeout: 30_000 }, async () => {
    const [producer, other] = (await startCluster(2, 'ioredis')) as [ClusterProcess, ClusterProcess];
    const { name, search } = query(40, 50);
    const reader = readFrom(other.url + search, await begin(producer.url + search));
    await reader.text[Symbol.asyncIterator]().next();
    producer.pause();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    producer.resume();
    expect(await reader.result).toMatchObject({ outcome: 'complete', text: answerTo(name, 40) });
  });

  test('readers of one process share one connection to Redis', { timeout: 30_000 }, async () => {
    const [producer, other] = (await startCluster(2, 'redis')) as [ClusterProcess, ClusterProcess];
    const { createClient } = await import('redis');
    const client = await createClient({ url: redis.url }).connect();
    afterTest(() => client.destroy());
    const connections = async (): Promise<number> => (await client.clientList()).length;
    const { search } = query(1000, 20);
    const id = await begin(producer.url + search);
    const before = await connections();
    const readers = await Promise.all(
      Array.from({ length: 20 }, () => ask(other.url + search, { lastEventId: id })),
    );
    await Promise.all(readers.map((reader) => reader.until(({ events }) => events.length > 3)));
    expect((await connections()) - before).toBeLessThanOrEqual(1);
  });
});

describe.skipIf(!hasRedis).each(shareOf(PACKAGES, 2))('a Redis that goes away (%s)', (packageName) => {
  async function start(...args: string[]) {
    const redis = await startRedis(...args);
    afterTest(() => redis.stop());
    const model = createModel();
    const nodes = await Promise.all(
      [1, 2].map(async () => {
        const store = redisStore(await connect(packageName, redis.url), { prefix: 'away' });
        afterTest(() => store.close());
        const relay = createRelay({ store, onError: () => {} });
        return startServer('handleNode', relay, (context) => model.produce(context));
      }),
    );
    return { redis, model, here: nodes[0]!, there: nodes[1]! };
  }

  for (const [kind, args] of [
    ['with all its data', ['--appendonly', 'yes', '--appendfsync', 'always']],
    ['without its data', []],
  ] as const) {
    test(
      `and comes back ${kind} does not harm an answer that is being produced`,
      { timeout: 30_000 },
      async () => {
        const { redis, model, here, there } = await start(...args);
        const first = await ask(here);
        model.emit('a', 'b');
        await first.until(({ events }) => events.length === 2);
        const remote = await ask(there, { lastEventId: `${first.lastEventId.slice(0, 32)}:0` });
        await remote.until(({ events }) => events.length === 2);
        await redis.kill();
        model.emit('c');
        // Readers of the same process notice nothing.
        await first.until(({ events }) => events.length === 3);
        await new Promise((resolve) => setTimeout(resolve, 500));
        await redis.start();
        model.emit('d');
        model.end();
        for (const reader of [first, remote]) {
          expect(textOf(await reader.done)).toBe('abcd');
          expect(reader.events.at(-1)?.event).toBe('end');
        }
        const late = await ask(there, { lastEventId: `${first.lastEventId.slice(0, 32)}:1` });
        expect(textOf(await late.done)).toBe('bcd');
      },
    );
  }

  test(
    'and comes back without its data has lost the answers that had ended: 410',
    { timeout: 30_000 },
    async () => {
      const { redis, model, here } = await start();
      model.emit('a');
      model.end();
      const first = await (await ask(here)).done;
      await redis.kill();
      await redis.start();
      await expect
        .poll(async () => (await ask(here, { lastEventId: first.lastEventId })).status, { timeout: 10_000 })
        .toBe(410);
    },
  );

  test('answers new requests with a 503, and asks no model', { timeout: 30_000 }, async () => {
    const { redis, model, here } = await start();
    const first = await ask(here);
    model.emit('a');
    await first.until(({ events }) => events.length === 1);
    await redis.kill();
    const refused = await Promise.all([
      ask(here, { key: 'k' }),
      ask(here, { lastEventId: `${'0'.repeat(32)}:1` }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([503, 503]);
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['1', '1']);
    expect(model.asked).toBe(1);
    await redis.start();
    model.emit('b');
    model.end();
    await expect.poll(async () => (await ask(here, { key: 'k' })).status, { timeout: 15_000 }).toBe(200);
    expect(model.asked).toBe(2);
  });
});
