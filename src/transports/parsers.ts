import { createParser } from 'eventsource-parser';
import type { RawEvent, TransportSink } from '../contract/transport.ts';
import { TeleprinterError } from '../errors.ts';

/** The default of `maxEventSize`, in characters. */
export const MAX_EVENT_SIZE: number = 2 ** 24;

/** Turns text into events. */
export interface Parser {
  feed(slice: string): void;
  /** Whether a response that ends here ends in the middle of an event. */
  isCut(): boolean;
}

/** Parses an event stream. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export function createEventParser(maxEventSize: number, sink: TransportSink): Parser {
  let overflow = false;
  let hasEnded = false;
  let isCut = false;
  let events: RawEvent[] | undefined;
  function dispatch(): void {
    const all = events;
    events = undefined;
    if (all) sink.events(all);
  }
  const parser = createParser({
    maxBufferSize: maxEventSize,
    onId(id) {
      if (hasEnded) return;
      dispatch();
      sink.id(id);
    },
    onEvent({ event: type = 'message', data, id }) {
      if (hasEnded) {
        isCut = data !== '[DONE]';
        return;
      }
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
      dispatch();
      if (overflow) throw eventTooLarge(maxEventSize);
    },
    isCut() {
      // Some servers omit the line ends after the last line of all.
      if (!/([\r\n]|\[DONE\])$/.test(last)) return true;
      hasEnded = true;
      // An event that only its blank line would end is dropped, as the standard has it.
      parser.feed('\n\n');
      return isCut;
    },
  };
}

/** Parses JSON lines; each line is the data of an event. https://github.com/ndjson/ndjson-spec */
export function createLineParser(maxEventSize: number, sink: TransportSink): Parser {
  let line = '';
  const dispatch = (): void => {
    const data = line.trim();
    line = '';
    if (data) sink.events([{ type: 'message', data, id: undefined }]);
  };
  return {
    feed(slice) {
      const [first = '', ...more] = slice.split('\n');
      line += first;
      for (const next of more) {
        dispatch();
        line = next;
      }
      if (line.length > maxEventSize) throw eventTooLarge(maxEventSize);
    },
    isCut() {
      // The last line needs no line end, but if it was cut it is not JSON.
      try {
        if (line.trim()) JSON.parse(line);
      } catch {
        return true;
      }
      dispatch();
      return false;
    },
  };
}

/** The error of a stream in which one event passes `maxEventSize`. */
export function eventTooLarge(limit: number): TeleprinterError {
  return new TeleprinterError(
    `An event passes ${limit} characters. Raise maxEventSize, or send less in one.`,
    {
      code: 'event-too-large',
    },
  );
}
