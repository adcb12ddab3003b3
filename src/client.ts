import type { EventNames, StreamInput, StreamOptions } from './options.ts';
import type { EventStream, OpenStream } from './event-stream.ts';

/** What every stream of a client starts from. */
export interface ClientDefaults<E extends EventNames = EventNames, T = unknown> extends StreamOptions<E, T> {
  /** Put before every path that is not a whole URL. */
  readonly baseURL?: string | URL | undefined;
}

/** Streams that share their defaults. */
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

/** The type of `createClient()`. */
export type CreateClient = <const E extends EventNames = readonly string[], T = unknown>(
  defaults?: ClientDefaults<E, T>,
) => Client<E, T>;

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
