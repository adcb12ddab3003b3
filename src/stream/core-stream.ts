import type { CreateClient } from '../contract/client.ts';
import type { OpenStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { OptionsError } from '../errors.ts';
import { plain } from '../formats/plain.ts';
import { clientOf } from './client.ts';
import { openStream } from './open-stream.ts';

/**
 * Opens a stream of server-sent events.
 *
 * @param input A URL; or a Request; or a Response or byte stream that somebody else fetched, which is read as it is
 *   and never asked for again.
 * @throws OptionsError at once, when an option has a value that cannot be honoured
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
 * Makes a client with defaults of its own.
 *
 * @example
 * import { createClient } from 'teleprinter/core';
 * const api = createClient({ baseURL: 'https://api.example.com', headers: { 'X-Tea': 'green' } });
 * const answer = api.stream('/chat', { body: { prompt: 'tea' } });
 */
export const createClient: CreateClient = (defaults = {}) => clientOf(stream, defaults);
