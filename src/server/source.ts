/** Reads the answer that `produce` returns, whatever its form, as events. */
import { createParser } from 'eventsource-parser';
import { isDone } from '../done.ts';
import type { Failure } from './store.ts';

/**
 * The forms of a model's answer. Each value is sent as one event, an object as JSON, a string as it is. A byte stream, a
 * Response, and strings with the text of an event stream of JSON are parsed as an event stream, whose events are sent with
 * IDs of the relay.
 *
 * @example
 * import type { AnswerSource } from 'teleprinter/server';
 * const texts: AnswerSource = ['Boil ', 'fresh water.'];
 * const elsewhere: AnswerSource = await fetch('https://model.example.com/v1/chat', { method: 'POST' });
 */
export type AnswerSource = AsyncIterable<unknown> | Iterable<unknown> | ReadableStream<unknown> | Response;

/** One event of the model. */
export interface SourceEvent {
  /** The event's name; `message` if it has none. */
  readonly type: string;
  /** The data that is sent. */
  readonly data: string;
}

/** The response of the model's server is not an event stream. */
class SourceError extends Error {
  override name = 'SourceError';
  readonly status: number;
  readonly headers: Headers;

  constructor(message: string, response: Response) {
    super(message);
    // Without an event stream there is no answer, even if the status is a success.
    this.status = response.status >= 400 ? response.status : 502;
    this.headers = response.headers;
  }
}

