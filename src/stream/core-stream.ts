import type { CreateClient } from '../contract/client.ts';
import type { OpenStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { OptionsError } from '../errors.ts';
import { plain } from '../formats/plain.ts';
import { createClientWith } from './client.ts';
import { openStream } from './open-stream.ts';

/**
 * Opens a stream of server-sent events.
 *
 * @param input A URL or Request to fetch; or a Response or byte stream, which is read but never requested again.
 * @throws OptionsError at once, if an option has a value that cannot be used
 * @example
 * import { stream } from 'teleprinter/core';
 * import { anthropic } from 'teleprinter/formats';
 * const answer = stream('/api/chat', { body: { prompt: 'tea' }, format: anthropic() });
 * for await (const delta of answer.text) document.body.append(delta);
 */
export const stream: OpenStream = (input: StreamInput, options?: StreamOptions) => {
  const format = options?.format ?? plain();
  if (typeof format === 'string') {
    throw new OptionsError(`Here a format is an object: import ${format} from 'teleprinter/formats'.`, {
      option: 'format',
    });
  }
  return openStream(input, options ?? {}, format) as never;
};

/**
 * Creates a client with its own default options.
 *
 * @example
 * import { createClient } from 'teleprinter/core';
 * const api = createClient({ baseURL: 'https://api.example.com', headers: { 'X-Tea': 'green' } });
 * const answer = api.stream('/chat', { body: { prompt: 'tea' } });
 */
export const createClient: CreateClient = (defaults = {}) => createClientWith(stream, defaults);
