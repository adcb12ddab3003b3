import { createParser } from 'eventsource-parser';
import { HttpError, TeleprinterError } from '../errors.ts';
import type { RawEvent, Transport, TransportSink } from '../contract/transport.ts';

/**
 * In bytes: how much of an error page is kept, and how much is parsed before the consumers are asked whether they
 * keep up (a chunk may be megabytes).
 */
const SLICE = 65_536;

/** The largest event that is accepted where nothing else is said, in characters. */
export const MAX_EVENT_SIZE: number = 2 ** 24;

/** How long the body of an error may take: it may never end, and the status says enough. */
const ERROR_BODY_MS = 1000;

/** Reads the response of `fetch` with `eventsource-parser`. Works wherever `fetch` streams, workers included. */
export const fetchTransport: Transport = {
  name: 'fetch',
  async connect({ input, init, fetch, maxEventSize, jsonLines }, sink) {
    // A Request can be sent once; its clone leaves it whole for the next attempt.
    const response = await fetch(typeof input === 'string' ? input : input.clone(), init);
    if (response.status === 204) return false;
    await assertEventStream(response, jsonLines ? JSON_LINES : undefined);
    sink.open(response);
    let parser: Parser | undefined;
    const parserOf = (start: string): Parser => {
      // No field of an event stream begins with a brace, whatever the headers say.
      const isLines = jsonLines && (start[0] === '{' || JSON_LINES.test(typeOf(response)));
      return (isLines ? createLineParser : createEventParser)(maxEventSize, sink);
    };
    await read(response, init.signal, sink.bytes, (slice) => {
      if (slice) (parser ??= parserOf(slice)).feed(slice);
      return sink.drained();
    });
    if (parser?.isCut()) sink.cut?.();
    return true;
  },
};

/** What makes events of text. */
interface Parser {
  feed(slice: string): void;
  /** Whether a response that ends here ends in the middle of a line. */
  isCut(): boolean;
}

function createEventParser(maxEventSize: number, sink: TransportSink): Parser {
  let overflow = false;
  let events: RawEvent[] | undefined;
  function tell(): void {
    const all = events;
    events = undefined;
    if (all) sink.events(all);
  }
  const parser = createParser({
    maxBufferSize: maxEventSize,
    onId(id) {
      tell();
      sink.id(id);
    },
    onEvent({ event: type = 'message', data, id }) {
      const event = { type, data, id };
      // An empty list that grows makes room for seventeen, and most chunks have one event.
      if (events) events.push(event);
      else events = [event];
    },
    onRetry: sink.retry,
    // Its other errors are of lines that the standard says to ignore.
    onError: ({ type }) => (overflow ||= type[0] === 'm'),
  });
  // The decoder has dropped a BOM at the start. Fed with one, the parser looks for no other, nor for `ï»¿`.
  parser.feed('\uFEFF');
  let last: string;
  return {
    feed(slice) {
      parser.feed((last = slice));
      tell();
      if (overflow) throw eventTooLarge(maxEventSize);
    },
    // Some servers leave out the line end behind the last line of all.
    isCut: () => !/([\r\n]|\[DONE\])$/.test(last),
  };
}

/** Each line is the data of an event: https://github.com/ndjson/ndjson-spec */
function createLineParser(maxEventSize: number, sink: TransportSink): Parser {
  let line = '';
  const tell = (): void => {
    const data = line.trim();
    line = '';
    if (data) sink.events([{ type: 'message', data, id: undefined }]);
  };
  return {
    feed(slice) {
      const [first = '', ...more] = slice.split('\n');
      line += first;
      for (const next of more) {
        tell();
        line = next;
      }
      if (line.length > maxEventSize) throw eventTooLarge(maxEventSize);
    },
    isCut() {
      // The last line needs no line end, but if it was cut it is no JSON.
      try {
        if (line.trim()) JSON.parse(line);
      } catch {
        return true;
      }
      tell();
      return false;
    },
  };
}

/** What a stream fails with when one event passes `maxEventSize`. */
export function eventTooLarge(limit: number): TeleprinterError {
  return new TeleprinterError(
    `An event passes ${limit} characters. Raise maxEventSize, or send less in one.`,
    {
      code: 'event-too-large',
    },
  );
}

const EVENT_STREAM = /^text\/event-stream *(;|$)/i;
const JSON_LINES = /^application\/(x-)?(ndjson|jsonl|json-?lines) *(;|$)/i;

const typeOf = ({ headers }: Response): string => headers.get('content-type') ?? '';

/**
 * @throws HttpError unless the response is what a stream can be read from: status 2xx and `text/event-stream` (or
 * the other type), whatever charset it claims: both are always UTF-8.
 */
export async function assertEventStream(response: Response, other?: RegExp): Promise<void> {
  const { ok, status, headers } = response;
  const type = typeOf(response);
  if (ok && (EVENT_STREAM.test(type) || other?.test(type))) return;
  let body = '';
  try {
    await read(response, AbortSignal.timeout(ERROR_BODY_MS), undefined, (slice) => {
      body += slice;
      if (body.length >= SLICE) throw ENOUGH;
    });
  } catch {
    // The status says enough; what came of the body comes along.
  }
  const hint = HINTS.find(([pattern]) => pattern.test(body))?.[1] ?? 'See body.';
  throw new HttpError(
    `The server answered ${status}, ${type || 'no content type'}, not text/event-stream. ${hint}`,
    {
      status,
      headers,
      body: body.slice(0, SLICE),
      hint,
    },
  );
}

/** What came instead of a stream, by how it begins. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(!doctype html|html|head|title)/i, 'It is an HTML page: a login, an error page, or the wrong URL.'],
  [/^\s*[{[]/, 'It is JSON, which may name the error: see body.'],
  [/^(data|event|id):/, 'It looks like an event stream: send that content type.'],
];

/** Leaves an error page that goes on. */
const ENOUGH = new Error();

/** Reads a body to its end and hands it on decoded, slice by slice. An abort, or a throw of `onSlice`, cancels it. */
async function read(
  { body }: Response,
  signal: AbortSignal,
  onBytes: ((count: number) => void) | undefined,
  /** A promise that it gives is waited for. */
  onSlice: (slice: string) => Promise<unknown> | undefined | void,
): Promise<void> {
  const reader = body?.getReader();
  if (!reader) return;
  // Rejects when the body has failed already: then there is nothing to let go of.
  const release = (): unknown => reader.cancel().catch(() => {});
  const decode = createDecoder();
  signal.addEventListener('abort', release);
  try {
    for (;;) {
      const { value } = await reader.read();
      if (!value) return;
      onBytes?.(value.length);
      for (let at = 0; at < value.length && !signal.aborted; at += SLICE) {
        // A view costs as much as a small event does.
        const bytes = value.length > SLICE ? value.subarray(at, at + SLICE) : value;
        const pause = onSlice(decode(bytes));
        if (pause) await pause;
      }
    }
  } finally {
    release();
  }
}

/** Decodes UTF-8 slice by slice, and drops one BOM at the start: https://encoding.spec.whatwg.org/#utf-8-decode */
function createDecoder(): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let isStart = true;
  return (bytes) => {
    // What ends with ASCII ends with a whole character. Then nothing is to be kept for the next slice, and Node
    // decodes in a seventh of the time.
    const isWhole = bytes[bytes.length - 1]! < 0x80;
    const text = decoder.decode(bytes, isWhole ? WHOLE : MORE);
    if (!isStart || !text) return text;
    isStart = false;
    return text[0] === '\uFEFF' ? text.slice(1) : text;
  };
}

const WHOLE = {};
const MORE = { stream: true };
