import { ConnectionError } from '../errors.ts';
import type { Transport } from '../contract/transport.ts';

/** The options that only `fetch` supports. Native EventSource accepts only a URL and `withCredentials`. */
const FETCH_ONLY =
  'body cache fetch headers idempotencyKey integrity keepalive lastEventId mode priority redirect referrer referrerPolicy resumeKey'.split(
    ' ',
  );

/**
 * Reads through the browser's own EventSource, over one connection: it is closed before it can reconnect by itself.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
 */
export const eventSourceTransport: Transport = {
  name: 'eventsource',
  unsupported(options) {
    const { input, method = 'GET', credentials, resume, timeout } = options;
    const unmet = {
      transport: !globalThis.EventSource,
      input: typeof input !== 'string' && !(input instanceof URL),
      method: !/^get$/i.test(method as string),
      credentials: credentials === 'omit',
      resume: typeof resume === 'function',
      'timeout.idle': Number(timeout?.idle) > 0,
    };
    return (
      Object.entries(unmet).find(([, found]) => found)?.[0] ??
      FETCH_ONLY.find((name) => options[name] !== undefined)
    );
  },
  connect({ input, init: { credentials, signal }, eventTypes }, sink) {
    return new Promise((_, reject) => {
      const source = new EventSource(input as string, { withCredentials: credentials === 'include' });
      let lastEventId = '';
      const close = (): void => {
        source.close();
        eventTypes.onAdd = undefined;
        reject(
          new ConnectionError("Native EventSource failed, and hides why. Use transport 'fetch' to see."),
        );
      };
      const listen = (type: string): void =>
        source.addEventListener(type, (event) => {
          // A failed connection also fires `error`, but not as a MessageEvent.
          if (!(event instanceof MessageEvent)) return;
          let id: string | undefined;
          if (event.lastEventId !== lastEventId) sink.id((id = lastEventId = event.lastEventId));
          sink.events([{ type, data: event.data, id }]);
        });
      signal.addEventListener('abort', close);
      eventTypes.names.forEach(listen);
      eventTypes.onAdd = listen;
      // The browser reconnects by itself when a page leaves the back/forward cache: https://github.com/whatwg/html/issues/12363
      let hasOpened = false;
      source.onopen = () => {
        if (hasOpened) return close();
        hasOpened = true;
        sink.open();
      };
      source.onerror = (event) => event instanceof MessageEvent || close();
    });
  },
};
