/** The table of requests in docs/reference/relay.md, row by row, on every store and every kind of server. */
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRelay, type EndedAnswer, type RelayOptions } from '../../src/server.ts';
import { ADAPTERS, ask, createModel, startServer, textOf, type Adapter } from './harness.ts';
import { STORES, type SharedStore } from './stores.ts';

describe.each(STORES)('on $name', ({ open }: SharedStore) => {
  describe.each(ADAPTERS)('through %s', (adapter: Adapter) => {
    /** Starts `nodes` relays on one store and one model. */
    async function start(options: RelayOptions = {}, nodes = 1) {
      const model = createModel();
      const errors: unknown[] = [];
      const ended: EndedAnswer[] = [];
      const openStore = await open();
      const urls: string[] = [];
      for (let node = 0; node < nodes; node++) {
        const relay = createRelay({
          onError: (error) => errors.push(error),
          onEnd: (answer) => ended.push(answer),
          ...options,
          store: await openStore(),
        });
        urls.push(await startServer(adapter, relay, (context) => model.produce(context)));
      }
      return { url: urls[0]!, other: urls[1] ?? '', model, errors, ended };
    }

    test('a response has its headers and an ID at once, before the first token', async () => {
      const { url, model } = await start();
      const startedAt = Date.now();
      const answer = await ask(url);
      await answer.until(({ lastEventId }) => lastEventId !== '');
      expect(Date.now() - startedAt).toBeLessThan(1000);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
      expect(answer.headers.get('cache-control')).toBe('no-cache, no-transform');
      expect(answer.headers.get('vary')).toContain('Last-Event-ID');
      expect(answer.headers.get('x-accel-buffering')).toBe('no');
      expect(answer.raw).toMatch(/^: heartbeat 15000\n\nid: [0-9a-f]{32}:0\n\n$/);
      model.emit('Hello', { token: ' you' });
      model.end();
      await answer.done;
      expect(answer.events.map(({ event, data }) => [event, data])).toEqual([
        [undefined, 'Hello'],
        [undefined, '{"token":" you"}'],
        ['end', '{"outcome":"complete"}'],
      ]);
      expect(answer.events.map(({ id }) => id?.slice(33))).toEqual(['1', '2', 'end']);
      expect(model.asked).toBe(1);
    });

    test('a connection that was lost before the first token resumes the same answer', async () => {
      const { url, model } = await start();
      const lost = await ask(url);
      await lost.until(({ lastEventId }) => lastEventId !== '');
      lost.leave();
      const resumed = await ask(url, { lastEventId: lost.lastEventId });
      model.emit('All', ' of', ' it');
      model.end();
      expect(textOf(await resumed.done)).toBe('All of it');
      expect(model.asked).toBe(1);
    });

    test('requests with the same key get the same answer from its start, also concurrently and in another process', async () => {
      const { url, other, model } = await start({}, 2);
      const answers = await Promise.all([url, other, url, other].map((one) => ask(one, { key: 'k' })));
      model.emit('one', ' answer');
      model.end();
      const late = await ask(other, { key: 'k' });
      for (const answer of [...answers, late]) expect(textOf(await answer.done)).toBe('one answer');
      expect(new Set(answers.map(({ lastEventId }) => lastEventId)).size).toBe(1);
      expect(model.asked).toBe(1);
    });

    test('a key with another body gives the same answer, and of another owner another one', async () => {
      const owner = (request: Request) => request.headers.get('x-user');
      const openStore = await open();
      const urls: string[] = [];
      for (let node = 0; node < 2; node++) {
        const relay = createRelay({ owner, store: await openStore() });
        urls.push(await startServer(adapter, relay, async ({ request }) => [await request.text()]));
      }
      const askAs = async (user: string, url: string, body: string) =>
        textOf(await (await ask(url, { key: 'k', body, headers: { 'x-user': user } })).done);
      expect(await askAs('ada', urls[0]!, 'tea')).toBe('tea');
      expect(await askAs('ada', urls[1]!, 'milk')).toBe('tea');
      expect(await askAs('eve', urls[1]!, 'milk')).toBe('milk');
    });

    test('where the first client leaves before its question has come whole, the next one with its key asks', async () => {
      const openStore = await open();
      const urls: string[] = [];
      const ended: EndedAnswer[] = [];
      for (let node = 0; node < 2; node++) {
        const onEnd = (answer: EndedAnswer) => ended.push(answer);
        const relay = createRelay({ onError: () => {}, onEnd, store: await openStore() });
        urls.push(await startServer(adapter, relay, async ({ request }) => [await request.text()]));
      }
      for (const url of urls) {
        const socket = connect(Number(new URL(urls[0]!).port), '127.0.0.1');
        onTestFinished(() => void socket.destroy());
        socket.write(
          `POST / HTTP/1.1\r\nHost: test\r\nIdempotency-Key: ${url}\r\nContent-Length: 4\r\n\r\nte`,
        );
        await new Promise((resolve) => setTimeout(resolve, 60));
        const second = ask(url, { key: url, body: 'milk' });
        setTimeout(() => socket.destroy(), 30);
        expect(textOf(await (await second).done)).toBe('milk');
      }
      await expect.poll(() => ended.map(({ outcome }) => outcome)).toHaveLength(4);
      expect(ended.map(({ text }) => text).join()).toBe(',milk,,milk');
    });

    test('a reader resumes after any event, then reads live, and the model is asked once', async () => {
      const { url, other, model } = await start({}, 2);
      const first = await ask(url);
      model.emit('a', 'b', 'c');
      await first.until(({ events }) => events.length === 3);
      const ids = first.events.map(({ id }) => id!);
      const resumed = await Promise.all(
        [url, other].flatMap((one) => ids.map((id) => ask(one, { method: 'GET', lastEventId: id }))),
      );
      model.emit('d');
      await Promise.all(resumed.map((one) => one.until(({ raw }) => raw.includes('data: d'))));
      model.end();
      expect(await Promise.all(resumed.map(async ({ done }) => textOf(await done)))).toEqual([
        'bcd',
        'cd',
        'd',
        'bcd',
        'cd',
        'd',
      ]);
      expect(textOf(await first.done)).toBe('abcd');
      expect(model.asked).toBe(1);
    });

    test('an answer that has ended can be read again, and a reader that has its end gets a 204', async () => {
      const { url, other, model } = await start({}, 2);
      model.emit('x', 'y');
      model.end();
      const first = await (await ask(url)).done;
      for (const one of [url, other]) {
        const again = await ask(one, { lastEventId: first.events[0]!.id! });
        expect(textOf(await again.done)).toBe('y');
        expect(again.events.at(-1)).toMatchObject({ event: 'end', data: '{"outcome":"complete"}' });
        expect((await ask(one, { lastEventId: first.lastEventId })).status).toBe(204);
      }
      expect(model.asked).toBe(1);
    });

    test.each([
      ['an ID of another server', 'chatcmpl-12:7'],
      ['an unknown answer', `${'0'.repeat(32)}:3`],
      ['a path', '../../etc/passwd'],
      ['an ID of 12,000 characters', 'f'.repeat(12_000)],
      ['bytes beyond ASCII', 'é:1'],
      ['an invalid position', `${'0'.repeat(32)}:-1`],
    ])('%s gets a 410 with a problem document', async (_, lastEventId) => {
      const { url, model } = await start();
      for (const method of ['GET', 'POST', 'DELETE']) {
        const { status, headers, done } = await ask(url, { method, lastEventId });
        expect(status).toBe(410);
        expect(headers.get('content-type')).toBe('application/problem+json');
        expect(JSON.parse((await done).raw)).toEqual({
          type: 'about:blank',
          title: 'This answer does not exist, or no longer.',
          status: 410,
        });
      }
      expect(model.asked).toBe(0);
    });

    test('a position beyond the end of an answer gets a 410', async () => {
      const { url, other, model } = await start({}, 2);
      const reader = await ask(url);
      model.emit('x');
      await reader.until(({ events }) => events.length === 1);
      const beyond = `${reader.lastEventId.slice(0, 32)}:2`;
      expect((await ask(url, { lastEventId: beyond })).status).toBe(410);
      model.end();
      await reader.done;
      for (const one of [url, other])
        await expect.poll(async () => (await ask(one, { lastEventId: beyond })).status).toBe(410);
    });

    test("another user's answer looks like one that does not exist, and cannot be stopped", async () => {
      const { url, other, model } = await start({ owner: ({ headers }) => headers.get('x-user') }, 2);
      const mine = await ask(url, { headers: { 'x-user': 'me' }, key: 'k' });
      model.emit('secret');
      await mine.until(({ events }) => events.length === 1);
      const { lastEventId } = mine;
      for (const one of [url, other]) {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const stranger = await ask(one, { method, lastEventId, headers: { 'x-user': 'you' } });
          expect(stranger.status).toBe(410);
          expect((await stranger.done).raw).toBe(
            (await (await ask(one, { method, lastEventId: `${'0'.repeat(32)}:1` })).done).raw,
          );
        }
      }
      expect(model.stopped).toBe(0);
      // The same key of another user is another question.
      await ask(url, { headers: { 'x-user': 'you' }, key: 'k' });
      expect(model.asked).toBe(2);
    });

    test('DELETE stops the model in any process, and its readers receive the end', async () => {
      const { url, other, model, ended } = await start({}, 2);
      const here = await ask(url);
      model.emit('half');
      await here.until(({ events }) => events.length === 1);
      const there = await ask(other, { lastEventId: `${here.lastEventId.slice(0, 32)}:0` });
      await there.until(({ events }) => events.length === 1);
      const stop = await ask(other, { method: 'DELETE', lastEventId: here.lastEventId });
      expect(stop.status).toBe(204);
      for (const reader of [here, there]) {
        await reader.done;
        expect(textOf(reader)).toBe('half');
        expect(reader.events.at(-1)).toMatchObject({ event: 'end', data: '{"outcome":"stopped"}' });
      }
      expect(model.stopped).toBe(1);
      expect(ended).toMatchObject([{ outcome: 'stopped', text: 'half' }]);
      // Once more does no harm.
      expect((await ask(url, { method: 'DELETE', lastEventId: here.lastEventId })).status).toBe(204);
    });

    test('the model continues while the answer has readers, and for `patience` after that', async () => {
      const { url, model, ended } = await start({ patience: 600 });
      const first = await ask(url, { key: 'k' });
      const second = await ask(url, { key: 'k' });
      model.emit('a');
      await Promise.all([first, second].map((one) => one.until(({ events }) => events.length === 1)));
      first.leave();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const back = await ask(url, { lastEventId: first.lastEventId });
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(model.stopped).toBe(0);
      second.leave();
      back.leave();
      const leftAt = Date.now();
      await expect.poll(() => model.stopped, { timeout: 3000 }).toBe(1);
      expect(Date.now() - leftAt).toBeGreaterThan(400);
      await expect.poll(() => ended.length).toBe(1);
      expect(ended[0]).toMatchObject({ outcome: 'truncated', text: 'a' });
      const late = await (await ask(url, { lastEventId: first.lastEventId })).done;
      expect(late.events.at(-1)?.event).toBe('error');
      expect(late.raw).toContain('"abandoned"');
    });

    test('a reader of another process keeps the model going', async () => {
      const { url, other, model } = await start({ patience: 300 }, 2);
      const first = await ask(url);
      model.emit('a');
      await first.until(({ events }) => events.length === 1);
      const there = await ask(other, { lastEventId: first.lastEventId });
      first.leave();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(model.stopped).toBe(0);
      model.emit('b');
      model.end();
      expect(textOf(await there.done)).toBe('b');
    });

    test.each([
      [
        'its own status',
        Object.assign(new Error('sk-secret prompt'), {
          status: 429,
          headers: new Headers({ 'retry-after': '7' }),
        }),
        429,
        '7',
      ],
      [
        "the AI SDK's statusCode",
        Object.assign(new Error('sk-secret prompt'), { statusCode: 401 }),
        401,
        null,
      ],
      ['502', new Error('sk-secret prompt'), 502, null],
      ['502 for an invalid status', Object.assign(new Error('sk-secret'), { status: 200 }), 502, null],
    ])(
      'a model that fails before its first event is answered with %s, and without the text of its error',
      async (_, error, status, retryAfter) => {
        const { url, model, errors, ended } = await start();
        model.fail(error);
        const answer = await (await ask(url, { key: 'k' })).done;
        expect(answer.status).toBe(status);
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
        expect(answer.headers.get('retry-after')).toBe(retryAfter);
        expect(answer.raw).not.toContain('secret');
        expect(errors).toEqual([error]);
        expect(ended).toMatchObject([{ outcome: 'failed', text: '', error }]);
        // There is no answer, so the key is free again.
        await ask(url, { key: 'k' });
        expect(model.asked).toBe(2);
      },
    );

    test('a model that fails later gives an error event, and no end', async () => {
      const { url, other, model, ended } = await start({}, 2);
      const answer = await ask(url);
      model.emit('half');
      await answer.until(({ events }) => events.length === 1);
      const there = await ask(other, { lastEventId: answer.lastEventId });
      model.fail(new Error('sk-secret'));
      for (const reader of [answer, there]) {
        await reader.done;
        expect(reader.raw).not.toMatch(/event: end|secret/);
        expect(reader.events.at(-1)).toMatchObject({ event: 'error' });
        expect(JSON.parse(reader.events.at(-1)!.data)).toMatchObject({ code: 'model' });
      }
      expect(ended).toMatchObject([{ outcome: 'failed', text: 'half' }]);
    });

    test('a model that fails before its first token, but after the headers, gives an error event with its status', async () => {
      const { url, model } = await start();
      const answer = await ask(url);
      model.fail(Object.assign(new Error('sk-secret'), { status: 529 }));
      await answer.done;
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.events.at(-1)!.data)).toMatchObject({ code: 'model', status: 529 });
    });

    test('heartbeats have their interval as text, and are sent when nothing else is', async () => {
      const { url, model } = await start({ heartbeat: 100 });
      const answer = await ask(url);
      await answer.until(({ raw }) => raw.split(': heartbeat 100\n\n').length > 3);
      model.emit('x');
      model.end();
      expect(textOf(await answer.done)).toBe('x');
    });

    test('a heartbeat of Infinity is none', async () => {
      const timers = vi.spyOn(globalThis, 'setTimeout');
      onTestFinished(() => timers.mockRestore());
      const { url, model } = await start({ heartbeat: Infinity });
      const answer = await ask(url);
      await answer.until(({ lastEventId }) => lastEventId !== '');
      model.emit('x');
      model.end();
      expect(textOf(await answer.done)).toBe('x');
      expect(answer.raw).not.toContain('heartbeat');
      expect(timers.mock.calls.filter(([, delay]) => delay === Infinity)).toEqual([]);
    });
  });
});
