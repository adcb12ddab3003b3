import type { EventNames } from './events.ts';
import type { EventStream } from './event-stream.ts';
import type { StreamInput, StreamOptions } from './options.ts';

/**
 * The default options of every stream that a client opens.
 *
 * @example
 * import { createClient, type ClientDefaults } from 'teleprinter';
 * const defaults: ClientDefaults = { baseURL: 'https://api.example.com', retry: { limit: 3 } };
 * const answer = createClient(defaults).stream('/chat', { body: { prompt: 'tea' } });
 */
export interface ClientDefaults<E extends EventNames = EventNames, T = unknown> extends StreamOptions<E, T> {
  /**
   * Prepended to every input that is not an absolute URL. Default headers are sent to its origin only.
   * @default the page's own origin
   */
  readonly baseURL?: string | URL | undefined;
}

/**
 * Opens streams that share default options.
 *
 * @example
 * import { createClient, type Client } from 'teleprinter';
 * const api: Client = createClient({ baseURL: 'https://api.example.com' });
 * const answer = api.stream('/chat', { body: { prompt: 'tea' } });
 */
export interface Client<E extends EventNames = EventNames, T = unknown> {
  /**
   * Like `stream()`, with the client's defaults: headers are merged by name, `retry` and `timeout` by field, and any
   * other option replaces the default.
   */
  stream<const E2 extends EventNames = E, T2 = T>(
    this: void,
    input: StreamInput,
    options?: StreamOptions<E2, T2>,
  ): EventStream<E2, T2>;
}

/**
 * The type of `createClient()`.
 *
 * @example
 * import { createClient, type CreateClient } from 'teleprinter';
 * const createOurs: CreateClient = (defaults) => createClient({ baseURL: '/api/', ...defaults });
 */
export type CreateClient = <const E extends EventNames = readonly string[], T = unknown>(
  defaults?: ClientDefaults<E, T>,
) => Client<E, T>;
