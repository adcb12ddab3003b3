import { originOf } from '../connection/request.ts';
import type { Client, ClientDefaults } from '../contract/client.ts';
import type { EventNames } from '../contract/events.ts';
import type { OpenStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { pageURL } from '../page-url.ts';

/** A client whose streams are opened by this function. */
export function clientOf<E extends EventNames, T>(
  stream: OpenStream,
  defaults: ClientDefaults<E, T>,
): Client<E, T> {
  const { baseURL, headers: defaultHeaders, ...shared } = defaults;
  const ownOrigin = originOf(baseURL ?? pageURL() ?? '');
  return {
    stream(input, options = {}) {
      const target = join(baseURL, input);
      // Default headers may hold secrets: they go to the client's own origin. Outside a page there is none by itself.
      const isOwn = !ownOrigin || originOf(target) === ownOrigin;
      const headers = [isOwn ? defaultHeaders : undefined, options.headers].filter(
        (some) => some !== undefined,
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

/** Headers of several places in one. Of a name that comes twice, the later one counts. */
export function mergeHeaders(all: readonly HeadersOption[]): HeadersOption {
  const merge = (given: readonly HeadersInit[]): Headers =>
    new Headers(Object.fromEntries(given.flatMap((headers) => [...new Headers(headers)])));
  // A function promises that it may give others the next time.
  return all.some((option) => typeof option === 'function')
    ? async () =>
        merge(
          await Promise.all(all.map(async (option) => (typeof option === 'function' ? option() : option))),
        )
    : merge(all as readonly HeadersInit[]);
}

function join(base: string | URL | undefined, input: StreamInput): StreamInput {
  if (!base || typeof input !== 'string' || /^([a-z][a-z\d+.-]*:)?\/\//i.test(input)) return input;
  return `${String(base).replace(/\/+$/, '')}/${input.replace(/^\/+/, '')}`;
}
