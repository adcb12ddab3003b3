import type { StreamOptions } from '../../src/core.ts';
import { fetchEventSource } from '../../src/fetch-event-source.ts';

const quick: StreamOptions = { retry: { delay: 1, maxDelay: 4 } };

/** The ways in which a stream can ask, and go on: `test.each(everyTransport)('… (%s)', async (_, options) => …)`. */
export const everyTransport: readonly (readonly [name: string, options: StreamOptions])[] = [
  ['eventsource', { ...quick, transport: 'eventsource' }],
  ['fetch', { ...quick, transport: 'fetch' }],
  ['fetch-event-source', { ...quick, transport: fetchEventSource }],
  ['POST', { ...quick, body: { prompt: 'hi' }, resume: true }],
];

/** Those that see how a response ends. */
export const seeingTransports: typeof everyTransport = everyTransport.slice(1);
