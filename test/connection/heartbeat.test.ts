import { expect, test } from 'vitest';
import { stream } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, gate, hang, sse, write, type Step } from '../server/script.ts';

const options = { transport: 'fetch', retry: { delay: 1, maxDelay: 2 } } as const;

test('a connection whose announced heartbeats stop is dead, and the answer goes on', async () => {
  const server = await serve(
    [write(': heartbeat 400\n\n'), sse('a', { id: '1' }), hang],
    [sse('b', { id: '2' }), endEvent, end],
  );
  const errors: unknown[] = [];
  const result = await stream(server.url, { ...options, onReconnect: ({ error }) => errors.push(error) })
    .result;
  expect(result).toMatchObject({ outcome: 'complete', text: 'ab' });
  expect(errors).toMatchObject([
    { code: 'timeout', message: expect.stringContaining('No data for 1000 ms') },
  ]);
});

test('a connection with heartbeats stays open, however long the model thinks', async () => {
  const beat = [write(': heartbeat 100\n\n'), { wait: 100 } satisfies Step];
  const server = await serve([...beat, ...beat, ...beat, ...beat, ...beat, sse('a'), endEvent, end]);
  expect(await stream(server.url, options).result).toMatchObject({
    outcome: 'complete',
    text: 'a',
    metrics: { reconnects: 0 },
  });
});

test('a very short heartbeat interval still allows a delay of one second', async () => {
  for (const interval of [1, 100]) {
    const server = await serve([
      write(`: heartbeat ${interval}\n\n`),
      { wait: 700 },
      sse('a'),
      endEvent,
      end,
    ]);
    expect(await stream(server.url, options).result).toMatchObject({
      outcome: 'complete',
      metrics: { reconnects: 0 },
    });
  }
});

test('other comments, invalid heartbeats, and idle: 0 set no limit', async () => {
  for (const [comment, idle] of [
    [': ping\n\n', 'auto'],
    [': heartbeat\n\n', 'auto'],
    [': heartbeat 0\n\n', 'auto'],
    [`: heartbeat ${'9'.repeat(30)}\n\n`, 'auto'],
    [': heartbeat 1\n\n', 0],
  ] as const) {
    const server = await serve([write(comment), gate('go'), sse('a'), endEvent, end]);
    const { result } = stream(server.url, { ...options, timeout: { idle } });
    await new Promise((resolve) => setTimeout(resolve, 60));
    await server.open('go');
    expect(await result, comment).toMatchObject({ outcome: 'complete', metrics: { reconnects: 0 } });
  }
});

test('native EventSource is still taken where idle is left to the server', async () => {
  const server = await serve([sse('a'), endEvent, end]);
  const transports: string[] = [];
  await stream(server.url, {
    timeout: { idle: 'auto' },
    onOpen: ({ transport }) => transports.push(transport),
  }).result;
  expect(transports).toEqual(['eventsource']);
});
