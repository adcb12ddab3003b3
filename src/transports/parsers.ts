import { createParser } from 'eventsource-parser';
import type { RawEvent, TransportSink } from '../contract/transport.ts';
import { TeleprinterError } from '../errors.ts';
import { createJsonSplitter } from './json-text.ts';

/** The default of `maxEventSize`, in characters. */
export const MAX_EVENT_SIZE: number = 2 ** 24;

/** Parses the text of one body and passes its events to a sink. */
export interface Parser {
  feed(slice: string): void;
  /** Called at the end of the response. */
  end(): void;
}

/** Creates a parser for one body. */
export type CreateParser = (maxEventSize: number, sink: TransportSink) => Parser;

/** Parses an event stream. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export const createEventParser: CreateParser = (maxEventSize, sink) => {
  let overflow = false;
  let hasEnded = false;
  let events: RawEvent[] | undefined;
  function dispatch(): void {
    const batch = events;
    events = undefined;
    if (batch) sink.events(batch);
  }
  const parser = createParser({
    maxBufferSize: maxEventSize,
    onId(id) {
      if (hasEnded) return;
      dispatch();
      sink.id(id);
    },
    onEvent({ event: type = 'message', data, id }) {
      const event = { type, data, id };
      // The standard drops a last event without its blank line.
      if (hasEnded) return sink.cut?.(event);
      // An empty array that grows allocates room for seventeen items, and most chunks have one event.
      if (events) events.push(event);
      else events = [event];
    },
    onRetry: sink.retry,
    ...(sink.comment && { onComment: sink.comment }),
    // Only `max-buffer-size-exceeded` matters: the other errors concern lines that the standard ignores.
    onError: ({ type }) => (overflow ||= type[0] === 'm'),
  });
  // The decoder has already dropped a BOM. After this one, the parser drops no other, and no `ï»¿`.
  parser.feed('\uFEFF');
  /** The last characters received. */
  let tail = '\n\n';
  return {
    feed(slice) {
      parser.feed(slice);
      tail = slice.length < TAIL ? (tail + slice).slice(-TAIL) : slice;
      dispatch();
      if (overflow) throw eventTooLargeError(maxEventSize);
    },
    end() {
      if (!LINE_END.test(tail) || EVENT_WITHOUT_DATA.test(tail)) return sink.cut?.();
      hasEnded = true;
      parser.feed('\n\n');
      // The parser drops events without data, but some servers end with one: https://github.com/langchain-ai/langserve,
      // https://github.com/graphql-hive/graphql-yoga/pull/3214
      const name = LAST_WITHOUT_DATA.exec(tail)?.[2];
      if (name) sink.withoutData?.(name);
    },
  };
};

function emit(sink: TransportSink, data: string | undefined, type = 'message'): void {
  if (data !== undefined) sink.events([{ type, data, id: undefined }]);
}

