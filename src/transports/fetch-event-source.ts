import { fetchEventSource as connect } from '@microsoft/fetch-event-source';
import { assertEventStream } from './content-type.ts';
import type { Transport } from '../contract/transport.ts';

/**
 * Reads through `@microsoft/fetch-event-source`, for pages that already depend on it. It never aborts on a
 * hidden tab and never repeats a request by itself. It has no backpressure and needs `window`; it hides
 * comments, so `timeout.idle` is refused; an event without data looks to it like one with empty data.
 *
 * @example
 * import { stream } from 'teleprinter';
 * import { fetchEventSource } from 'teleprinter/fetch-event-source';
 * stream('/api/chat', { transport: fetchEventSource, body: { prompt } });
 */
export const fetchEventSource: Transport = {
  name: 'fetch-event-source',
  unsupported: ({ timeout }) => (Number(timeout?.idle) > 0 ? 'timeout.idle' : undefined),
  async connect({ input, init, fetch }, sink) {
    let content = true;
    let opened: Response | undefined;
    let end = '';
    try {
      await connect(typeof input === 'string' ? input : input.clone(), {
        ...init,
        headers: Object.fromEntries(init.headers),
        fetch: async (...args) => watched((opened = await fetch(...args)), (tail) => (end = tail)),
        openWhenHidden: true,
        async onopen(response) {
          content = response.status !== 204;
          // A 204 has no body to read: leave before it is tried.
          if (!content) throw response;
          await assertEventStream(response);
          sink.open(opened);
        },
        onmessage({ id, event, data }) {
          if (id) sink.id(id);
          // A block of comments alone arrives as an event without name and data.
          if (event || data) sink.events([{ type: event || 'message', data, id: id || undefined }]);
        },
        onerror(error) {
          throw error;
        },
      });
    } catch (error) {
      if (content) throw error;
    }
    if (content && isCut(end)) sink.cut?.();
    return content;
  },
};

/** How many bytes of the end are kept: as many as tell whether it is one. */
const TAIL = 64;

/** The same response, whose end is told as it comes. */
function watched(response: Response, onTail: (tail: string) => void): Response {
  // A 204 may have an empty body in place of none, which no other Response may.
  if (!response.body || response.status === 204) return response;
  let tail = '';
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      tail = (tail + String.fromCharCode(...chunk.subarray(-TAIL))).slice(-TAIL);
      onTail(tail);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(watch), response);
}

/** Whether a response that ends so ends in the middle of an event: in a line, or after one, without a blank line. */
function isCut(tail: string): boolean {
  const block = tail.split(/\r\n\r\n|\n\n|\r\r/).at(-1)!;
  if (block === '' || /\[DONE\][\r\n]*$/.test(tail)) return false;
  // Fields without data are no event.
  return !/[\r\n]$/.test(block) || (block === tail && tail.length === TAIL) || /^data/m.test(block);
}
