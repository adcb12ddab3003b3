import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Starts an HTTP server.
 *
 * @param {import('node:http').RequestListener} handler
 * @param {number} port 0 takes a free one.
 * @param {string} [host] All addresses of the machine by default.
 */
export async function listen(handler, port, host) {
  const server = createServer(handler);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: server.address().port,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
