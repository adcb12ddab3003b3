import { optionThrew } from './errors.ts';
import type { StreamInput, StreamOptions } from './options.ts';
import type { TransportRequest } from './transports/transport.ts';

/** What goes out: the address, what `fetch` takes beside it, and the `fetch` to use. */
export type PreparedRequest = Pick<TransportRequest, 'input' | 'fetch'> & {
  readonly init: RequestInit & { readonly headers: Headers };
};

/** The method that a request will have. A body makes it POST. */
export function methodOf(input: StreamInput, { method, body }: StreamOptions): string {
  return (method ?? (body ? 'POST' : ((input as Request).method ?? 'GET'))).toUpperCase();
}

/**
 * Prepares the requests of one stream. The function that it gives makes one attempt's request, calling the functions
 * among the options anew, and rejects with an OptionsError when one of them throws.
 */
export function createRequest(
  input: StreamInput,
  options: StreamOptions,
  format: string,
): (
  lastEventId: string,
  resumeElsewhere: boolean,
  response: Response | undefined,
) => Promise<PreparedRequest> {
  const { idempotencyKey, resume } = options;
  const method = methodOf(input, options);
  // Not crypto.randomUUID, which plain-HTTP pages lack.
  const key = idempotencyKey === true ? crypto.getRandomValues(new Uint32Array(4)).join('-') : idempotencyKey;
  const received = input instanceof ReadableStream ? new Response(input, EVENT_STREAM) : input;
  const fetch = received instanceof Response ? async () => received : (options.fetch ?? globalThis.fetch);

  return async (lastEventId, resumeElsewhere, response) => {
    let target: string | URL | Request = received instanceof Response ? received.url : received;
    let own: RequestInit = options as RequestInit;
    if (resumeElsewhere) {
      target = (await call('resume', resume, { lastEventId, response, format })) as typeof target;
      own = { ...own, method: 'GET', body: null };
    } else {
      own = { ...own, method, body: (await call('body', options.body)) as BodyInit | null };
    }
    const headers = new Headers((target as Request).headers);
    new Headers((await call('headers', options.headers)) as HeadersInit).forEach((value, name) =>
      headers.set(name, value),
    );
    const isJson = /^\[object (Object|Array)/.test({}.toString.call(own.body));
    if (isJson) own.body = JSON.stringify(own.body);
    const defaults = {
      Accept: 'text/event-stream',
      'Content-Type': isJson && 'application/json',
      'Idempotency-Key': key,
      // Header values are bytes; an event ID is sent in UTF-8, as EventSource sends it.
      'Last-Event-ID': String.fromCharCode(...new TextEncoder().encode(lastEventId)),
    };
    for (const [name, value] of Object.entries(defaults)) {
      if (value && !headers.has(name)) headers.set(name, value);
    }
    // A Request keeps its own body.
    if (!own.body) delete own.body;
    return {
      input: target instanceof Request ? target : String(target),
      init: { cache: 'no-store', ...own, headers },
      fetch,
    };
  };
}

const EVENT_STREAM = { headers: { 'Content-Type': 'text/event-stream' } };

async function call(option: string, value: unknown, ...args: unknown[]): Promise<unknown> {
  try {
    return typeof value === 'function' ? await value(...args) : value;
  } catch (error) {
    throw optionThrew(option, error);
  }
}
