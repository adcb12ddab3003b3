import { warnOfSecrets } from './diagnose.ts';
import { OptionsError, optionError, TeleprinterError } from '../errors.ts';
import type { Resume, StreamInput, StreamOptions } from '../contract/options.ts';
import type { TransportRequest } from '../contract/transport.ts';
import { isResponse } from '../is-response.ts';
import { parseURL } from '../page-url.ts';
import { randomKey } from '../random-key.ts';

/** A request that is ready to send: the address, the options of `fetch`, and the `fetch` to use. */
export type PreparedRequest = Pick<TransportRequest, 'input' | 'fetch'> & {
  readonly init: RequestInit & { readonly headers: Headers };
};

/** The target of a request, or the Response of one that the caller sent. */
type RequestInput = Exclude<StreamInput, ReadableStream>;

/** Whether the options have a body; an empty string is one. */
export const hasBody = ({ body }: StreamOptions): boolean => Boolean(body) || body === '';

/** The method of the request. With a body, the default is POST. */
export function methodOf(input: StreamInput, options: StreamOptions): string {
  const defaultMethod = hasBody(options) ? 'POST' : ((input as Request | undefined)?.method ?? 'GET');
  return (options.method ?? defaultMethod).toUpperCase();
}

/** Whether a method is safe, i.e. read-only: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
export function isSafeMethod(method: string): boolean {
  return /^(GET|HEAD)$/.test(method);
}

/** Whether `resume` is an address or a function that returns one, rather than a boolean. */
export function isAddress(resume: Resume | undefined): resume is Exclude<Resume, boolean> {
  return Boolean(resume) && resume !== true;
}

/** The URL of an input, which may be relative. A byte stream has none, and counts as one of the page. */
export function urlOf(input: StreamInput): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- a byte stream's is no address, which is what counts
  return (input as Partial<Request> | null)?.url ?? String(input);
}

/** The origin of an input; `undefined` if it has none. https://url.spec.whatwg.org/#concept-url-origin */
export function originOf(input: StreamInput): string | undefined {
  return parseURL(urlOf(input))?.origin;
}

function isSameOrigin(a: StreamInput, b: StreamInput): boolean {
  return originOf(a) === originOf(b);
}

/** The headers of a request. The caller's may contain secrets, so they are sent to the origin of the input only. */
async function headersFor(
  target: RequestInput,
  input: RequestInput,
  options: StreamOptions,
): Promise<Headers> {
  const isOwn = isSameOrigin(target, input);
  const headers = new Headers(isOwn ? (input as Request).headers : undefined);
  const add = (more: unknown): void =>
    new Headers((more as Headers) || undefined).forEach((value, name) => headers.set(name, value));
  if (isOwn) add(await optionValue(options, 'headers'));
  if (target !== input) {
    // Only the input receives its body.
    headers.delete('content-type');
    add((target as Request).headers);
  }
  return headers;
}

/** A body as JSON. @throws OptionsError if it has none */
export function stringify(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw optionError('body', error);
  }
}

/**
 * Creates the function that prepares the request of each attempt of a stream. It calls the functions among the options
 * each time, and rejects with an OptionsError if one of them throws.
 */
export function createRequestFactory(
  input: RequestInput,
  options: StreamOptions,
  method: string,
): (
  lastEventId: string,
  resumeElsewhere: boolean,
  /** What else the `resume` function receives. */
  resumeContext: object,
) => Promise<PreparedRequest> {
  const { idempotencyKey, fetch = globalThis.fetch } = options;
  const key = idempotencyKey === true ? randomKey() : idempotencyKey;

  return async (lastEventId, resumeElsewhere, resumeContext) => {
    const target = (
      resumeElsewhere ? await optionValue(options, 'resume', { lastEventId, ...resumeContext }) : input
    ) as RequestInput;
    if (resumeElsewhere && (!target || !parseURL(urlOf(target)) || (target as Request).bodyUsed)) {
      throw new OptionsError('resume gave no address, or a read Request.', { option: 'resume' });
    }
    const body = resumeElsewhere ? null : await optionValue(options, 'body');
    if (DEVELOPMENT && typeof body === 'function')
      throw new OptionsError('body gave a function. Call it, as in request: uiMessages().', {
        option: 'body',
      });
    const isJson = /^\[object (Object|Array)]/.test({}.toString.call(body));
    const headers = await headersFor(target, input, options);
    const defaults = {
      Accept: 'text/event-stream',
      'Content-Type': isJson && 'application/json',
      // The key may give access to the answer, so only the origin of the input receives it.
      'Idempotency-Key': key && isSameOrigin(target, input) && headerValueOf(key),
      'Last-Event-ID': headerValueOf(lastEventId),
    };
    for (const [name, value] of Object.entries(defaults)) {
      if (value && !headers.has(name)) headers.set(name, value);
    }
    const prepared: PreparedRequest = {
      input: target instanceof Request ? target : urlOf(target),
      init: {
        ...(options as RequestInit),
        cache: options.cache ?? 'no-store',
        method: resumeElsewhere ? ((target as Request).method ?? 'GET') : method,
        // Without a body here, a Request keeps its own.
        body: isJson ? stringify(body) : (body as BodyInit | null),
        // `fetch` requires it for a body that is a stream.
        ...({ duplex: 'half' } as RequestInit),
        // With own properties, for a `fetch` that spreads them: https://github.com/modelcontextprotocol/typescript-sdk/pull/478
        headers: Object.assign(headers, Object.fromEntries(headers)),
      },
      fetch: input instanceof Response ? async () => input : fetch,
    };
    if (DEVELOPMENT) warnOfSecrets(prepared.input, headers);
    return prepared;
  };
}

/** The time limit for telling the server to stop, in milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Tells the server by `DELETE` that an answer is no longer wanted. The request outlives the page. An error is not
 * reported, as nothing can be done about it.
 */
export async function requestStop(
  input: StreamInput,
  options: StreamOptions,
  lastEventId: string,
): Promise<void> {
  const { stop, credentials, fetch = globalThis.fetch } = options;
  if (!stop || !lastEventId || isResponse(input)) return;
  const target = stop === true ? urlOf(input) : stop;
  try {
    const headers = await headersFor(target, input, options);
    headers.set('Last-Event-ID', headerValueOf(lastEventId));
    await fetch(String(target), {
      method: 'DELETE',
      headers,
      keepalive: true,
      // A custom `fetch` may rely on a signal. React Native lacks this one.
      signal: AbortSignal.timeout?.(STOP_TIMEOUT_MS) ?? null,
      ...(credentials && { credentials }),
    });
  } catch {
    // The stream is closed in any case, and the server stops by itself when it has no readers.
  }
}

/** Encodes an event ID as UTF-8, as EventSource sends it: header values are bytes. */
function headerValueOf(id: string): string {
  return Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte)).join('');
}

/** The value of an option, or the result of its function. @throws OptionsError if that cannot be used */
async function optionValue(
  options: StreamOptions,
  option: 'headers' | 'body' | 'resume',
  ...args: unknown[]
): Promise<unknown> {
  const value: unknown = options[option];
  try {
    const result: unknown = typeof value === 'function' ? await value(...args) : value;
    // Throws if it was sent before: `fetch` would fail as it does without a network.
    if (result instanceof ReadableStream) new Response(result);
    return option === 'headers' ? new Headers(result as HeadersInit) : result;
  } catch (error) {
    throw error instanceof TeleprinterError ? error : optionError(option, error);
  }
}
