/** The adapter for Node's requests and responses, which it takes by their shape. */
import { bodyTooLarge, drain } from './body-limit.ts';
import type { Reader } from './reader.ts';
import type { Reply } from './reply.ts';

/**
 * The members of Node's `IncomingMessage` that a relay uses.
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
  /** Whether the body has been read. */
  readonly readableDidRead?: boolean | undefined;
  /** The body as a parser of Express, Nest or Next has parsed it. */
  readonly body?: unknown;
}

/**
 * The members of Node's `ServerResponse` that a relay uses.
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
  /** The stream of HTTP/2. Its response does not say whether it is destroyed, nor closes where the client resets it without an error. */
  readonly stream?:
    | {
        readonly aborted: boolean;
        readonly destroyed: boolean;
        on?(event: 'aborted', listener: () => void): unknown;
      }
    | undefined;
  /** The connection; `null` once it is closed. */
  readonly socket?: { uncork?(): void } | null | undefined;
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(chunk: string): boolean;
  end(): unknown;
  end(chunk: string): unknown;
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
  off(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
  /** Sends what has been written. Express's compression adds this method. */
  flush?: (() => void) | undefined;
}

/** The body of a request. */
interface RequestBody {
  readonly body: ReadableStream<Uint8Array>;
  /** Whether a read of the body is waiting for data. */
  isPending(): boolean;
  /** Reads the rest of the body, which Node does itself where nothing of the body has been read. */
  drain(): Promise<void>;
}

/** Makes a fetch request of a Node request. The body is streamed on demand, up to `maxBodySize` bytes. */
export function toRequest(
  request: NodeRequest,
  signal: AbortSignal,
  maxBodySize: number,
): { readonly request: Request; isPending(): boolean; drain(): Promise<void> } {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    // HTTP/2 has the method, the path and other pseudo-headers among the headers.
    if (name.startsWith(':')) continue;
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const { method = 'GET' } = request;
  const { body, isPending, drain } = bodyOf(request, maxBodySize);
  // The client chooses the method, the host and the path, so they may be invalid. A fetch request throws for some methods, such
  // as TRACE, for a body with others, and for a URL with credentials. HEAD stands for all that get a 405.
  const init = {
    method: /^(GET|POST|DELETE)$/.test(method) ? method : 'HEAD',
    headers,
    signal,
    ...(method === 'POST' && { body, duplex: 'half' }),
  };
  const origin = `http://${headers.get('host') ?? String(request.headers[':authority'])}`;
  const base = /^http:\/\/[\w.:[\]-]+$/.test(origin) && URL.canParse(origin) ? origin : 'http://localhost';
  const path = request.url ?? '/';
  const url = new URL(URL.canParse(path, base) ? path : '/', base);
  url.username = url.password = '';
  return { request: new Request(url, init), isPending, drain };
}

/** Serializes a parsed body again. */
function serialize(body: unknown, type: string): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  return /urlencoded/i.test(type)
    ? String(new URLSearchParams(Object.entries(Object(body)).flatMap(pairsOf)))
    : JSON.stringify(body);
}

/** The fields of a parsed form, as `qs` names them: a list is one field for each value, an object one for each property. */
function pairsOf([name, value]: [string, unknown]): string[][] {
  if (Array.isArray(value)) return value.flatMap((one) => pairsOf([name, one]));
  if (typeof value !== 'object' || value === null) return [[name, (value ?? '') as string]];
  return Object.entries(value).flatMap(([key, one]) => pairsOf([`${name}[${key}]`, one]));
}

function bodyOf(request: NodeRequest, maxBodySize: number): RequestBody {
  const { readableDidRead: wasRead, headers } = request;
  let isPending = false;
  let iterator: AsyncIterator<Uint8Array | string> | undefined;
  const encoder = new TextEncoder();
  const bytesOf = (value: string | Uint8Array): Uint8Array =>
    typeof value === 'string' ? encoder.encode(value) : value;
  let size = 0;
  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (wasRead) return pullParsed(controller);
    iterator ??= request[Symbol.asyncIterator]();
    isPending = true;
    const { done, value } = await iterator.next().finally(() => (isPending = false));
    if (done) return controller.close();
    const bytes = bytesOf(value);
    size += bytes.length;
    if (size > maxBodySize) throw bodyTooLarge();
    controller.enqueue(bytes);
  }

  function pullParsed(controller: ReadableStreamDefaultController<Uint8Array>): void {
    // On Vercel, the body is parsed, and may throw, only now.
    const { body } = request;
    if (body === undefined) throw new Error(ALREADY_READ);
    const bytes = bytesOf(serialize(body, String(headers['content-type'])));
    if (bytes.length) controller.enqueue(bytes);
    controller.close();
  }

  return {
    body: new ReadableStream({ pull }, { highWaterMark: 0 }),
    isPending: () => isPending,
    drain: async () => iterator && drain(() => iterator!.next()),
  };
}

const ALREADY_READ =
  'The body of the request was read before the relay could. Put the route before the parser, or leave what it made in request.body.';

/** Sends a reply. Resolves when the whole reply has been sent, or the client has disconnected. */
export async function sendToNode(
  { status, headers, body }: Reply,
  response: NodeResponse,
  signal: AbortSignal,
): Promise<void> {
  // Something else may have responded in the meantime, such as a middleware with a timeout.
  const isTooLate = signal.aborted || response.headersSent;
  if (typeof body !== 'object') {
    if (isTooLate) return;
    response.writeHead(status, headers);
    if (body === undefined) response.end();
    else response.end(body);
    return;
  }
  if (isTooLate) return body.close();
  try {
    response.writeHead(status, headers);
    await pump(body, response, signal);
    response.end();
  } finally {
    body.close();
  }
}

/**
 * Writes what a reader returns, whenever there is more and the response is not full. Resolves at the end of the answer, or
 * when the client has disconnected.
 */
function pump(reader: Reader, response: NodeResponse, signal: AbortSignal): Promise<void> {
  let stop = (): void => {};
  return new Promise<void>((resolve, reject) => {
    let isFull = false;
    stop = resolve;
    // While the response is full, nothing else shows that the client has disconnected.
    signal.addEventListener('abort', stop);
    function write(): void {
      try {
        while (!isFull) {
          const chunk = reader.read();
          if (chunk === undefined) return resolve();
          if (!chunk) return;
          isFull = !response.write(chunk);
          response.flush?.();
          // Otherwise Node sends it at the next tick, after the work of the model's next event.
          response.socket?.uncork?.();
        }
      } catch (error) {
        reject(error);
      }
    }
    response.on('drain', () => {
      isFull = false;
      write();
    });
    reader.setListener(write);
    write();
    // Node keeps the signal of a request as long as the request: through this listener, it would keep the answer, too.
  }).finally(() => signal.removeEventListener('abort', stop));
}
