import type { Failure } from './store.ts';
import type { Reader } from './reader.ts';

/** What a request is answered with, before it is known over which kind of server. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Reader | undefined;
}

/** What a response says of an error: that it is one of these, and nothing of its inside. */
const TITLES = {
  400: 'Bad request',
  405: 'Method not allowed',
  410: 'This answer does not exist, or no longer.',
  413: 'The body of the request is too large.',
  500: 'The server failed.',
  502: 'The model failed.',
  503: 'The server cannot answer at the moment.',
} as const;

/** A problem document. https://www.rfc-editor.org/rfc/rfc9457 */
export function problem(status: number, extra: Record<string, string> = {}, detail?: string): Reply {
  const title = TITLES[status as keyof typeof TITLES] ?? 'The request failed.';
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...extra },
    body: JSON.stringify({ type: 'about:blank', title, status, ...(detail && { detail }) }),
  };
}

/** The problem document of a model that failed before its answer began. */
export function failureReply({ status, retryAfter }: Failure): Reply {
  return problem(status, retryAfter ? { 'Retry-After': retryAfter } : {}, 'The model failed.');
}

/** There is nothing to say: a stop was taken, or the client has read all of the answer. */
export const NO_CONTENT: Reply = { status: 204, headers: { 'Cache-Control': 'no-store' }, body: undefined };

/** Headers of an answer that tell clients its format, and so are passed on. */
const FORMAT_HEADERS = ['x-vercel-ai-ui-message-stream', 'x-vercel-ai-data-stream'];

/** The reply that reads an answer. */
export function streamReply(reader: Reader, source: Headers | undefined): Reply {
  const headers: Record<string, string> = {
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Compression and proxies would collect the answer into lumps.
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  };
  for (const name of FORMAT_HEADERS) {
    const value = source?.get(name);
    if (value) headers[name] = value;
  }
  return { status: 200, headers, body: reader };
}

/** The reply as fetch handlers give it. */
export function toResponse({ status, headers, body }: Reply, signal: AbortSignal): Response {
  if (typeof body !== 'object') return new Response(body ?? null, { status, headers });
  const encoder = new TextEncoder();
  let resume = (): void => {};
  body.listen(() => resume());
  signal.addEventListener('abort', () => body.leave(), { once: true });
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const chunk = body.take();
          if (chunk) return controller.enqueue(encoder.encode(chunk));
          if (chunk === undefined) return controller.close();
          await new Promise<void>((resolve) => (resume = resolve));
        }
      },
      cancel: () => body.leave(),
    },
    // Nothing is read ahead for a reader that is slow.
    { highWaterMark: 0 },
  );
  return new Response(stream, { status, headers });
}
