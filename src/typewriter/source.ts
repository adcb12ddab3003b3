/** Reads the text of a source, whatever its type, and hands it over to another reader. */
import type { EventStream } from '../contract/event-stream.ts';

/**
 * The text that a typewriter types: a stream, an async iterable, a `ReadableStream` of strings, or a string.
 *
 * @example
 * import { typewriter, type TypewriterSource } from 'teleprinter';
 * const type = (source: TypewriterSource) => typewriter(source, document.querySelector('output')!);
 * await type('Boil fresh water.').finished;
 */
export type TypewriterSource =
  | Pick<EventStream, 'text' | 'close'>
  | AsyncIterable<string>
  | ReadableStream<string>
  | string;

/** Reads a source piece by piece. */
export interface SourceReader {
  /** The text that arrived before this reader was opened. */
  readonly received: string;
  /** Calls `onText` with each piece, until the source ends, is closed or detached. Rejects with the source's error. */
  read(onText: (text: string, isRestored: boolean) => void): Promise<void>;
  /** Closes the source. */
  readonly close: () => void;
  /** Stops reading, and leaves the source open for another reader. */
  readonly detach: () => void;
}

/** The progress of reading a source. Only an `EventStream` itself keeps its text; for others the next reader needs this. */
interface Progress {
  readonly chunks: AsyncIterator<string>;
  received: string;
  /** The result of a call of `next()` that has not been used yet. */
  pending?: Promise<IteratorResult<string>> | undefined;
}

/** The progress of the sources that were detached. */
const detached = new WeakMap<object, Progress>();

/** The streams that were detached: each has a subscriber, as a stream closes when its last consumer leaves. */
const kept = new WeakSet();

/** Opens a reader, which is a consumer of an `EventStream`: the first consumer makes it send its request. */
export function readSource(source: TypewriterSource): SourceReader {
  const stream = asEventStream(source);
  const received = stream && stream.state !== 'idle' ? stream.getSnapshot().text : '';
  const progress = detached.get(source as object) ?? { chunks: chunksOf(source), received };
  detached.delete(source as object);
  let isStopped = false;
  return {
    received: progress.received,
    async read(onText) {
      for (;;) {
        progress.pending ??= progress.chunks.next();
        const { done, value } = await progress.pending;
        if (isStopped) return;
        progress.pending = undefined;
        if (done) return;
        if (!stream) progress.received += value;
        // Text that arrives before a connection is open was restored after a reload.
        onText(value, (source as { state?: string }).state === 'connecting');
      }
    },
    close() {
      isStopped = true;
      if ((source as Partial<EventStream>).close) (source as EventStream).close();
      else void leave(progress.chunks);
    },
    detach() {
      isStopped = true;
      if (stream) {
        if (!kept.has(stream)) stream.subscribe(() => {});
        kept.add(stream);
        void leave(progress.chunks);
      } else if (typeof source === 'object') detached.set(source, progress);
    },
  };
}

/** The source, if it is a stream that has a snapshot of its text. */
function asEventStream(source: TypewriterSource): EventStream | undefined {
  return (source as EventStream).getSnapshot && (source as EventStream);
}

function chunksOf(source: TypewriterSource): AsyncIterator<string> {
  // Its results are awaited, too, though they are no promises.
  if (typeof source === 'string') return [source].values() as never;
  const iterable = 'text' in source ? source.text : source;
  if (!('getReader' in iterable)) return iterable[Symbol.asyncIterator]();
  // Not the iterator of the stream: Safari has none, and its `return()` would wait for a pending `next()`.
  const reader = iterable.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<string>>,
    return: () => reader.cancel() as Promise<never>,
  };
}

/** Closes an iterator. */
async function leave(chunks: AsyncIterator<string>): Promise<void> {
  try {
    await chunks.return?.();
  } catch {
    // Nobody reads the text any more. The stream may have failed by the same signal.
  }
}
