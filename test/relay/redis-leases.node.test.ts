/** The lease of a process, which it renews only while it produces answers. */
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { redisStore } from '../../src/redis.ts';
import type { StoredAnswer } from '../../src/server.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ANSWER: StoredAnswer = { id: '0f'.repeat(16), owner: '', key: undefined };
const EXISTS = 'ERR The ID specified in XADD is equal or smaller than the target stream top item';

/** A store on a client that replies as told, and a function that counts renewals of the lease within some seconds. */
function start(reply: (command: readonly string[]) => unknown) {
  let renewals = 0;
  const client = {
    async sendCommand(command: string[]) {
      if (command[1]?.includes(':alive:')) renewals++;
      return reply(command);
    },
    // The connection for commands that block.
    duplicate: () => ({ ...client, sendCommand: () => new Promise(() => {}) }),
    connect: async () => {},
    on: () => {},
    destroy: () => {},
  };
  const store = redisStore(client);
  onTestFinished(() => store.close());
  return {
    store,
    async renewed() {
      renewals = 0;
      await vi.advanceTimersByTimeAsync(5000);
      return renewals;
    },
  };
}

test('is renewed until the answer has ended', async () => {
  const { store, renewed } = start(() => 'OK');
  await store.create(ANSWER, 1000);
  expect(await renewed()).toBeGreaterThan(2);
  await store.end(ANSWER, { block: '' }, 1000);
  expect(await renewed()).toBe(0);
});

test('is not renewed for an answer that Redis could not create', async () => {
  let isDown = true;
  const { store, renewed } = start(() => {
    if (isDown) throw new Error('ECONNREFUSED');
    return 'OK';
  });
  await expect(store.create(ANSWER, 1000)).rejects.toThrow('ECONNREFUSED');
  isDown = false;
  expect(await renewed()).toBe(0);
});

test('is renewed for an answer that Redis had lost and could not create again at once', async () => {
  let isDown = false;
  const { store, renewed } = start(() => {
    if (isDown) throw new Error('ECONNREFUSED');
    return 'OK';
  });
  await store.create(ANSWER, 1000);
  isDown = true;
  await expect(store.create(ANSWER, 1000)).rejects.toThrow('ECONNREFUSED');
  isDown = false;
  expect(await renewed()).toBeGreaterThan(2);
});

test('is not renewed for an answer that another process has ended', async () => {
  const { store, renewed } = start(([name]) => {
    if (name === 'XADD') throw new Error(EXISTS);
    return name === 'XREVRANGE' ? [['9007199254740991-0', ['end', '{"block":""}']]] : 'OK';
  });
  await store.create(ANSWER, 1000);
  expect(await store.append(ANSWER.id, 1, ['data: a\n\n'])).toBe('ended');
  expect(await renewed()).toBe(0);
});

test.each(['refuses to write', 'writes again'])(
  'that is missing while Redis %s counts only in the second case (OT-CONTAINER-KIT/redis-operator#1760)',
  async (state) => {
    const oom = new Error("OOM command not allowed when used memory > 'maxmemory'.");
    const record = ['0-1', ['owner', '', 'node', 'another']];
    let ends = 0;
    const { store } = start(([name, ...rest]) => {
      if (name === 'PTTL') return -2;
      if (name === 'XRANGE') return [record];
      if (rest.includes('end')) ends++;
      if (state === 'refuses to write') throw oom;
      return 'OK';
    });
    store.follow(ANSWER.id, { blocks: () => {}, end: () => {} });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(ends > 0).toBe(state === 'writes again');
  },
);

test('a death is noticed where the clock of Redis is set back, so that the lease lasts for an hour', async () => {
  let ends = 0;
  const { store } = start(([name, ...rest]) => {
    if (name === 'PTTL') return 3_600_000;
    if (name === 'XRANGE') return [['0-1', ['owner', '', 'node', 'another']]];
    if (rest.includes('end')) ends++;
    return 'OK';
  });
  store.follow(ANSWER.id, { blocks: () => {}, end: () => {} });
  await vi.advanceTimersByTimeAsync(9000);
  expect(ends).toBeGreaterThan(0);
});

test('where the clock of a process is set forward after it has missed a lease once, no answer ends', async () => {
  let ends = 0;
  let reads = 0;
  const { store } = start(([name, ...rest]) => {
    if (name === 'PTTL') return ++reads === 2 || reads === 3 ? -2 : 3000;
    if (name === 'XRANGE') return [['0-1', ['owner', '', 'node', 'another']]];
    if (rest.includes('end')) ends++;
    return 'OK';
  });
  store.follow(ANSWER.id, { blocks: () => {}, end: () => ends++ });
  await vi.advanceTimersByTimeAsync(2500);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(5000);
  expect(ends).toBe(0);
});

test('a store may be closed twice', async () => {
  let isClosed = false;
  const connection = {
    sendCommand: () => new Promise(() => {}),
    duplicate: () => connection,
    connect: async () => {},
    on: () => {},
    destroy: () => {
      if (isClosed) throw new Error('The client is closed');
      isClosed = true;
    },
  };
  const store = redisStore(connection);
  store.follow(ANSWER.id, { blocks: () => {}, end: () => {} });
  await vi.advanceTimersByTimeAsync(1);
  await store.close();
  expect(isClosed).toBe(true);
  await expect(store.close()).resolves.toBeUndefined();
});
