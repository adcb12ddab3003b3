import { stream, type Part, type StreamResult } from '../../src/index.ts';

/** What became of a stream, how it was recognised, and its parts. */
export type Answer = StreamResult & { readonly format: string; readonly parts: readonly Part[] };

/**
 * Reads the body of a response by its type alone.
 *
 * @param size How many bytes arrive at a time
 */
export async function read(wire: string, type = 'text/event-stream', size = Infinity): Promise<Answer> {
  const bytes = new TextEncoder().encode(wire);
  let at = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(bytes.subarray(at, (at += size)));
        if (at >= bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const parts: Part[] = [];
  const source = stream(new Response(body, { headers: { 'Content-Type': type } }), {
    onPart: (part) => parts.push(part),
  });
  return { ...(await source.result), format: source.format, parts };
}
