import { HttpError } from '../errors.ts';
import { readBody, SLICE } from './body.ts';

const EVENT_STREAM = /^text\/event-stream *(;|$)/i;
const JSON_LINES = /^application\/(x-)?(ndjson|jsonl|json-?lines) *(;|$)/i;

/** In milliseconds: how long reading the body of an error may take. It may never end, and the status says enough. */
const ERROR_BODY_MS = 1000;

/** Whether a response claims to be JSON lines. */
export function isJsonLines(response: Response): boolean {
  return JSON_LINES.test(typeOf(response));
}

/**
 * Throws unless a response can be read as a stream: its status is 2xx and its type `text/event-stream` (or, with
 * `jsonLines`, JSON lines), whatever charset it claims: both are always UTF-8.
 * @throws HttpError
 */
export async function assertEventStream(response: Response, jsonLines?: boolean): Promise<void> {
  const { ok, status, headers } = response;
  const type = typeOf(response);
  if (ok && (EVENT_STREAM.test(type) || (jsonLines && JSON_LINES.test(type)))) return;
  const body = await errorBody(response);
  const hint = HINTS.find(([pattern]) => pattern.test(body))?.[1] ?? 'See body.';
  throw new HttpError(
    `The server answered ${status}, ${type || 'no content type'}, not text/event-stream. ${hint}`,
    {
      status,
      headers,
      body,
      hint,
    },
  );
}

/** Hints for what came instead of a stream, by how it begins. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(!doctype html|html|head|title)/i, 'It is an HTML page: a login, an error page, or the wrong URL.'],
  [/^\s*[{[]/, 'It is JSON, which may name the error: see body.'],
  [/^(data|event|id):/, 'It looks like an event stream: send that content type.'],
];

function typeOf({ headers }: Response): string {
  return headers.get('content-type') ?? '';
}

/** The start of a body that is no stream, as far as it arrives in time. */
async function errorBody(response: Response): Promise<string> {
  let body = '';
  try {
    await readBody(response, AbortSignal.timeout(ERROR_BODY_MS), undefined, (slice) => {
      body += slice;
      if (body.length >= SLICE) throw ENOUGH;
    });
  } catch {
    // The status says enough; what arrived of the body is kept.
  }
  return body.slice(0, SLICE);
}

/** Stops reading an error page that goes on. */
const ENOUGH = new Error();
