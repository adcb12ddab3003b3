import { warnOfSecrets } from './diagnose.ts';
import { OptionsError, optionError, TeleprinterError } from '../errors.ts';
import type { Resume, StreamInput, StreamOptions } from '../contract/options.ts';
import type { TransportRequest } from '../contract/transport.ts';
import { parseURL } from '../page-url.ts';
import { randomKey } from '../random-key.ts';

/** What goes out: the address, what `fetch` takes beside it, and the `fetch` to use. */
export type PreparedRequest = Pick<TransportRequest, 'input' | 'fetch'> & {
  readonly init: RequestInit & { readonly headers: Headers };
};

/** What is asked, or has been answered already. */
type RequestInput = Exclude<StreamInput, ReadableStream>;

/** Whether there is a body: an empty text is one. */
export const hasBody = ({ body }: StreamOptions): boolean => Boolean(body) || body === '';

/** The method that a request will have. A body makes it POST. */
export function methodOf(input: RequestInput, options: StreamOptions): string {
  const usual = hasBody(options) ? 'POST' : ((input as Request | undefined)?.method ?? 'GET');
  return (options.method ?? usual).toUpperCase();
}

/** Whether a method only asks, and changes nothing: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
export function isSafeMethod(method: string): boolean {
  return /^(GET|HEAD)$/.test(method);
}

/** Whether `resume` says where to go on, rather than whether. */
export function isAddress(resume: Resume | undefined): resume is Exclude<Resume, boolean> {
  return Boolean(resume) && resume !== true;
}

/** The address of an input, which may be relative. */
export function urlOf(input: RequestInput): string {
  return input instanceof Request || input instanceof Response ? input.url : String(input);
}

/** The origin of an input; `undefined` where it has none. https://url.spec.whatwg.org/#concept-url-origin */
export function originOf(input: StreamInput): string | undefined {
  const url = input instanceof ReadableStream ? '' : urlOf(input);
  return parseURL(url)?.origin;
}

function isSameOrigin(a: StreamInput, b: StreamInput): boolean {
  return originOf(a) === originOf(b);
}

/** The headers of a request. Those of the caller may hold secrets: they go to the origin that the caller named. */
async function headersFor(
  target: RequestInput,
  input: RequestInput,
  options: StreamOptions,
): Promise<Headers> {
  const isOwn = isSameOrigin(target, input);
  const headers = new Headers(isOwn ? (input as Request).headers : undefined);
  for (const more of [(target as Request).headers, isOwn && (await valueOf(options, 'headers'))]) {
    new Headers((more as Headers) || undefined).forEach((value, name) => headers.set(name, value));
  }
  // What is sent there is not sent elsewhere.
  if (target !== input) headers.delete('content-type');
  return headers;
}

function jsonOf(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw optionError('body', error);
  }
}

/**
 * Prepares the requests of one stream. The function that it gives makes one attempt's request, calling the functions
 * among the options anew, and rejects with an OptionsError when one of them throws.
 */
export function createRequest(
  input: RequestInput,
  options: StreamOptions,
  method: string,
): (
  lastEventId: string,
  resumeElsewhere: boolean,
  /** What the `resume` function gets to know besides. */
  known: object,
) => Promise<PreparedRequest> {
  const { idempotencyKey, fetch = globalThis.fetch } = options;
  const key = idempotencyKey === true ? randomKey() : idempotencyKey;

  return async (lastEventId, resumeElsewhere, known) => {
    const target = (
      resumeElsewhere ? await valueOf(options, 'resume', { lastEventId, ...known }) : input
    ) as RequestInput;
    if (!target) throw new OptionsError('resume gave no address.', { option: 'resume' });
    const body = resumeElsewhere ? null : await valueOf(options, 'body');
    const isJson = /^\[object (Object|Array)]/.test({}.toString.call(body));
    const headers = await headersFor(target, input, options);
    const defaults = {
      Accept: 'text/event-stream',
      'Content-Type': isJson && 'application/json',
      // To a server that has made the answer, the key may stand for it.
      'Idempotency-Key': key && isSameOrigin(target, input) && headerValueOf(key),
      'Last-Event-ID': headerValueOf(lastEventId),
    };
    for (const [name, value] of Object.entries(defaults)) {
      if (value && !headers.has(name)) headers.set(name, value);
    }
    const prepared: PreparedRequest = {
      input: target instanceof Request ? target : urlOf(target),
      init: {
        cache: 'no-store',
        ...(options as RequestInit),
        method: resumeElsewhere ? 'GET' : method,
        // Without one, a Request keeps its own.
        body: isJson ? jsonOf(body) : (body as BodyInit | null),
        headers,
      },
      fetch: input instanceof Response ? async () => input : fetch,
    };
    if (DEVELOPMENT) warnOfSecrets(prepared.input, headers);
    return prepared;
  };
}

/** How long telling the server to stop may take, in milliseconds. */
const STOP_MS = 10_000;

/**
 * Tells the server that an answer is not wanted any more, by `DELETE`. The request outlives the page; that nobody hears
 * it cannot be mended, so an error is not reported.
 */
export async function requestStop(
  input: StreamInput,
  options: StreamOptions,
  lastEventId: string,
): Promise<void> {
  const { stop, credentials, fetch = globalThis.fetch } = options;
  if (!stop || !lastEventId || input instanceof ReadableStream || input instanceof Response) return;
  const target = stop === true ? urlOf(input) : stop;
  try {
    const headers = await headersFor(target, input, options);
    headers.set('Last-Event-ID', headerValueOf(lastEventId));
    await fetch(String(target), {
      method: 'DELETE',
      headers,
      keepalive: true,
      // A `fetch` of the caller's may count on one.
      signal: AbortSignal.timeout(STOP_MS),
      ...(credentials && { credentials }),
    });
  } catch {
    // The stream is closed in any case, and the server stops by itself when nobody reads.
  }
}

/** Header values are bytes; an event ID is sent in UTF-8, as EventSource sends it. */
function headerValueOf(id: string): string {
  return Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte)).join('');
}

/** The value of an option, or what its function gives. @throws OptionsError where that cannot be used */
async function valueOf(
  options: StreamOptions,
  option: 'headers' | 'body' | 'resume',
  ...args: unknown[]
): Promise<unknown> {
  const value: unknown = options[option];
  try {
    const given: unknown = typeof value === 'function' ? await value(...args) : value;
    return option === 'headers' ? new Headers(given as HeadersInit) : given;
  } catch (error) {
    throw error instanceof TeleprinterError ? error : optionError(option, error);
  }
}