const TAIL = 64;
/** The end of a complete line. Some servers omit the line end after the very last line, `[DONE]`. */
const LINE_END = /([\r\n]|\[done]"?\s*)$/i;
/** A last event whose data is missing. */
const EVENT_WITHOUT_DATA = /[\r\n](event|id)(:.*)?(\r?\n|\r)$/;
const LAST_WITHOUT_DATA = /(\n\n|\r\n\r\n)(?:id:.*\s+)?event: ?(\S+)(?:\r?\nid:.*)?(\r?\n){2}\s*$/;

/**
 * Parses an event stream that may have bare JSON between its events, on one line or several. Servers write errors like
 * this, some as `error: {…}`, and a few write everything like this. Each JSON value becomes the data of an event.
 */
export const createLenientEventParser: CreateParser = (maxEventSize, sink) => {
  const parser = createEventParser(maxEventSize, sink);
  let splitter: ReturnType<typeof createJsonSplitter> | undefined;
  let type = 'message';
  let isLineStart = true;
  /** The start of a line that may still become JSON. */
  let held = '';

  return {
    feed(slice) {
      let text = held + slice;
      held = '';
      for (;;) {
        if (splitter) {
          const [data, end] = splitter.next(text, 0);
          if (splitter.pending > maxEventSize) throw eventTooLargeError(maxEventSize);
          emit(sink, data, type);
          text = text.slice(end);
          // The next element of the array follows.
          if (splitter.isOpen) {
            if (text) continue;
            return;
          }
          splitter = undefined;
          // Another value may follow without a line end.
          isLineStart = true;
        }
        const start = findJson(text, isLineStart);
        if (start < 0) break;
        if (start) parser.feed(text.slice(0, start));
        text = text.slice(start);
        type = text[0] === 'e' ? 'error' : 'message';
        splitter = createJsonSplitter();
      }
      if (!text) return;
      const line = isLineStart && text.length < TAIL ? `\n${text}` : text.slice(-TAIL);
      held = JSON_LINE_START.exec(line)?.[1] ?? '';
      isLineStart = held !== '' || /[\r\n]$/.test(line);
      text = text.slice(0, text.length - held.length);
      if (text) parser.feed(text);
    },
    end() {
      parser.feed(held);
      if (splitter) sink.cut?.();
      else parser.end();
    },
  };
};

/** The index of a line that begins JSON in the text of an event stream, or -1. No field name begins with a bracket. */
function findJson(text: string, isLineStart: boolean): number {
  if (isLineStart && JSON_LINE.test(text)) return 0;
  // Going from line to line is faster than searching for each possible beginning.
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const first = text[at + 1];
    const mayBegin = first === '{' || first === '[' || (first === 'e' && text[at + 2] === 'r');
    if (mayBegin && JSON_LINE.test(text.slice(at + 1, at + TAIL))) return at + 1;
  }
  return -1;
}

// A brace alone is no JSON: some servers send the line ends of a text, such as code, as they are.
const JSON_LINE = /^(\{\s*["'}]|\[\s*\{|error: ?\{)/;
/** The start of a line that may still become JSON. */
const JSON_LINE_START = /\n([[{]\s{0,9}|e|er|err|erro|error:? ?)$/;

/** Parses JSON lines; each line is the data of an event. https://github.com/ndjson/ndjson-spec */
export const createLineParser: CreateParser = (maxEventSize, sink) => {
  let line = '';
  const dispatch = (): void => {
    const data = line.trim();
    line = '';
    if (data) emit(sink, data);
  };
  /** Reads values without line ends between them, which some servers send. */
  let json: Parser | undefined;
  return {
    feed(slice) {
      if (!json && (line.slice(-1) + slice).includes('}{')) {
        json = createJsonParser(maxEventSize, sink);
        json.feed(line);
        line = '';
      }
      if (json) return json.feed(slice);
      const [first = '', ...more] = slice.split('\n');
      line += first;
      for (const next of more) {
        dispatch();
        line = next;
      }
      if (line.length > maxEventSize) throw eventTooLargeError(maxEventSize);
    },
    end() {
      json?.end();
      // The last line may lack its line end. If it was cut off, it is not JSON.
      try {
        if (line.trim()) JSON.parse(line);
        dispatch();
      } catch {
        sink.cut?.({ type: 'message', data: line, id: undefined });
      }
    },
  };
};

/** Parses JSON: an array, whose elements become events as they arrive; one value; or several values. */
export const createJsonParser: CreateParser = (maxEventSize, sink) => {
  const splitter = createJsonSplitter();
  return {
    feed(slice) {
      for (let at = 0; at < slice.length;) {
        const [data, end] = splitter.next(slice, at);
        emit(sink, data);
        at = end;
      }
      if (splitter.pending > maxEventSize) throw eventTooLargeError(maxEventSize);
    },
    end() {
      if (splitter.isOpen) sink.cut?.();
    },
  };
};

/** Passes on text as it arrives, each piece as an event named `text/plain`. */
export const createTextParser: CreateParser = (_, sink) => ({
  feed: (data) => emit(sink, data, 'text/plain'),
  end() {},
});

/** The error for an event that exceeds `maxEventSize`. */
export function eventTooLargeError(limit: number): TeleprinterError {
  return new TeleprinterError(`An event passes ${limit} characters. Raise maxEventSize, or send less.`, {
    code: 'event-too-large',
  });
}
