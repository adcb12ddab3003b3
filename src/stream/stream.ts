import type { CreateClient } from '../contract/client.ts';
import type { OpenStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { formatOf } from '../formats/auto.ts';
import { clientOf } from './client.ts';
import { openStream } from './open-stream.ts';

/**
 * Opens a stream: of any model's events, of which it finds out the format, or of any other server-sent events.
 *
 * @param input A URL; or a Request; or a Response or byte stream that somebody else fetched, which is read as it is
 *   and never asked for again.
 * @throws OptionsError at once, when an option has a value that cannot be honoured
 * @example
 * for await (const delta of stream('/api/chat', { body: { prompt } }).text) output.append(delta);
 */
export const stream: OpenStream = (input: StreamInput, options?: StreamOptions) =>
  openStream(input, options ?? {}, formatOf(options?.format)) as never;

/**
 * Makes a client with defaults of its own.
 *
 * @example
 * const api = createClient({ baseURL: 'https://api.example.com', headers: async () => ({ Authorization: await token() }) });
 * const answer = api.stream('/chat', { body: { prompt } });
 */
export const createClient: CreateClient = (defaults = {}) => clientOf(stream, defaults);
