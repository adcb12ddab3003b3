import { createParser } from 'eventsource-parser';
import { isDone } from '../done.ts';
import type { Failure } from './store.ts';

/**
 * What a model's answer may come as. Objects are sent as JSON, strings as they are, each as one event. A byte stream, a
 * Response, and strings that are the text of an event stream of JSON are read as one, and its events are sent on under IDs of
 * the relay.
 *
 * @example
 * import type { AnswerSource } from 'teleprinter/server';
 * const texts: AnswerSource = ['Boil ', 'fresh water.'];
 * const elsewhere: AnswerSource = await fetch('https://model.example.com/v1/chat', { method: 'POST' });
 */
export type AnswerSource = AsyncIterable<unknown> | Iterable<unknown> | ReadableStream<unknown> | Response;

/** One event of the model. */
export interface SourceEvent {
  /** The event's name; `message` where it has none. */
  readonly type: string;
  /** The data, as it is sent. */
  readonly data: string;
}

/** The model's server answered with something other than an event stream. */
class SourceError extends Error {
  override name = 'SourceError';
  readonly status: number;
  readonly headers: Headers;

  constructor(message: string, response: Response) {
    super(message);
    // What is no event stream is no answer, whatever its status says.
    this.status = response.status >= 400 ? response.status : 502;
    this.headers = response.headers;
  }
}

