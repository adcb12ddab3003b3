import type { Failure } from './store.ts';
import type { Reader } from './reader.ts';
import { decodeBlock } from './wire.ts';

/** The reply to a request, for either kind of server: one with fetch's classes, or Node's. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Reader | undefined;
}

/** The titles of errors. A response shows nothing else of an error. */
const TITLES = {
  400: 'Bad request',
  405: 'Method not allowed',
  410: 'This answer does not exist, or no longer.',
  413: 'The body of the request is too large.',
  500: 'The server failed.',
  502: 'The model failed.',
  503: 'The server cannot answer at the moment.',
} as const;

/** Makes a reply with a problem document. https://www.rfc-editor.org/rfc/rfc9457 */
export function problem(status: number, extra: Record<string, string> = {}, detail?: string): Reply {
  const title = TITLES[status as keyof typeof TITLES] ?? 'The request failed.';
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...extra },
    body: JSON.stringify({ type: 'about:blank', title, status, ...(detail && { detail }) }),
  };
}

/** Makes the reply for an answer that failed before its first event. @param block The last block of the answer, which says why */
export function failureReply({ status, retryAfter }: Failure, block: string): Reply {
  const { message } = JSON.parse(decodeBlock(block).data) as { message: string };
  return problem(status, retryAfter ? { 'Retry-After': retryAfter } : {}, message);
}

/** The reply to a request to stop, and to a client that has received the whole answer. */
export const NO_CONTENT: Reply = { status: 204, headers: { 'Cache-Control': 'no-store' }, body: undefined };

/** The headers of a model's response that show clients its format. They are forwarded. */
const FORMAT_HEADERS = ['x-vercel-ai-ui-message-stream', 'x-vercel-ai-data-stream'];

/** Makes the reply that streams an answer. @param source The headers of the model's response */
export function streamReply(reader: Reader, source: Headers | undefined): Reply {
  const headers: Record<string, string> = {
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Otherwise compression and proxies would buffer the answer.
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
    // The rest of an answer has the same URL as the whole. Caches that are set to ignore Cache-Control heed this.
    Vary: 'Last-Event-ID, Idempotency-Key, Authorization, Cookie, Origin',
  };
  for (const name of FORMAT_HEADERS) {
    const value = source?.get(name);
    if (value) headers[name] = value;
  }
  return { status: 200, headers, body: reader };
}

/** Makes a fetch response of a reply. */
export function toResponse({ status, headers, body }: Reply, signal: AbortSignal): Response {
  if (typeof body !== 'object') return new Response(body ?? null, { status, headers });
  const encoder = new TextEncoder();
  let resume = (): void => {};
  body.setListener(() => resume());
  // Node keeps the signal of a request as long as the request: through this listener, it would keep the answer, too.
  const close = (): void => {
    signal.removeEventListener('abort', close);
    body.close();
  };
  signal.addEventListener('abort', close);
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const chunk = body.read();
          if (chunk) return controller.enqueue(encoder.encode(chunk));
          if (chunk === undefined) {
            close();
            return controller.close();
          }
          await new Promise<void>((resolve) => (resume = resolve));
        }
      },
      cancel: close,
    },
    // Nothing is read ahead for a slow client.
    { highWaterMark: 0 },
  );
  return new Response(stream, { status, headers });
}
