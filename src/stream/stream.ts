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
 * import { stream } from 'teleprinter';
 * const answer = stream('/api/chat', { body: { prompt: 'tea' }, end: 'end' });
 * for await (const delta of answer.text) document.body.append(delta);
 * const { outcome } = await answer.result;
 */
export const stream: OpenStream = (input: StreamInput, options?: StreamOptions) =>
  openStream(input, options ?? {}, formatOf(options?.format)) as never;

/**
 * Makes a client with defaults of its own.
 *
 * @example
 * import { createClient } from 'teleprinter';
 * const token = async () => 'a fresh one';
 * const api = createClient({
 *   baseURL: 'https://api.example.com',
 *   headers: async () => ({ Authorization: `Bearer ${await token()}` }),
 * });
 * const answer = api.stream('/chat', { body: { prompt: 'tea' } });
 */
export const createClient: CreateClient = (defaults = {}) => clientOf(stream, defaults);
