import { expect, test } from 'vitest';
import { stream } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, sse } from '../server/script.ts';

test.each(['eventsource', 'fetch'] as const)('smoke %s', async (transport) => {
  const server = await serve([sse('hel'), sse('lo'), endEvent, end]);
  const s = stream(server.url, { transport });
  const events = [];
  for await (const event of s) events.push(event);
  console.log(JSON.stringify(events), JSON.stringify(await s.result));
  expect((await s.result).text).toBe('hello');
  expect(await server.requests()).toHaveLength(1);
});
