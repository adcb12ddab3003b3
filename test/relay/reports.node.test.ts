/** Bugs that users of other libraries have reported of resumable streams; each test names the report. */
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { redisStore } from '../../src/redis.ts';
import { createRelay, type RelayOptions } from '../../src/server.ts';
import { ask, createModel, startServer, textOf } from './harness.ts';
import { hasRedis } from './redis-server.ts';
import { connect, sharedRedis } from './stores.ts';

let prefixes = 0;

describe.skipIf(!hasRedis)('bugs reported of other libraries', { timeout: 20_000 }, () => {
  async function start(options: RelayOptions = {}) {
    const { url } = await sharedRedis();
    const prefix = `reports-${prefixes++}`;
    const models: ReturnType<typeof createModel>[] = [];
    const nodes = await Promise.all(
      [1, 2].map(async () => {
        const store = redisStore(await connect('redis', url), { prefix });
        onTestFinished(() => store.close());
        const relay = createRelay({ onError: () => {}, ...options, store });
        return startServer('handleNode', relay, (context) => {
          const model = createModel();
          models.push(model);
          return model.produce(context);
        });
      }),
    );
    const admin = await createClient({ url }).connect();
    onTestFinished(() => admin.destroy());
    return { here: nodes[0]!, there: nodes[1]!, models, admin };
  }

  test('readers that ask at the moment of creation get the whole answer (vercel/resumable-stream#41)', async () => {
    const { here, there, models } = await start();
    for (let round = 0; round < 5; round++) {
      const key = `k${round}`;
      const readers = await Promise.all([here, there, here, there].map((url) => ask(url, { key })));
      expect(models).toHaveLength(round + 1);
      models[round]!.emit('a', 'b');
      models[round]!.end();
      for (const reader of readers) expect(textOf(await reader.done)).toBe('ab');
    }
  });

  test('a reader whose connection to Redis breaks still receives the end (vercel/resumable-stream#47)', async () => {
    const { here, there, models, admin } = await start();
    const producer = await ask(here);
    models[0]!.emit('a');
    await producer.until(({ events }) => events.length === 1);
    const reader = await ask(there, { lastEventId: `${producer.lastEventId.slice(0, 32)}:0` });
    await reader.until(({ events }) => events.length === 1);
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    models[0]!.emit('b');
    models[0]!.end();
    expect(textOf(await reader.done)).toBe('ab');
    expect(reader.events.at(-1)?.event).toBe('end');
  });

  test('a Redis that answers slowly delays a reader, but fails none (vercel/resumable-stream#42)', async () => {
    const { here, there, models, admin } = await start();
    const producer = await ask(here);
    models[0]!.emit('a');
    await producer.until(({ events }) => events.length === 1);
    await admin.sendCommand(['CLIENT', 'PAUSE', '2000']);
    const reader = await ask(there, { lastEventId: `${producer.lastEventId.slice(0, 32)}:0` });
    expect(reader.status).toBe(200);
    models[0]!.emit('b');
    models[0]!.end();
    expect(textOf(await reader.done)).toBe('ab');
  });

  test('answers leave no connections to Redis behind (vercel/resumable-stream#30)', async () => {
    const { here, there, models, admin } = await start();
    const count = async (): Promise<number> => (await admin.clientList()).length;
    const run = async (key: string): Promise<void> => {
      const readers = await Promise.all([here, there].map((url) => ask(url, { key })));
      models.at(-1)!.emit('x');
      models.at(-1)!.end();
      await Promise.all(readers.map(({ done }) => done));
    };
    await run('first');
    const before = await count();
    for (let at = 0; at < 8; at++) await run(`${at}`);
    expect(await count()).toBe(before);
  });

  test('an answer that has ended can be read by late readers (vercel/resumable-stream#44)', async () => {
    const { here, there, models } = await start();
    const producer = await ask(here, { key: 'k' });
    models[0]!.emit('all', ' of it');
    models[0]!.end();
    await producer.done;
    expect(textOf(await (await ask(there, { key: 'k' })).done)).toBe('all of it');
    expect(models).toHaveLength(1);
  });

  test('a reader can stop, from any process, an answer that another one resumed (vercel/ai#6502, VoltAgent#1239)', async () => {
    const { here, there, models } = await start();
    const producer = await ask(here);
    models[0]!.emit('half');
    await producer.until(({ events }) => events.length === 1);
    producer.leave();
    const resumed = await ask(there, { lastEventId: producer.lastEventId });
    await resumed.until(({ raw }) => raw !== '');
    await ask(there, { method: 'DELETE', lastEventId: producer.lastEventId });
    await resumed.done;
    expect(resumed.events.at(-1)?.data).toBe('{"outcome":"stopped"}');
    expect(models[0]!.stopped).toBe(1);
  });

  test('closing a tab does not stop the model, and DELETE does (vercel/ai#8390)', async () => {
    const { here, models } = await start({ patience: 10_000 });
    const reader = await ask(here);
    await reader.until(({ raw }) => raw !== '');
    reader.leave();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(models[0]!.stopped).toBe(0);
    await ask(here, { method: 'DELETE', lastEventId: reader.lastEventId });
    await expect.poll(() => models[0]!.stopped).toBe(1);
  });

  test('a reader that disconnects and resumes gets nothing twice (LibreChat#12225)', async () => {
    const { here, there, models } = await start();
    const producer = await ask(here);
    await producer.until(({ raw }) => raw !== '');
    let { lastEventId } = producer;
    let text = '';
    for (let at = 0; at < 20; at++) {
      models[0]!.emit(`${at} `, `${at}' `);
      const reader = await ask(at % 2 ? here : there, { lastEventId });
      await reader.until(({ events }) => events.length > at % 2);
      reader.leave();
      text += textOf(reader);
      ({ lastEventId } = reader);
    }
    models[0]!.end();
    text += textOf(await (await ask(there, { lastEventId })).done);
    expect(text).toBe(Array.from({ length: 20 }, (_, at) => `${at} ${at}' `).join(''));
  });

  test('a key whose answer has expired starts a new answer, in every process (LibreChat#13117)', async () => {
    const { here, there, models } = await start({ retention: 200 });
    for (const [round, words] of [['a', 'b', 'c'], ['x']].entries()) {
      const readers = await Promise.all([here, there].map((url) => ask(url, { key: 'same' })));
      models[round]!.emit(...words);
      models[round]!.end();
      for (const reader of readers) expect(textOf(await reader.done)).toBe(words.join(''));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(models).toHaveLength(2);
  });

  test('a reader of an answer that exceeds maxAge receives an error (assistant-ui#3979)', async () => {
    const { here, there } = await start({ maxAge: 500, retention: 100 });
    const producer = await ask(here, { key: 'k' });
    const reader = await ask(there, { key: 'k' });
    for (const one of [producer, reader]) {
      await one.done;
      expect(one.events.at(-1)?.data).toContain('"too-old"');
    }
  });
});
