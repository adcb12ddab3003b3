import type { CreateClient } from '../contract/client.ts';
import type { OpenStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { formatOf } from '../formats/auto.ts';
import { createClientWith } from './client.ts';
import { openStream } from './open-stream.ts';

/**
 * Opens a stream of a model's answer, whose format it detects, or of any other server-sent events.
 *
 * @param input A URL or Request to fetch; or a Response or byte stream, which is read but never requested again.
 * @throws OptionsError at once, if an option has a value that cannot be used
 * @example
 * import { stream } from 'teleprinter';
 * const answer = stream('/api/chat', { body: { prompt: 'tea' }, end: 'end' });
 * for await (const delta of answer.text) document.body.append(delta);
 * const { outcome } = await answer.result;
 */
export const stream: OpenStream = (input: StreamInput, options?: StreamOptions) =>
  openStream(input, options ?? {}, formatOf(options?.format)) as never;

/**
 * Creates a client with its own default options.
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
export const createClient: CreateClient = (defaults = {}) => createClientWith(stream, defaults);
