import type { EventNames } from './events.ts';
import type { EventStream } from './event-stream.ts';
import type { StreamInput, StreamOptions } from './options.ts';

/**
 * What every stream of a client starts from.
 *
 * @example
 * import { createClient, type ClientDefaults } from 'teleprinter';
 * const defaults: ClientDefaults = { baseURL: 'https://api.example.com', retry: { limit: 3 } };
 * const answer = createClient(defaults).stream('/chat', { body: { prompt: 'tea' } });
 */
export interface ClientDefaults<E extends EventNames = EventNames, T = unknown> extends StreamOptions<E, T> {
  /**
   * Put before every path that is not a whole URL. Default headers go to its origin alone.
   * @default the page's own origin
   */
  readonly baseURL?: string | URL | undefined;
}

/**
 * Streams that share their defaults.
 *
 * @example
 * import { createClient, type Client } from 'teleprinter';
 * const api: Client = createClient({ baseURL: 'https://api.example.com' });
 * const answer = api.stream('/chat', { body: { prompt: 'tea' } });
 */
export interface Client<E extends EventNames = EventNames, T = unknown> {
  /**
   * As `stream()`, over the client's defaults: headers are merged by name, `retry` and `timeout` by field, and any
   * other option replaces the default.
   */
  stream<const E2 extends EventNames = E, T2 = T>(
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
