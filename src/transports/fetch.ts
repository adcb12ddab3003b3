import type { Transport } from '../contract/transport.ts';
import { readBody } from './body.ts';
import { assertEventStream, isJsonLines } from './content-type.ts';
import { createEventParser, createLineParser, type Parser } from './parsers.ts';

/** Reads the response of `fetch` with `eventsource-parser`. Works wherever `fetch` streams, workers included. */
export const fetchTransport: Transport = {
  name: 'fetch',
  async connect({ input, init, fetch, maxEventSize, jsonLines }, sink) {
    // A Request can be sent once; its clone leaves it whole for the next attempt.
    const response = await fetch(typeof input === 'string' ? input : input.clone(), init);
    if (init.signal.aborted) {
      // A `fetch` of the user's that does not listen to the signal.
      await response.body?.cancel();
      throw init.signal.reason;
    }
    if (response.status === 204) return false;
    await assertEventStream(response, jsonLines);
    sink.open(response);
    let parser: Parser | undefined;
    const parserOf = (start: string): Parser => {
      // No field of an event stream begins with a brace, whatever the headers say.
      const isLines = jsonLines && (start[0] === '{' || isJsonLines(response));
      return (isLines ? createLineParser : createEventParser)(maxEventSize, sink);
    };
    await readBody(response, init.signal, sink.bytes, (slice) => {
      if (slice) (parser ??= parserOf(slice)).feed(slice);
      return sink.drained();
    });
    if (parser?.isCut()) sink.cut?.();
    return true;
  },
};
