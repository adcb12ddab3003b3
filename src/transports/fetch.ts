import type { Transport } from '../contract/transport.ts';
import { readBody } from './body.ts';
import { assertEventStream, bodyKindOf, chooseParser } from './content-type.ts';
import { createEventParser, createTextParser, type CreateParser, type Parser } from './parsers.ts';

/** Reads the response of `fetch`: event streams, JSON, JSON lines, text. Works wherever `fetch` streams, also in workers. */
export const fetchTransport: Transport = /* @__PURE__ */ createTransport(bodyKindOf, chooseParser);

/** The same for event streams only, as the standard requires. */
export const eventStreamTransport: Transport = /* @__PURE__ */ createTransport(
  assertEventStream,
  () => createEventParser,
);

/**
 * @param check Resolves with the kind of a response's body; rejects if it cannot be read.
 * @param choose Returns the parser for it; `undefined` while its start, of which the slice is the end, is too short to
 *   decide.
 */
function createTransport<Kind>(
  check: (response: Response) => Promise<Kind>,
  choose: (response: Response, kind: Kind, start: string, slice: string) => CreateParser | undefined,
): Transport {
  return {
    name: 'fetch',
    async connect({ input, init, fetch, maxEventSize }, sink) {
      // Before the call: polyfills of AbortController remove it from `init`.
      const { signal } = init;
      // A Request can be sent only once: its clone is sent, so that the next attempt can clone it again.
      const response = await fetch(typeof input === 'string' ? input : input.clone(), init);
      if (signal.aborted) {
        // A custom `fetch` may ignore the signal.
        await response.body?.cancel();
        throw signal.reason;
      }
      if (response.status === 204) return false;
      const kind = await check(response);
      sink.open(response);
      let parser: Parser | undefined;
      /** The start of the body, until it decides the parser. */
      let start = '';
      const startParser = (create: CreateParser | undefined): void => {
        parser = create?.(maxEventSize, sink);
        parser?.feed(start);
      };
      const isCut = await readBody(response, signal, sink.bytes, (slice) => {
        if (parser) parser.feed(slice);
        else startParser(choose(response, kind, (start += slice), slice));
        return sink.drained();
      });
      if (start && !parser) startParser(createTextParser);
      if (isCut) sink.cut?.();
      parser?.end();
      return true;
    },
  };
}
