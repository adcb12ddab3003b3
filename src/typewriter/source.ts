import type { EventStream } from '../contract/event-stream.ts';

/** What a typewriter types. */
export type TypewriterSource =
  | Pick<EventStream, 'text' | 'close'>
  | AsyncIterable<string>
  | ReadableStream<string>
  | string;

/** Reads a source piece by piece. */
export interface SourceReader {
  /** Calls `onText` with each piece until the source ends or `close()` is called. Rejects with the source's error. */
  read(onText: (text: string, isRestored: boolean) => void): Promise<void>;
  /** Closes the source. */
  close(): void;
}

/** Opens a reader. An `EventStream` receives its first consumer here, and sends its request. */
export function readSource(source: TypewriterSource): SourceReader {
  const chunks = chunksOf(source);
  let isClosed = false;
  return {
    async read(onText) {
      for (;;) {
        const { done, value } = await chunks.next();
        if (done || isClosed) return;
        // Text that comes before there is a connection was restored after a reload.
        onText(value, (source as { state?: string }).state === 'connecting');
      }
    },
    close() {
      isClosed = true;
      if (typeof source === 'object' && 'close' in source) source.close();
      else void chunks.return?.();
    },
  };
}

function chunksOf(source: TypewriterSource): AsyncIterator<string> {
  if (typeof source === 'string') return once(source);
  const iterable = 'text' in source ? source.text : source;
  if (!('getReader' in iterable)) return iterable[Symbol.asyncIterator]();
  // Not its own iterator: Safari has none, and its return() would wait for the chunk that next() waits for.
  const reader = iterable.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<string>>,
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
