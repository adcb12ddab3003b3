import { originOf } from '../connection/request.ts';
import type { Client, ClientDefaults } from '../contract/client.ts';
import type { EventNames } from '../contract/events.ts';
import type { OpenStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { optionError } from '../errors.ts';
import { pageURL } from '../page-url.ts';

/** Creates a client that opens its streams with this function. */
export function createClientWith<E extends EventNames, T>(
  stream: OpenStream,
  defaults: ClientDefaults<E, T>,
): Client<E, T> {
  const { baseURL, headers: defaultHeaders, ...shared } = defaults;
  const ownOrigin = originOf(baseURL ?? pageURL() ?? '');
  return {
    stream(input, options = {}) {
      const target = joinURL(baseURL, input);
      // Default headers may contain secrets: they are sent only to the client's origin, if it has one.
      const isOwn = !ownOrigin || originOf(target) === ownOrigin;
      const headers = [isOwn ? defaultHeaders : undefined, options.headers].filter(
        (each) => each !== undefined,
      );
      return stream(target, {
        ...(shared as StreamOptions),
        ...options,
        headers: headers.length > 1 ? mergeHeaders(headers) : headers[0],
        retry: { ...shared.retry, ...options.retry },
        timeout: { ...shared.timeout, ...options.timeout },
      } as StreamOptions) as never;
    },
  };
}

type HeadersOption = NonNullable<StreamOptions['headers']>;

/**
 * Merges headers, of which any may be undefined. If a name comes twice, the later value wins.
 * @throws OptionsError, or rejects with it, if one cannot be used
 */
export function mergeHeaders(all: readonly (HeadersOption | undefined)[]): HeadersOption {
  const merge = (given: readonly (HeadersInit | undefined)[]): Headers => {
    try {
      return new Headers(Object.fromEntries(given.flatMap((headers) => [...new Headers(headers)])));
    } catch (cause) {
      throw optionError('headers', cause);
    }
  };
  // A function may return other headers the next time, so it stays a function.
  return all.some((option) => typeof option === 'function')
    ? async () =>
        merge(
          await Promise.all(all.map(async (option) => (typeof option === 'function' ? option() : option))),
        )
    : merge(all as readonly (HeadersInit | undefined)[]);
}

function joinURL(base: string | URL | undefined, input: StreamInput): StreamInput {
  if (!base || typeof input !== 'string' || /^([a-z][a-z\d+.-]*:|\/\/)/i.test(input)) return input;
  return `${String(base).replace(/\/+$/, '')}/${input.replace(/^\/+/, '')}`;
}