/** Reads a source to its end. */
export interface SourceReader {
  /** The response that it is read from, where it is one. */
  readonly response: Response | undefined;
  /** What comes next; `done` at the end. */
  pull(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  /** The events in what came. */
  read(value: unknown): readonly SourceEvent[];
  /** After the end: whether a byte stream ended in the middle of an event or of a line, and the end mark that came without its blank line. */
  end(): { readonly isCut: boolean; readonly events: readonly SourceEvent[] };
  /** Lets go of the source, also while `next` waits. */
  cancel(): void;
}

/** @param maxEventSize The largest event of a byte stream, in characters. */
export function readSource(source: AnswerSource, maxEventSize: number): SourceReader {
  if (isResponse(source)) {
    const type = source.headers.get('content-type') ?? 'no content type';
    if (!source.ok || !source.body || !/^text\/event-stream\b/i.test(type)) {
      void source.body?.cancel();
      throw new SourceError(`The model's server answered ${source.status} with ${type}.`, source);
    }
    return pullFrom(source.body, source, maxEventSize);
  }
  return pullFrom(source, undefined, maxEventSize);
}

function pullFrom(
  source: Exclude<AnswerSource, Response>,
  response: Response | undefined,
  maxEventSize: number,
): SourceReader {
  const { pull, cancel } = isReadableStream(source) ? pullStream(source) : pullIterable(source);
  let wire: WireReader | undefined;
  /** Whether texts are those of an event stream, which the first one tells. */
  let isWire: boolean | undefined;
  const reader = (): WireReader => (wire ??= createWireReader(maxEventSize));
  return {
    response,
    pull,
    read(value) {
      const bytes = bytesOf(value);
      if (bytes) return reader().parse(bytes);
      if (typeof value !== 'string') return toEvents(value);
      isWire ??= EVENT_STREAM.test(value);
      return isWire ? reader().parse(value) : toEvents(value);
    },
    end: () => wire?.end() ?? { events: [], isCut: false },
    cancel() {
      // The source's own trouble on the way out concerns nobody any more.
      new Promise((resolve) => {
        resolve(cancel());
      }).catch(() => {});
    },
  };
}

interface Pull {
  pull(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  cancel(): unknown;
}

function pullStream(stream: ReadableStream<unknown>): Pull {
  const reader = stream.getReader();
  return { pull: () => reader.read() as Promise<IteratorResult<unknown>>, cancel: () => reader.cancel() };
}

function pullIterable(source: AsyncIterable<unknown> | Iterable<unknown>): Pull {
  // A string is iterable, too, but nobody means its characters.
  const iterable = typeof source === 'string' ? [source] : source;
  const { [Symbol.asyncIterator]: createAsync, [Symbol.iterator]: create } = (iterable ?? {}) as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  if (createAsync) {
    const iterator = createAsync.call(iterable as AsyncIterable<unknown>);
    return { pull: () => iterator.next(), cancel: () => iterator.return?.() };
  }
  if (!create)
    throw new TypeError(
      `produce gave ${typeof source}. It takes an async iterable, a ReadableStream, or a Response with an event stream.`,
    );
  const iterator = create.call(iterable as Iterable<unknown>);
  return { pull: () => settled(iterator), cancel: () => iterator.return?.() };
}

/** The next value of a list, which may have promises in it, as for `for await`. */
async function settled(iterator: Iterator<unknown>): Promise<IteratorResult<unknown>> {
  const { done, value } = iterator.next();
  return { done: done === true, value: await (value as unknown) };
}

/**
 * What the text of an event stream begins with, as the AI SDK's `JsonToSseTransformStream` gives it, or a `TextDecoderStream`:
 * no model writes JSON behind a field's name.
 */
const EVENT_STREAM = /^(?::.*(?:\r?\n)+)*(?:(?:event|id|retry):.*\r?\n)*data: ?\{"/;

/** Also of another realm, as in Jest. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]'
    ? new Uint8Array(value as ArrayBuffer)
    : undefined;
}

/** One event for each value; none for what JSON cannot say. */
function toEvents(value: unknown): readonly SourceEvent[] {
  const data = typeof value === 'string' ? value : JSON.stringify(value);
  return data === undefined ? [] : [{ type: 'message', data }];
}

interface WireReader {
  parse(piece: Uint8Array | string): readonly SourceEvent[];
  /** The reader cannot be used after that. */
  readonly end: SourceReader['end'];
}

function createWireReader(maxEventSize: number): WireReader {
  const decoder = new TextDecoder();
  let events: SourceEvent[] = [];
  let last = '\n';
  const parser = createParser({
    maxBufferSize: maxEventSize,
    onEvent({ event: type = 'message', data }) {
      events.push({ type, data });
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') throw error;
    },
  });
  function parse(text: string): readonly SourceEvent[] {
    events = [];
    last = text.at(-1) ?? last;
    parser.feed(text);
    return events;
  }
  return {
    parse: (piece) => parse(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })),
    end() {
      const isInLine = last !== '\n' && last !== '\r';
      const begun = parse('\n\n');
      const isCut = begun.length ? begun.some(({ data }) => !isDone(data)) : isInLine;
      return { isCut, events: isCut ? [] : begun };
    },
  };
}

function isReadableStream(source: object): source is ReadableStream<unknown> {
  return typeof (source as ReadableStream).getReader === 'function';
}

/** Also of another realm or library: whatever has the fields. */
function isResponse(source: object): source is Response {
  return isHeaders((source as Response)?.headers) && 'body' in source && 'ok' in source;
}

function isHeaders(headers: unknown): headers is Headers {
  return typeof (headers as Headers | undefined)?.get === 'function';
}

/**
 * The HTTP answer to an error of the model: its own `status` or `statusCode`, as the vendors' packages have it, and its
 * `Retry-After`. Nothing else of it: an error may quote prompts and keys.
 */
export function failureOf(error: unknown): Failure {
  const { status, statusCode, headers, responseHeaders } = (error ?? {}) as Record<string, unknown>;
  const known = [status, statusCode].find(
    (one) => Number.isInteger(one) && Number(one) >= 400 && Number(one) < 600,
  );
  const given = isHeaders(headers)
    ? headers.get('retry-after')
    : ((headers ?? responseHeaders) as Record<string, unknown> | undefined)?.['retry-after'];
  // A number of seconds or a date, and nothing that could be anything else.
  const retryAfter = typeof given === 'string' && /^[\w:,.+ -]{1,40}$/.test(given) ? given : undefined;
  return { status: known === undefined ? 502 : Number(known), retryAfter };
}
