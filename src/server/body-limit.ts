/** Limits the bodies of requests. */

/** The error of a body that is too large. Its `status` becomes that of the response. */
export function bodyTooLarge(): Error {
  return Object.assign(new Error('The body of the request is too large.'), { status: 413 });
}

/**
 * Reads the rest of a body without keeping it. Otherwise the connection takes no further request. Cancelling a body instead
 * closes the connection, and ends the process in h3 1.
 */
export async function drain(read: () => Promise<{ readonly done?: boolean | undefined }>): Promise<void> {
  try {
    while (!(await read()).done);
  } catch {
    // The client has disconnected.
  }
}

/**
 * Makes a request whose body fails after `maxSize` bytes, and is read on demand. If the length of the body is known, the request
 * is returned as it is: servers read no more than the announced length.
 */
export function limitBody(request: Request, maxSize: number): Request {
  const { body } = request;
  if (!body || request.bodyUsed || request.headers.has('content-length')) return request;
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  let size = 0;
  const limited = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const source = (reader ??= body.getReader());
        const { done, value } = await source.read();
        if (done) return controller.close();
        size += value.length;
        if (size > maxSize) {
          void drain(() => source.read());
          throw bodyTooLarge();
        }
        controller.enqueue(value);
      },
      cancel: (reason) => (reader ?? body).cancel(reason),
    },
    { highWaterMark: 0 },
  );
  // Frameworks have requests of their own, such as those of h3, of which `new Request(request)` makes none.
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: limited, duplex: 'half' } as RequestInit);
}
