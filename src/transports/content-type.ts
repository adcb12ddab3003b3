import { HttpError } from '../errors.ts';
import { readBody, SLICE } from './body.ts';
import {
  createJsonParser,
  createLenientEventParser,
  createLineParser,
  createTextParser,
  type CreateParser,
} from './parsers.ts';

/** In milliseconds: how long reading the body of an error may take. It may never end, and the status says enough. */
const ERROR_BODY_MS = 1000;

/**
 * The MIME type of a response, without parameters; `''` where it has none that is valid. Of several header lines the
 * last valid one counts. https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
function mimeTypeOf({ headers }: Response): string {
  let type = '';
  // A comma within quotes separates nothing.
  for (const value of headers.get('content-type')?.match(/(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g) ?? []) {
    const essence = /^\s*([^\s;/]+\/[^\s;/]+)\s*(?:;|$)/.exec(value)?.[1];
    if (essence && essence !== '*/*') type = essence.toLowerCase();
  }
  return type;
}

/** @throws HttpError unless the status is 2xx and the MIME type `text/event-stream`, whatever charset it claims */
export async function assertEventStream(response: Response): Promise<void> {
  if (!response.ok || mimeTypeOf(response) !== 'text/event-stream') throw await notAStream(response);
}

/** What a body is. `any`: its type is missing, or says nothing. */
export type BodyKind = 'events' | 'lines' | 'json' | 'text' | 'any';

/** What the body of a response is, by its MIME type. @throws HttpError where it can be no answer */
export async function bodyKindOf(response: Response): Promise<BodyKind> {
  const type = mimeTypeOf(response);
  const kind = response.ok && KINDS.find(([pattern]) => pattern.test(type))?.[1];
  if (!kind) throw await notAStream(response);
  return kind;
}

/** All of them are UTF-8, whatever charset they claim. */
const KINDS: readonly (readonly [RegExp, BodyKind])[] = [
  [/^text\/event-stream$/, 'events'],
  [/^(application|text)\/(x-)?(ndjson|jsonl|json-?(lines|stream))$/, 'lines'],
  [/^(application|text)\/([^/]+\+)?json(-seq)?$/, 'json'],
  [/^text\/(plain|markdown)$/, 'text'],
  [/^((application|binary)\/octet-stream)?$/, 'any'],
];

/**
 * The parser for a body of this kind that starts so; `undefined` while the start does not decide. Servers send event
 * streams under other types, so a start that only an event stream can have counts more than the type.
 * @throws HttpError for an HTML page without a type
 */
export function chooseParser(response: Response, kind: BodyKind, start: string): CreateParser | undefined {
  if (kind === 'events') return createLenientEventParser;
  if (kind === 'text') {
    // The first line decides, and three characters tell the lines of a data stream from text.
    const line = /^(?:data: ?([{[])|(?:data:.*|(?:event|id|retry): ?\S*)(\r?\n|$))/.exec(start);
    if (line?.[1] || line?.[2]) return createLenientEventParser;
    return line || start.length < 3 || isFieldBegun(start) ? undefined : createTextParser;
  }
  // A sequence of JSON texts has a record separator before each: https://www.rfc-editor.org/rfc/rfc7464
  const text = start.replace('\u001E', '').trimStart();
  if (isFieldBegun(text)) return undefined;
  if (/^(:|(data|event|id|retry):)/.test(text)) return createLenientEventParser;
  if (kind === 'lines' && text[0] !== '[') return createLineParser;
  if (text[0] === '{' || text[0] === '[') return createJsonParser;
  if (kind === 'any' && text[0] === '<') throw httpError(response, start);
  return createTextParser;
}

/** Whether a text may still become the name of a field of an event stream. */
function isFieldBegun(text: string): boolean {
  return ['data:', 'event:', 'id:', 'retry:'].some((field) => field !== text && field.startsWith(text));
}

async function notAStream(response: Response): Promise<HttpError> {
  return httpError(response, await errorBody(response));
}

function httpError(response: Response, body: string): HttpError {
  const { status, headers } = response;
  const hint = HINTS.find(([pattern]) => pattern.test(body))?.[1] ?? 'See body.';
  const type = headers.get('content-type') ?? 'no content type';
  return new HttpError(`The server answered ${status}, ${type}, not text/event-stream. ${hint}`, {
    status,
    headers,
    body,
    hint,
  });
}

/** Hints for what came instead of a stream, by how it begins. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(!doctype html|html|head|title)/i, 'It is an HTML page: a login, an error page, or the wrong URL.'],
  [/^\s*[{[]/, 'It is JSON, which may name the error: see body.'],
];

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
