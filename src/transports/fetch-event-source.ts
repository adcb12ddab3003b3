import { fetchEventSource as connect } from '@microsoft/fetch-event-source';
import { assertEventStream } from './content-type.ts';
import { createEventParser, createLenientEventParser } from './parsers.ts';
import type { Transport } from '../contract/transport.ts';

/**
 * Asks through `@microsoft/fetch-event-source`, for pages that already depend on it. It never aborts on a hidden tab and
 * never repeats a request by itself. It needs `window`. What it would drop, such as a newline at the start of an event's
 * data, and how the response ends, is read from the bytes on their way to it.
 *
 * @example
 * import { stream } from 'teleprinter';
 * import { fetchEventSource } from 'teleprinter/fetch-event-source';
 * const answer = stream('/api/chat', { transport: fetchEventSource, body: { prompt: 'tea' } });
 */
export const fetchEventSource: Transport = {
  name: 'fetch-event-source',
  unsupported: ({ timeout }) => (Number(timeout?.idle) > 0 ? 'timeout.idle' : undefined),
  async connect({ input, init, fetch, maxEventSize, anyBody: isLenient }, sink) {
    const parser = (isLenient ? createLenientEventParser : createEventParser)(maxEventSize, sink);
    let content = true;
    let answer: Response | undefined;
    // An error's body is no event stream.
    let isOpen = false;
    const read = (text: string): Promise<unknown> | undefined => {
      if (isOpen && text) parser.feed(text);
      return sink.drained();
    };
    try {
      await connect(typeof input === 'string' ? input : input.clone(), {
        ...init,
        headers: Object.fromEntries(init.headers),
        fetch: async (...args) => watched((answer = await fetch(...args)), read),
        openWhenHidden: true,
        async onopen(response) {
          content = response.status !== 204;
          // A 204 has no body to read: leave before it is tried.
          if (!content) throw response;
          await assertEventStream(response);
          isOpen = true;
          sink.open(answer);
        },
        onerror(error) {
          throw error;
        },
      });
    } catch (error) {
      if (content) throw error;
    }
    if (content) parser.end();
    return content;
  },
};

/** The same response, whose text is read on its way. */
function watched(response: Response, read: (text: string) => Promise<unknown> | undefined): Response {
  // A 204 may have an empty body in place of none, which no other Response may.
  if (!response.body || response.status === 204) return response;
  const decoder = new TextDecoder();
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      controller.enqueue(chunk);
      await read(decoder.decode(chunk, { stream: true }));
    },
  });
  return new Response(response.body.pipeThrough(watch), response);
}
