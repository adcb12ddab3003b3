/** Limits the bodies of requests. */

/** The error of a body that is too large. Its `status` becomes that of the response. */
export function bodyTooLarge(): Error {
  return Object.assign(new Error('The body of the request is too large.'), { status: 413 });
}

/**
 * Makes a request whose body fails after `maxSize` bytes. If the length of the body is known, the request is returned as it
 * is: servers read no more than the announced length.
 */
export function limitBody(request: Request, maxSize: number): Request {
  if (!request.body || request.bodyUsed || request.headers.has('content-length')) return request;
  let size = 0;
  const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > maxSize) throw bodyTooLarge();
      controller.enqueue(chunk);
    },
  });
  return new Request(request, { body: request.body.pipeThrough(limit), duplex: 'half' } as RequestInit);
}
