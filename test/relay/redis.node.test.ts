/** Faults that only a store with several processes can have. */
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { redisStore } from '../../src/redis.ts';
import { createRelay, type RelayOptions } from '../../src/server.ts';
import { ask, createModel, startServer, textOf } from './harness.ts';
import { hasRedis } from './redis-server.ts';
import { connect, sharedRedis } from './stores.ts';

let prefixes = 0;

describe.skipIf(!hasRedis)('redisStore', () => {
  async function start(options: RelayOptions = {}, prefix = `only-${prefixes++}`) {
    const { url } = await sharedRedis();
    const models: ReturnType<typeof createModel>[] = [];
    const nodes = await Promise.all(
      [1, 2].map(async () => {
        const store = redisStore(await connect('redis', url), { prefix });
        onTestFinished(() => store.close());
        const relay = createRelay({ ...options, store });
        return startServer('handleNode', relay, (context) => {
          const model = createModel();
          models.push(model);
          return model.produce(context);
        });
      }),
    );
    return { here: nodes[0]!, there: nodes[1]!, models, prefix };
  }

  test(
    'a reader that arrives while another leaves, and new blocks arrive, misses nothing',
    { timeout: 30_000 },
    async () => {
      const { here, there, models } = await start();
      for (let round = 0; round < 15; round++) {
        const producer = await ask(here);
        await expect.poll(() => models.length).toBe(round + 1);
        const model = models[round]!;
        model.emit('a', 'b', 'c');
        await producer.until(({ events }) => events.length === 3);
        const start = `${producer.lastEventId.slice(0, 32)}:0`;
        const first = await ask(there, { lastEventId: start });
        await first.until(({ events }) => events.length === 3);
        first.leave();
        // The other process has removed its follower, but its blocking read still includes the answer.
        await new Promise((resolve) => setTimeout(resolve, 5));
        const second = ask(there, { lastEventId: start });
        setTimeout(() => {
          model.emit('d');
          model.end();
        }, round % 8);
        expect(textOf(await (await second).done)).toBe('abcd');
      }
    },
  );

  test('all keys have one hash tag and a time to live, and stores with other prefixes are separate', async () => {
    const { createClient } = await import('redis');
    const { url } = await sharedRedis();
    const client = await createClient({ url }).connect();
    onTestFinished(() => client.destroy());
    const { here, there, models, prefix } = await start({}, 'my-app');
    const answer = await ask(here, { key: 'k' });
    models[0]!.emit('x');
    await answer.until(({ events }) => events.length === 1);
    const remote = await ask(there, { lastEventId: answer.lastEventId });
    await remote.until(({ raw }) => raw !== '');
    models[0]!.end();
    await remote.done;
    const keys = await client.keys(`*${prefix}*`);
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) {
      expect(key).toMatch(/^\{my-app\}:/);
      expect(await client.pTTL(key)).toBeGreaterThan(0);
    }
    const other = await start();
    expect((await ask(other.here, { lastEventId: answer.lastEventId })).status).toBe(410);
  });

  test('an answer of many events is read in pages, from any event', { timeout: 20_000 }, async () => {
    const { here, there, models } = await start();
    const producer = await ask(here);
    const model = models[0]!;
    const words = Array.from({ length: 5000 }, (_, at) => `${at} `);
    // One by one, so that each is an entry of its own.
    for (const [at, word] of words.entries()) {
      model.emit(word);
      if (at % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    model.end();
    await producer.done;
    const id = producer.lastEventId.slice(0, 32);
    for (const from of [0, 1, 999, 1000, 4999, 5000]) {
      const reader = await ask(there, { lastEventId: `${id}:${from}` });
      expect(textOf(await reader.done)).toBe(words.slice(from).join(''));
      expect(reader.events.at(-1)?.event).toBe('end');
    }
  });

  test('an answer that Redis has evicted before its end still ends for readers elsewhere (jaseci-labs/jac#7492)', async () => {
    const { here, there, models, prefix } = await start();
    // Another answer of the same process, whose lease therefore stays.
    await ask(here);
    const producer = await ask(here, { key: 'tea' });
    await expect.poll(() => models.length).toBe(2);
    models[1]!.emit('a', 'b');
    const { lastEventId } = await producer.until(({ events }) => events.length === 2);
    const reader = await ask(there, { key: 'tea' });
    await reader.until(({ events }) => events.length === 2);
    const { url } = await sharedRedis();
    const admin = new Redis(url);
    onTestFinished(() => admin.disconnect());
    expect(await admin.del(`{${prefix}}:answer:${lastEventId.slice(0, 32)}`)).toBe(1);
    models[1]!.end();
    expect(textOf(await reader.done)).toBe('ab');
    expect(reader.events.at(-1)?.data).toBe('{"outcome":"complete"}');
    expect(textOf(await (await ask(there, { key: 'tea' })).done)).toBe('ab');
    expect(models).toHaveLength(2);
  });

  // Redis returns the keys of streams with the prefix, and ioredis does not remove it.
  test('a client with a keyPrefix reads answers of other processes', async () => {
    const { url } = await sharedRedis();
    const model = createModel();
    const urls = await Promise.all(
      [1, 2].map(async () => {
        const client = new Redis(url, { keyPrefix: 'app:' });
        onTestFinished(() => client.disconnect());
        const store = redisStore(client, { prefix: 'prefixed' });
        onTestFinished(() => store.close());
        return startServer('handleNode', createRelay({ store }), model.produce);
      }),
    );
    const answer = await ask(urls[0]!);
    model.emit('one ');
    const { lastEventId } = await answer.until(({ events }) => events.length > 0);
    const reader = await ask(urls[1]!, { method: 'GET', lastEventId });
    model.emit('two ');
    await reader.until(({ events }) => events.length > 0);
    await reader.until(() => (model.end(), true));
    expect(textOf(await reader.done)).toBe('two ');
  });
});
