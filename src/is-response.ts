/** Whether the caller has sent the request of an input: then there is only a response to read. */
export function isResponse(input: unknown): input is Response | ReadableStream {
  return input instanceof Response || input instanceof ReadableStream;
}
