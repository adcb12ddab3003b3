import { once } from 'node:events';
import { createServer } from 'node:http';

/** The largest body that a handler reads, in bytes. */
const MAX_BODY = 100_000;

/**
 * Starts an HTTP server that survives its handler: an error is logged and answered with a status, and its words stay
 * here. A response that has begun is cut off, so that the reader does not take it for whole.
 *
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => unknown} handler
 * @param {number} port 0 takes a free one.
 * @param {string} [host] All addresses of the machine by default.
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

/** A request that cannot be answered, and the status that says so. */
export class RequestError extends Error {
  constructor(status, options) {
    super(`The request is answered ${status}.`, options);
    this.status = status;
  }
}

/** Answers with a status alone. The rest of the body is not read, so the connection does not serve another request. */
export function refuse(response, status) {
  response.writeHead(status, { Connection: 'close' }).end();
}

/** The URL of a request. @throws RequestError where its target is not a path */
export function urlOf(request) {
  if (!request.url.startsWith('/')) throw new RequestError(400);
  // Not as a relative URL: `//` would be one without a host.
  return new URL(`http://localhost${request.url}`);
}

/** The body of a request, as JSON. @throws RequestError where it is too large, or no JSON */
export async function jsonOf(request) {
  let body = '';
  let size = 0;
  // Not a loop over the request, which would close the connection before the status is sent.
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
