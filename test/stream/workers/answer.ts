import { stream } from '../../../src/core.ts';
import { EventSource } from '../../../src/connection/event-source.ts';

/** What a worker makes of the stream and the feed at these addresses. */
export async function answer(streamUrl: string, feedUrl: string): Promise<unknown> {
  let text = '';
  let transport;
  const source = stream(streamUrl, { transport: 'fetch', onOpen: (open) => ({ transport } = open) });
  for await (const delta of source.text) text += delta;
  const feed = new EventSource(feedUrl);
  const message = await new Promise((resolve) => {
    feed.onmessage = ({ data }) => resolve(data);
  });
  feed.close();
  return { text, transport, outcome: (await source.result).outcome, message };
}
