import type { Client, ClientDefaults } from '../contract/client.ts';
import type { EventNames } from '../contract/events.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { OpenStream } from '../contract/event-stream.ts';

/** A client whose streams are opened by this function. */
export function clientOf<E extends EventNames, T>(
  stream: OpenStream,
  defaults: ClientDefaults<E, T>,
): Client<E, T> {
  const { baseURL, ...shared } = defaults;
  return {
    stream(input, options = {}) {
      const merged = { ...shared, ...options } as unknown as StreamOptions;
      return stream(join(baseURL, input), {
        ...merged,
        ...(shared.headers && options.headers
          ? { headers: mergeHeaders(shared.headers, options.headers) }
          : {}),
        retry: { ...shared.retry, ...options.retry },
        timeout: { ...shared.timeout, ...options.timeout },
      }) as never;
    },
  };
}

type HeadersOption = NonNullable<StreamOptions['headers']>;

function mergeHeaders(...all: HeadersOption[]): HeadersOption {
  return async () => {
    const merged = new Headers();
    for (const option of all) {
      const headers = typeof option === 'function' ? await option() : option;
      new Headers(headers).forEach((value, name) => merged.set(name, value));
    }
    return merged;
  };
}

function join(base: string | URL | undefined, input: StreamInput): StreamInput {
  if (!base || typeof input !== 'string' || /^([a-z][a-z\d+.-]*:)?\/\//i.test(input)) return input;
  return `${String(base).replace(/\/+$/, '')}/${input.replace(/^\/+/, '')}`;
}
