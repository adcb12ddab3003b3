import { expect, test } from 'vitest';
import { stream } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { answer, endEvent, end, hang, sse } from '../server/script.ts';

const gone = answer(204, 'text/plain', '');

test('close() sends DELETE with the last event ID and the headers, if stop is set', async () => {
  const server = await serve([sse('a', { id: 'x-1' }), hang], gone);
  const source = stream(server.url, {
    body: { prompt: 'hi' },
    headers: { Authorization: 'Bearer 1' },
    stop: true,
    onText: () => source.close(),
  });
  expect((await source.result).outcome).toBe('stopped');
  await expect.poll(async () => (await server.requests()).length).toBe(2);
  const [, request] = await server.requests();
  expect(request).toMatchObject({
    method: 'DELETE',
    body: '',
    headers: { 'last-event-id': 'x-1', authorization: 'Bearer 1' },
  });
});

test('leaving a loop sends it too, to the address in stop', async () => {
  const server = await serve([sse('a', { id: '1' }), hang]);
  const elsewhere = await serve(gone);
  const headers = { 'X-Secret': 's' };
  for await (const _ of stream(server.url, { transport: 'fetch', headers, stop: elsewhere.url }).text) break;
  await expect.poll(async () => (await elsewhere.requests()).length).toBe(1);
  expect((await elsewhere.requests())[0]).toMatchObject({
    method: 'DELETE',
    headers: { 'last-event-id': '1' },
  });
});

test('an ended answer, an answer without an ID, and a stream without stop send nothing', async () => {
  const ended = await serve([sse('a', { id: '1' }), endEvent, end]);
  const source = stream(ended.url, { transport: 'fetch', stop: true });
  await source.result;
  source.close();
  const nameless = await serve([sse('a'), hang]);
  for await (const _ of stream(nameless.url, { transport: 'fetch', stop: true }).text) break;
  const plain = await serve([sse('a', { id: '1' }), hang]);
  for await (const _ of stream(plain.url, { transport: 'fetch' }).text) break;
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const server of [ended, nameless, plain]) expect(await server.requests()).toHaveLength(1);
});

test('an answer that another client has stopped is stopped here too, with the outcome in the end marker', async () => {
  const outcomes = await Promise.all(
    ['stopped', 'length', 'complete', 'constructor', 7, { toString: 1 }].map(async (outcome) => {
      const server = await serve([
        sse('a', { id: '1' }),
        sse(JSON.stringify({ outcome }), { event: 'end' }),
        end,
      ]);
      return (await stream(server.url, { transport: 'fetch' }).result).outcome;
    }),
  );
  expect(outcomes).toEqual(['stopped', 'length', 'complete', 'complete', 'complete', 'complete']);
});
