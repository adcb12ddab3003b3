/** Relays in processes of their own, which die, and a Redis that goes away. The reader is the page's own `stream()`. */
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

  /** Asks one process, and gives the ID of the answer's beginning. */
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

  test.concurrent.for(PACKAGES)(
    'a reader of another process hears within 10 s that the process which makes its answer is dead (%s)',
    { timeout: 30_000 },
    async (packageName, context) => {
      const [maker, other] = (await startCluster(2, packageName, context)) as [
        ClusterProcess,
        ClusterProcess,
      ];
      const { name, search } = query(1000, 50);
      const reader = readFrom(other.url + search, await begin(maker.url + search));
      const iterator = reader.text[Symbol.asyncIterator]();
      await iterator.next();
      await maker.kill();
      const died = Date.now();
      const { outcome, text, error } = await reader.result;
      expect(Date.now() - died).toBeLessThan(10_000);
      expect(['failed', 'truncated']).toContain(outcome);
      expect(error?.message).toContain('is gone');
      expect(text.length).toBeGreaterThan(0);
      expect(answerTo(name, 1000).startsWith(text)).toBe(true);
      expect(model.asked.get(name)).toBe(1);
      // Whoever comes later is told the same, and so is the same question.
      const headers = { 'Last-Event-ID': `${reader.lastEventId.slice(0, 32)}:0` };
      const late = await fetch(other.url + search, { method: 'POST', headers });
      expect(await late.text()).toMatch(/event: error\ndata: \{"code":"cut".*\n\n$/);
    },
  );

  test.concurrent.for(PACKAGES)(
    'the death of the process that a reader is connected to costs it nothing (%s)',
    { timeout: 30_000 },
    async (packageName, context) => {
      const [maker, reading, spare] = (await startCluster(3, packageName, context)) as [
        ClusterProcess,
        ClusterProcess,
        ClusterProcess,
      ];
      const { name, search } = query(60, 50);
      const id = await begin(maker.url + search);
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
    'a process that was taken for dead and wakes up adds nothing, and stops its model',
    { timeout: 30_000 },
    async () => {
      const [maker, other] = (await startCluster(2, 'redis')) as [ClusterProcess, ClusterProcess];
      const { search } = query(1000, 50);
      const id = await begin(maker.url + search);
      const reader = await ask(other.url + search, { lastEventId: id });
      await reader.until(({ events }) => events.length > 0);
      const { stopped } = model;
      maker.pause();
      await reader.done;
      expect(reader.events.at(-1)?.data).toContain('"cut"');
      const seen = reader.raw;
      maker.goOn();
      await expect.poll(() => model.stopped, { timeout: 5000 }).toBe(stopped + 1);
      const again = await ask(other.url + search, { lastEventId: id });
      expect((await again.done).raw.replace(/: heartbeat.*\n\n/g, '')).toBe(
        seen.replace(/: heartbeat.*\n\n/g, ''),
      );
    },
  );

  test('a process that is slow for a while is not taken for dead', { timeout: 30_000 }, async () => {
    const [maker, other] = (await startCluster(2, 'ioredis')) as [ClusterProcess, ClusterProcess];
    const { name, search } = query(40, 50);
    const reader = readFrom(other.url + search, await begin(maker.url + search));
    await reader.text[Symbol.asyncIterator]().next();
    maker.pause();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    maker.goOn();
    expect(await reader.result).toMatchObject({ outcome: 'complete', text: answerTo(name, 40) });
  });

  test('readers of one process share one connection to Redis', { timeout: 30_000 }, async () => {
    const [maker, other] = (await startCluster(2, 'redis')) as [ClusterProcess, ClusterProcess];
    const { createClient } = await import('redis');
    const client = await createClient({ url: redis.url }).connect();
    afterTest(() => client.destroy());
    const connections = async (): Promise<number> => (await client.clientList()).length;
    const { search } = query(1000, 20);
    const id = await begin(maker.url + search);
    const before = await connections();
    const readers = await Promise.all(
      Array.from({ length: 20 }, () => ask(other.url + search, { lastEventId: id })),
    );
    await Promise.all(readers.map((reader) => reader.until(({ events }) => events.length > 3)));
    expect((await connections()) - before).toBeLessThanOrEqual(1);
  });
});

describe.skipIf(!hasRedis).each(PACKAGES)('a Redis that goes away (%s)', (packageName) => {
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
    ['with all that it had', ['--appendonly', 'yes', '--appendfsync', 'always']],
    ['with nothing', []],
  ] as const) {
    test(
      `and comes back ${kind} costs an answer that is being made nothing`,
      { timeout: 30_000 },
      async () => {
        const { redis, model, here, there } = await start(...args);
        const first = await ask(here);
        model.say('a', 'b');
        await first.until(({ events }) => events.length === 2);
        const far = await ask(there, { lastEventId: `${first.lastEventId.slice(0, 32)}:0` });
        await far.until(({ events }) => events.length === 2);
        await redis.kill();
        model.say('c');
        // Readers of the same process notice nothing.
        await first.until(({ events }) => events.length === 3);
        await new Promise((resolve) => setTimeout(resolve, 500));
        await redis.start();
        model.say('d');
        model.end();
        for (const reader of [first, far]) {
          expect(textOf(await reader.done)).toBe('abcd');
          expect(reader.events.at(-1)?.event).toBe('end');
        }
        const late = await ask(there, { lastEventId: `${first.lastEventId.slice(0, 32)}:1` });
        expect(textOf(await late.done)).toBe('bcd');
      },
    );
  }

  test('and comes back with nothing has lost what had ended: 410', { timeout: 30_000 }, async () => {
    const { redis, model, here } = await start();
    model.say('a');
    model.end();
    const first = await (await ask(here)).done;
    await redis.kill();
    await redis.start();
    await expect
      .poll(async () => (await ask(here, { lastEventId: first.lastEventId })).status, { timeout: 10_000 })
      .toBe(410);
  });

  test('answers what cannot wait with a 503, and asks no model', { timeout: 30_000 }, async () => {
    const { redis, model, here } = await start();
    const first = await ask(here);
    model.say('a');
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
    model.say('b');
    model.end();
    await expect.poll(async () => (await ask(here, { key: 'k' })).status, { timeout: 15_000 }).toBe(200);
    expect(model.asked).toBe(2);
  });
});
