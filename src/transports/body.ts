/** How much is parsed between two checks whether the consumers keep up, in bytes. A chunk may be megabytes. */
export const SLICE_SIZE = 65_536;

/**
 * Reads a body to its end and passes on the decoded text in slices. An abort, or an error thrown by `onSlice`, cancels
 * the body. If `onSlice` returns a promise, reading waits for it.
 * @returns Whether the body ended in the middle of a character
 */
export async function readBody(
  response: Response,
  signal: AbortSignal,
  onBytes: ((count: number) => void) | undefined,
  onSlice: (slice: string) => Promise<unknown> | undefined | void,
): Promise<boolean> {
  const reader = response.body?.getReader?.();
  if (!reader) {
    // A `fetch` without streams, such as React Native's, has only the whole text. That of node-fetch has Node's streams.
    const text = await response.text();
    for (let at = 0; at < text.length && !signal.aborted; at += SLICE_SIZE) {
      await onSlice(text.slice(at, at + SLICE_SIZE));
    }
    return false;
  }
  // Rejects if the body has already failed: then there is nothing to release.
  const release = (): unknown => reader.cancel().catch(() => {});
  const decode = createDecoder();
  signal.addEventListener('abort', release);
  try {
    for (;;) {
      // A callback may have stopped the stream before the signal had its listener, or while a slice was parsed.
      if (signal.aborted) throw signal.reason;
      const { done, value } = await reader.read();
      if (done) return decode() !== '';
      // The caller's own stream may contain anything. Data that cannot be read must not pass for the end.
      if (!value?.subarray) throw new TypeError('no bytes');
      onBytes?.(value.length);
      for (let at = 0; at < value.length && !signal.aborted; at += SLICE_SIZE) {
        // Creating a view costs as much as reading a small event.
        const bytes = value.length > SLICE_SIZE ? value.subarray(at, at + SLICE_SIZE) : value;
        const pause = onSlice(decode(bytes));
        if (pause) await pause;
      }
    }
  } finally {
    release();
  }
}

/**
 * Creates a function that decodes UTF-8 in slices and drops one BOM at the start. Without a slice, it returns the rest.
 * https://encoding.spec.whatwg.org/#utf-8-decode
 */
function createDecoder(): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let isStart = true;
  return (bytes) => {
    // A slice that ends with ASCII ends with a complete character. Then the decoder has nothing to buffer for the next
    // slice, and Node decodes in a seventh of the time.
    const stream = bytes !== undefined && bytes[bytes.length - 1]! >= 0x80;
    const text = decoder.decode(bytes, { stream });
    if (!isStart || !text) return text;
    isStart = false;
    return text[0] === '\uFEFF' ? text.slice(1) : text;
  };
}
