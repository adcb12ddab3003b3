import type { Transport } from '../contract/transport.ts';
import { readBody } from './body.ts';
import { assertEventStream, bodyKindOf, chooseParser } from './content-type.ts';
import { createEventParser, createTextParser, type CreateParser, type Parser } from './parsers.ts';

/** Reads the response of `fetch` with `eventsource-parser`. Works wherever `fetch` streams, workers included. */
export const fetchTransport: Transport = /* @__PURE__ */ fetchAs(bodyKindOf, chooseParser);

/** The same, of event streams alone, as the standard has it. */
export const eventStreamTransport: Transport = /* @__PURE__ */ fetchAs(
  assertEventStream,
  () => createEventParser,
);

/**
 * @param check Rejects a response that cannot be read, and says what kind it is.
 * @param choose Gives the parser for it; `undefined` while its start does not decide.
 */
function fetchAs<Kind>(
  check: (response: Response) => Promise<Kind>,
  choose: (response: Response, kind: Kind, start: string) => CreateParser | undefined,
): Transport {
  return {
    name: 'fetch',
    async connect({ input, init, fetch, maxEventSize }, sink) {
      // A Request can be sent once; its clone leaves it whole for the next attempt.
      const response = await fetch(typeof input === 'string' ? input : input.clone(), init);
      if (init.signal.aborted) {
        // A `fetch` of the user's that does not listen to the signal.
        await response.body?.cancel();
        throw init.signal.reason;
      }
      if (response.status === 204) return false;
      const kind = await check(response);
      sink.open(response);
      let parser: Parser | undefined;
      /** The first characters, until they decide how to read on. */
      let start = '';
      const parse = (create: CreateParser | undefined): void => {
        parser = create?.(maxEventSize, sink);
        parser?.feed(start);
      };
      const isCut = await readBody(response, init.signal, sink.bytes, (slice) => {
        if (parser) parser.feed(slice);
        else parse(choose(response, kind, (start += slice)));
        return sink.drained();
      });
      if (start && !parser) parse(createTextParser);
      if (isCut) sink.cut?.();
      parser?.end();
      return true;
    },
  };
}
