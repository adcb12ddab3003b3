import type { Transport } from '../contract/transport.ts';
import { readBody } from './body.ts';
import { assertEventStream, bodyKindOf, chooseParser } from './content-type.ts';
import { createEventParser, createTextParser, type Parser } from './parsers.ts';

/** Reads the response of `fetch` with `eventsource-parser`. Works wherever `fetch` streams, workers included. */
export const fetchTransport: Transport = {
  name: 'fetch',
  async connect({ input, init, fetch, maxEventSize, anyBody }, sink) {
    // A Request can be sent once; its clone leaves it whole for the next attempt.
    const response = await fetch(typeof input === 'string' ? input : input.clone(), init);
    if (init.signal.aborted) {
      // A `fetch` of the user's that does not listen to the signal.
      await response.body?.cancel();
      throw init.signal.reason;
    }
    if (response.status === 204) return false;
    const kind = anyBody ? await bodyKindOf(response) : undefined;
    if (!kind) await assertEventStream(response);
    sink.open(response);
    let parser: Parser | undefined;
    /** The first characters, until they decide how to read on. */
    let start = '';
    await readBody(response, init.signal, sink.bytes, (slice) => {
      if (parser) parser.feed(slice);
      else {
        start += slice;
        const create = kind ? chooseParser(response, kind, start) : createEventParser;
        parser = create?.(maxEventSize, sink);
        parser?.feed(start);
      }
      return sink.drained();
    });
    if (start && !parser) {
      parser = createTextParser(maxEventSize, sink);
      parser.feed(start);
    }
    if (parser?.end()) sink.cut?.();
    return true;
  },
};
