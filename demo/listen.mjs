import { once } from 'node:events';
import { createServer } from 'node:http';

/** The largest body that a handler reads, in bytes. */
const MAX_BODY = 100_000;

/**
 * Starts an HTTP server that survives errors of its handler. An error is logged and answered with a status, without its
 * message. A response that has begun is cut off, so that the client does not take it for complete.
 *
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => unknown} handler
 * @param {number} port 0 chooses a free port.
 * @param {string} [host] Default: all addresses of the machine.
 */
export async function listen(handler, port, host) {
  const server = createServer(async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      if (!(error instanceof RequestError)) console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(response, error instanceof RequestError ? error.status : 500);
    }
  });
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

/** An error of the request, with the status to answer. */
export class RequestError extends Error {
  constructor(status, options) {
    super(`The request is answered ${status}.`, options);
    this.status = status;
  }
}

/** Responds with a status and no body. The rest of the request is not read, so the connection is closed. */
export function refuse(response, status) {
  response.writeHead(status, { Connection: 'close' }).end();
}

/** The URL of a request. @throws RequestError if its target is not a path */
export function urlOf(request) {
  if (!request.url.startsWith('/')) throw new RequestError(400);
  // Not resolved as a relative URL: `//` would name a host.
  return new URL(`http://localhost${request.url}`);
}

/** The body of a request, parsed as JSON. @throws RequestError if it is too large or not JSON */
export async function readJson(request) {
  let body = '';
  let size = 0;
  // `for await` over the request would close the connection before the status is sent.
  await new Promise((resolve, reject) => {
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      size += Buffer.byteLength(chunk);
      if (size > MAX_BODY) {
        request.pause();
        reject(new RequestError(413));
      } else body += chunk;
    });
    request.on('end', resolve);
    request.on('error', (cause) => reject(new RequestError(400, { cause })));
    request.on('close', () => reject(new RequestError(400)));
  });
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new RequestError(400, { cause });
  }
}
