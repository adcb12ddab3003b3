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
  unsupported: ({ timeout }) => (timeout?.idle ? 'timeout.idle' : undefined),
  async connect({ input, init, fetch }, sink) {
    let content = true;
    try {
      await connect(typeof input === 'string' ? input : input.clone(), {
        ...init,
        headers: Object.fromEntries(init.headers),
        fetch,
        openWhenHidden: true,
        async onopen(response) {
          content = response.status !== 204;
          // A 204 has no body to read: leave before it is tried.
          if (!content) throw response;
          await assertEventStream(response);
          sink.open(response);
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
    return content;
  },
};
