import type { Reader } from './reader.ts';
import type { Reply } from './reply.ts';

/**
 * What is used of Node's `IncomingMessage`.
 *
 * @example
 * import { createServer } from 'node:http';
 * import type { NodeRequest } from 'teleprinter/server';
 * const pathOf = ({ url = '/' }: NodeRequest) => url.split('?')[0];
 * createServer((request, response) => response.end(pathOf(request))).listen(3000);
 */
export interface NodeRequest extends AsyncIterable<Uint8Array | string> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether something has read the body before. */
  readonly readableDidRead?: boolean | undefined;
  /** What a parser of Express, Nest or Next has made of the body. */
  readonly body?: unknown;
}

/**
 * What is used of Node's `ServerResponse`.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { createRelay, type NodeRequest, type NodeResponse } from 'teleprinter/server';
 * const relay = createRelay();
 * const handle = (request: NodeRequest, response: NodeResponse) =>
 *   relay.handleNode(request, response, () => ['Boil ', 'fresh water.']);
 * createServer(handle).listen(3000);
 */
export interface NodeResponse {
  readonly destroyed: boolean;
  readonly headersSent: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(chunk: string): boolean;
  end(): unknown;
  end(chunk: string): unknown;
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
  off(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
  /** Express's compression adds it: what was written goes out. */
  flush?: (() => void) | undefined;
}

/** A body on its way. */
interface Upload {
  readonly body: ReadableStream<Uint8Array> | string | Uint8Array<ArrayBuffer>;
  /** Whether somebody waits for more of it. */
  isComing(): boolean;
}

/** The request as fetch has it. Its body is read when somebody asks for it, up to a bound. */
export function toRequest(
  request: NodeRequest,
  signal: AbortSignal,
  maxBodySize: number,
): { readonly request: Request; readonly isComing: () => boolean } {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    // HTTP/2 has the method, the path and so on among the headers.
    if (name.startsWith(':')) continue;
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = request.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'DELETE';
  const { body, isComing } = bodyOf(request, maxBodySize);
  const init = { headers, signal, ...(hasBody && { body, duplex: 'half' }) };
  // The host and the path are whatever the client says. Fetch's requests have no credentials in their URL, and TRACE is
  // none of its methods.
  const said = `http://${headers.get('host') ?? ''}`;
  const base = /^http:\/\/[\w.:[\]-]+$/.test(said) && URL.canParse(said) ? said : 'http://localhost';
  const path = request.url ?? '/';
  const url = new URL(URL.canParse(path, base) ? path : '/', base);
  url.username = url.password = '';
  return {
    request: new Request(url, /^(CONNECT|TRACE|TRACK)$/i.test(method) ? init : { ...init, method }),
    isComing,
  };
}

function bodyOf(request: NodeRequest, maxBodySize: number): Upload {
  const { readableDidRead, body } = request;
  return readableDidRead && body !== undefined
    ? { body: unparsed(body, String(request.headers['content-type'])), isComing: () => false }
    : streamOf(request, maxBodySize);
}

/** What a parser has read can be read again. */
function unparsed(body: unknown, type: string): Upload['body'] {
  if (typeof body === 'string' || body instanceof Uint8Array) return body as Upload['body'];
  return /urlencoded/i.test(type)
    ? String(new URLSearchParams(body as Record<string, string>))
    : JSON.stringify(body);
}

function streamOf(request: NodeRequest, maxBodySize: number): Upload {
  const wasRead = request.readableDidRead;
  let isComing = false;
  let iterator: AsyncIterator<Uint8Array | string> | undefined;
  const encoder = new TextEncoder();
  let size = 0;
  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (wasRead) throw new Error(READ_BEFORE);
    iterator ??= request[Symbol.asyncIterator]();
    isComing = true;
    const { done, value } = await iterator.next().finally(() => (isComing = false));
    if (done) return controller.close();
    const bytes = typeof value === 'string' ? encoder.encode(value) : value;
    size += bytes.length;
    if (size > maxBodySize)
      throw Object.assign(new Error('The body of the request is too large.'), { status: 413 });
    controller.enqueue(bytes);
  }

  return { body: new ReadableStream({ pull }, { highWaterMark: 0 }), isComing: () => isComing };
}

const READ_BEFORE =
  'The body of the request was read before the relay could. Put the route before the parser, or leave what it made in request.body.';

/** Sends a reply. Resolves when it has been sent, or the client has left. */
export async function sendToNode(
  { status, headers, body }: Reply,
  response: NodeResponse,
  signal: AbortSignal,
): Promise<void> {
  // Something else may have answered meanwhile, such as a middleware that waits no longer.
  const isTooLate = signal.aborted || response.headersSent;
  if (typeof body !== 'object') {
    if (isTooLate) return;
    response.writeHead(status, headers);
    if (body === undefined) response.end();
    else response.end(body);
    return;
  }
  if (isTooLate) return body.leave();
  try {
    response.writeHead(status, headers);
    await pump(body, response, signal);
    response.end();
  } finally {
    body.leave();
  }
}

/** Writes what a reader has, as soon as it is there and the response takes it. Resolves at the end, or when the client has left. */
function pump(reader: Reader, response: NodeResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let isFull = false;
    // A response that is full hears of nothing else.
    signal.addEventListener('abort', () => resolve(), { once: true });
    function write(): void {
      try {
        while (!isFull) {
          const chunk = reader.take();
          if (chunk === undefined) return resolve();
          if (!chunk) return;
          isFull = !response.write(chunk);
          response.flush?.();
        }
      } catch (error) {
        reject(error);
      }
    }
    response.on('drain', () => {
      isFull = false;
      write();
    });
    reader.listen(write);
    write();
  });
}
