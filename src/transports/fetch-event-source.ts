import { fetchEventSource as connect } from '@microsoft/fetch-event-source';
import { assertEventStream } from './content-type.ts';
import { createEventParser, createLenientEventParser } from './parsers.ts';
import type { Transport } from '../contract/transport.ts';

/**
 * Sends requests through `@microsoft/fetch-event-source`, for pages that already depend on it. It never aborts in a
 * hidden tab, and never repeats a request by itself. It needs `window`. The events are parsed from the bytes before they
 * reach the package, which would drop a newline at the start of an event's data, and how the response ends.
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
    let hasContent = true;
    let original: Response | undefined;
    // The body of an error is not an event stream.
    let isOpen = false;
    const onText = (text: string): Promise<unknown> | undefined => {
      if (isOpen && text) parser.feed(text);
      return sink.drained();
    };
    try {
      await connect(typeof input === 'string' ? input : input.clone(), {
        ...init,
        headers: Object.fromEntries(init.headers),
        fetch: async (...args) => observe((original = await fetch(...args)), onText),
        openWhenHidden: true,
        async onopen(response) {
          hasContent = response.status !== 204;
          // A 204 has no body: leave before the package reads it.
          if (!hasContent) throw response;
          await assertEventStream(response);
          isOpen = true;
          sink.open(original);
        },
        onerror(error) {
          throw error;
        },
      });
    } catch (error) {
      if (hasContent) throw error;
    }
    if (hasContent) parser.end();
    return hasContent;
  },
};

/** Returns a copy of the response that passes its text to `onText` while it is read. */
function observe(response: Response, onText: (text: string) => Promise<unknown> | undefined): Response {
  // A 204 from the network may have an empty body, but `new Response` does not accept one.
  if (!response.body || response.status === 204) return response;
  const decoder = new TextDecoder();
  const observer = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      controller.enqueue(chunk);
      await onText(decoder.decode(chunk, { stream: true }));
    },
  });
  return new Response(response.body.pipeThrough(observer), response);
}
