import { HttpError } from '../errors.ts';
import { readBody, SLICE_SIZE } from './body.ts';
import {
  createJsonParser,
  createLenientEventParser,
  createLineParser,
  createTextParser,
  type CreateParser,
} from './parsers.ts';

/** @throws HttpError unless the status is 2xx and the MIME type is `text/event-stream`, with any charset */
export async function assertEventStream(response: Response): Promise<void> {
  if (!response.ok || mimeTypeOf(response) !== 'text/event-stream') throw await notAStream(response);
}

/** How to read a body. `any`: its MIME type is missing, or says nothing. */
export type BodyKind = 'events' | 'lines' | 'json' | 'text' | 'any';

/** The kind of a response's body, by its MIME type. @throws HttpError if it cannot be an answer */
export async function bodyKindOf(response: Response): Promise<BodyKind> {
  const type = mimeTypeOf(response);
  const kind = response.ok && KINDS.find(([pattern]) => pattern.test(type))?.[1];
  if (!kind) throw await notAStream(response);
  return kind;
}

/** All of them are read as UTF-8, whatever charset they claim. */
const KINDS: readonly (readonly [RegExp, BodyKind])[] = [
  [/^text\/event-stream$/, 'events'],
  [/^(application|text)\/(x-)?(ndjson|jsonl|json-?(lines|stream))$/, 'lines'],
  [/^(application|text)\/([^/]+\+)?json(-seq)?$/, 'json'],
  [/^text\/(plain|markdown)$/, 'text'],
  [/^((application|binary)\/octet-stream)?$/, 'any'],
];

/**
 * The MIME type of a response, without parameters; `''` if there is no valid one. The last valid one of several counts.
 * https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
function mimeTypeOf({ headers }: Response): string {
  let type = '';
  // A comma within quotes is not a separator.
  for (const value of headers.get('content-type')?.match(/(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g) ?? []) {
    const essence = /^\s*([^\s;/]+\/[^\s;/]+)\s*(?:;|$)/.exec(value)?.[1];
    if (essence && essence !== '*/*') type = essence.toLowerCase();
  }
  return type;
}

/**
 * Chooses the parser for a body of this kind by its start; `undefined` while the start is too short to decide. Servers
 * send event streams under other MIME types, so a start that only an event stream can have overrides the type.
 * @throws HttpError for an HTML page without a type, or with that of an event stream
 */
export function chooseParser(
  response: Response,
  kind: BodyKind,
  start: string,
  slice: string,
): CreateParser | undefined {
  if (kind === 'events') {
    if (PAGE.test(start)) throw httpError(response, start);
    return createLenientEventParser;
  }
  if (kind === 'text') {
    // The first line decides. Three characters of text are enough for a format to recognise the AI SDK's data stream.
    const line = /^(?:data: ?([{[])|(?:data:.*|(?:event|id|retry): ?\S*)(\r?\n|$))/.exec(start);
    if (line?.[1] || line?.[2]) return createLenientEventParser;
    return line || start.length < 3 || mayBecomeField(start) ? undefined : createTextParser;
  }
  // Trimming the start again for each piece of a long white space would be quadratic.
  if (!slice.trim()) return undefined;
  // A sequence of JSON texts has a record separator before each: https://www.rfc-editor.org/rfc/rfc7464
  const text = start.replace('\u001E', '').trimStart();
  if (mayBecomeField(text)) return undefined;
  if (/^(:|(data|event|id|retry):)/.test(text)) return createLenientEventParser;
  if (kind === 'lines' && text[0] !== '[') return createLineParser;
  if (text[0] === '{' || text[0] === '[') return createJsonParser;
  if (kind === 'any' && text[0] === '<') throw httpError(response, start);
  return createTextParser;
}

/** Whether more text may make this the name of a field of an event stream. */
function mayBecomeField(text: string): boolean {
  return ['data:', 'event:', 'id:', 'retry:'].some((field) => field !== text && field.startsWith(text));
}

async function notAStream(response: Response): Promise<HttpError> {
  return httpError(response, await readErrorBody(response));
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

/**
 * An HTML page, or HTML that a proxy has put before the first event of a stream, in the same line: that event would be
 * lost without a trace.
 */
const PAGE = /^\s*<(!doctype html|html|head|title|.*>(data|event|id|retry):)/i;

/** Hints for a body that is not a stream, by its start. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [PAGE, 'It is an HTML page: a login, an error page, or the wrong URL.'],
  [/^\s*[{[]/, 'It is JSON, which may name the error: see body.'],
];

/** Reads the start of a body that is not a stream, as far as it arrives in time. */
async function readErrorBody(response: Response): Promise<string> {
  let body = '';
  // React Native lacks it, and has the whole body anyway: https://github.com/react/react-native/issues/55247
  const signal = AbortSignal.timeout?.(ERROR_BODY_MS) ?? new AbortController().signal;
  try {
    await readBody(response, signal, undefined, (slice) => {
      body += slice;
      if (body.length >= SLICE_SIZE) throw TOO_LONG;
    });
  } catch {
    // The status says enough, and the part of the body that arrived is kept.
  }
  return body.slice(0, SLICE_SIZE);
}

/** The time limit for reading the body of an error, in milliseconds: it may never end. */
const ERROR_BODY_MS = 1000;

/** Thrown to stop reading a long error page. */
const TOO_LONG = new Error();
