/** In bytes: how much is parsed before the consumers are asked whether they keep up. A chunk may be megabytes. */
export const SLICE = 65_536;

/**
 * Reads a body to its end and passes it on decoded, slice by slice. An abort, or an error thrown by `onSlice`,
 * cancels it. Where `onSlice` returns a promise, reading waits for it.
 * @returns Whether it ended in the middle of a character
 */
export async function readBody(
  response: Response,
  signal: AbortSignal,
  onBytes: ((count: number) => void) | undefined,
  onSlice: (slice: string) => Promise<unknown> | undefined | void,
): Promise<boolean> {
  const reader = response.body?.getReader();
  if (!reader) {
    // A `fetch` without streams, such as React Native's, has the whole text in the end.
    const text = await response.text();
    if (!signal.aborted) await onSlice(text);
    return false;
  }
  // Rejects when the body has failed already: then there is nothing to release.
  const release = (): unknown => reader.cancel().catch(() => {});
  const decode = createDecoder();
  signal.addEventListener('abort', release);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return decode() !== '';
      // A stream of the caller's may give anything. What cannot be read is no end.
      if (!ArrayBuffer.isView(value)) throw new TypeError('no bytes');
      onBytes?.(value.length);
      for (let at = 0; at < value.length && !signal.aborted; at += SLICE) {
        // A view costs as much as a small event does.
        const bytes = value.length > SLICE ? value.subarray(at, at + SLICE) : value;
        const pause = onSlice(decode(bytes));
        if (pause) await pause;
      }
    }
  } finally {
    release();
  }
}

/** Decodes UTF-8 slice by slice, without one what is left, and drops one BOM at the start: https://encoding.spec.whatwg.org/#utf-8-decode */
function createDecoder(): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let isStart = true;
  return (bytes) => {
    // A slice that ends with ASCII ends with a whole character. Then the decoder need not keep anything for the next
    // slice, and Node decodes in a seventh of the time.
    const isWhole = !bytes || bytes[bytes.length - 1]! < 0x80;
    const text = decoder.decode(bytes, isWhole ? WHOLE : MORE);
    if (!isStart || !text) return text;
    isStart = false;
    return text[0] === '\uFEFF' ? text.slice(1) : text;
  };
}

const WHOLE = {};
const MORE = { stream: true };