/** Reads a source to its end. */
export interface SourceReader {
  /** The source, if it is a response. */
  readonly response: Response | undefined;
  /** Pulls the next value; `done` at the end. */
  pull(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  /** The events in a value. */
  read(value: unknown): readonly SourceEvent[];
  /** Whether an event of a byte stream was larger than `maxEventSize`. Nothing can be read after it. */
  readonly isTooLarge: boolean;
  /**
   * Called after the end of the source.
   * @returns Whether a byte stream ended within an event or a line; and its end marker, if that came without a blank line
   */
  end(): { readonly isCut: boolean; readonly events: readonly SourceEvent[] };
  /** Cancels the source, even while `pull` is waiting. */
  cancel(): void;
}

/** @param maxEventSize The largest event of a byte stream, in characters. */
export function readSource(source: AnswerSource, maxEventSize: number): SourceReader {
  if (isResponse(source)) {
    const type = source.headers.get('content-type') ?? 'no content type';
    if (!source.ok || !source.body || !/^text\/event-stream\b/i.test(type)) {
      // `node-fetch` gives a stream of Node.
      const { body } = source as { body: { cancel?(): unknown; destroy?(): unknown } | null };
      discard(() => (body?.cancel ? body.cancel() : body?.destroy?.()));
      throw new SourceError(`The model's server answered ${source.status} with ${type}.`, source);
    }
    return createSourceReader(source.body, source, maxEventSize);
  }
  return createSourceReader(source, undefined, maxEventSize);
}

function createSourceReader(
  source: Exclude<AnswerSource, Response>,
  response: Response | undefined,
  maxEventSize: number,
): SourceReader {
  const { pull, cancel } = isReadableStream(source) ? pullStream(source) : pullIterable(source);
  let parser: EventStreamParser | undefined;
  /** Whether strings are the text of an event stream: decided by the first string. */
  let isEventStream: boolean | undefined;
  const texts = createTextReader();
  const parse = (piece: Uint8Array | string): readonly SourceEvent[] =>
    (parser ??= createEventStreamParser(maxEventSize)).parse(piece);
  return {
    response,
    pull,
    read(value) {
      const bytes = bytesOf(value);
      if (bytes) return parse(bytes);
      if (typeof value !== 'string') return toEvents(value);
      isEventStream ??= EVENT_STREAM.test(value);
      return isEventStream ? parse(value) : texts.read(value);
    },
    get isTooLarge() {
      return parser?.isTooLarge ?? false;
    },
    end: () => (parser ?? texts).end(),
    cancel: () => discard(cancel),
  };
}

/** Cancels what nobody reads, so that an error of the cancellation, as of a body that was read before, is ignored. */
function discard(cancel: () => unknown): void {
  new Promise((resolve) => {
    resolve(cancel());
  }).catch(() => {});
}

/** A source of any form as one that can be pulled. */
interface PullSource {
  pull(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  cancel(): unknown;
}

function pullStream(stream: ReadableStream<unknown>): PullSource {
  const reader = stream.getReader();
  return { pull: () => reader.read() as Promise<IteratorResult<unknown>>, cancel: () => reader.cancel() };
}

function pullIterable(source: AsyncIterable<unknown> | Iterable<unknown>): PullSource {
  // A string would be iterated by its characters, and bytes by their numbers.
  const iterable = typeof source === 'string' || bytesOf(source) ? [source] : source;
  const { [Symbol.asyncIterator]: createAsync, [Symbol.iterator]: create } = (iterable ?? {}) as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  if (createAsync) {
    const iterator = createAsync.call(iterable as AsyncIterable<unknown>);
    return {
      pull: () => iterator.next(),
      cancel() {
        // The iterator of a Node stream returns only after the next value.
        (iterable as { destroy?(): unknown }).destroy?.();
        return iterator.return?.();
      },
    };
  }
  if (!create)
    throw new TypeError(
      `produce gave ${source === null ? 'null' : typeof source}. Return the model's stream: an async iterable, a ReadableStream, or a Response with an event stream.`,
    );
  const iterator = create.call(iterable as Iterable<unknown>);
  return { pull: () => nextAwaited(iterator), cancel: () => iterator.return?.() };
}

/** The next value of an iterator. A promise is awaited, as `for await` does. */
async function nextAwaited(iterator: Iterator<unknown>): Promise<IteratorResult<unknown>> {
  const { done, value } = iterator.next();
  return { done: done === true, value: await (value as unknown) };
}

/**
 * Matches the beginning of the text of an event stream of JSON, as the AI SDK's `JsonToSseTransformStream` or a
 * `TextDecoderStream` emits it. A model's own text does not begin with `data:` and JSON.
 */
const EVENT_STREAM = /^(?::.*(?:\r?\n)+)*(?:(?:event|id|retry):.*\r?\n)*data: ?\{"/;

/** The bytes of a typed array or an ArrayBuffer, also from another realm, as in Jest. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]'
    ? new Uint8Array(value as ArrayBuffer)
    : undefined;
}

/** The event of a value; none for a value without JSON, such as `undefined`. */
function toEvents(value: unknown): readonly SourceEvent[] {
  const data = typeof value === 'string' ? value : JSON.stringify(value);
  return data === undefined ? [] : [{ type: 'message', data }];
}

/**
 * Makes the events of texts. The first half of a surrogate pair waits for the next text, because UTF-8 has no form for it.
 */
function createTextReader(): Pick<EventStreamParser, 'end'> & {
  read(text: string): readonly SourceEvent[];
} {
  let half = '';
  return {
    read(text) {
      const whole = half + text;
      const isHalf = (whole.charCodeAt(whole.length - 1) & 0xfc00) === 0xd800;
      const end = isHalf ? -1 : whole.length;
      half = whole.slice(end);
      return half === whole && half ? [] : toEvents(whole.slice(0, end));
    },
    end: () => ({ events: half ? toEvents(half) : [], isCut: false }),
  };
}

interface EventStreamParser {
  parse(piece: Uint8Array | string): readonly SourceEvent[];
  readonly isTooLarge: boolean;
  /** Ends the event stream. `parse` must not be called after it. */
  readonly end: SourceReader['end'];
}

function createEventStreamParser(maxEventSize: number): EventStreamParser {
  const decoder = new TextDecoder();
  let events: SourceEvent[] = [];
  let last = '\n';
  let isTooLarge = false;
  const parser = createParser({
    maxBufferSize: maxEventSize,
    onEvent({ event: type = 'message', data }) {
      events.push({ type, data });
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') isTooLarge = true;
    },
  });
  function parse(text: string): readonly SourceEvent[] {
    events = [];
    last = text.at(-1) ?? last;
    parser.feed(text);
    return events;
  }
  return {
    get isTooLarge() {
      return isTooLarge;
    },
    parse: (piece) => parse(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })),
    end() {
      const isInLine = last !== '\n' && last !== '\r';
      // Completes an event that came without its blank line.
      const unfinished = parse('\n\n');
      const isCut = unfinished.length ? unfinished.some(({ data }) => !isDone(data)) : isInLine;
      return { isCut, events: isCut ? [] : unfinished };
    },
  };
}

function isReadableStream(source: unknown): source is ReadableStream<unknown> {
  return typeof (source as ReadableStream | undefined)?.getReader === 'function';
}

/** Whether a source has the fields of a Response, which may be of another realm or library. */
function isResponse(source: object): source is Response {
  return isHeaders((source as Response)?.headers) && 'body' in source && 'ok' in source;
}

function isHeaders(headers: unknown): headers is Headers {
  return typeof (headers as Headers | undefined)?.get === 'function';
}

/**
 * The status and the `Retry-After` for an error of the model: its `status` or `statusCode`, which the vendors' packages set,
 * or those of the response or the last error that it names, else 502. Nothing else of the error is sent, because it may quote
 * prompts and keys.
 */
export function failureOf(error: unknown): Failure {
  try {
    const { response, lastError, $metadata } = Object(error) as Record<string, unknown>;
    for (const one of [error, response, lastError, $metadata]) {
      const failure = ownFailureOf(Object(one) as Record<string, unknown>);
      if (failure) return failure;
    }
  } catch {
    // An error may throw when it is read.
  }
  return { status: 502 };
}

function ownFailureOf(error: Record<string, unknown>): Failure | undefined {
  const { headers, responseHeaders } = error;
  const status = [error.status, error.statusCode, error.httpStatusCode]
    .map(Number)
    .find((one) => Number.isInteger(one) && one >= 400 && one < 600);
  const header: unknown = isHeaders(headers)
    ? headers.get('retry-after')
    : (Object(headers ?? responseHeaders) as Record<string, unknown>)['retry-after'];
  // A number of seconds, or a date; any other text is dropped.
  const text = typeof header === 'string' || typeof header === 'number' ? `${header}` : '';
  const retryAfter = /^[\w:,.+ -]{1,40}$/.test(text) ? text : undefined;
  return status === undefined ? undefined : { status, retryAfter };
}
