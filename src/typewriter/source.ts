import type { EventStream } from '../contract/event-stream.ts';

/**
 * What a typewriter types.
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
  /** Calls `onText` with each piece until the source ends or is left. Rejects with the source's error. */
  read(onText: (text: string, isRestored: boolean) => void): Promise<void>;
  /** Closes the source. */
  close(): void;
  /** Stops reading, and leaves the source open for another reader. */
  detach(): void;
}

/** Reads a source that has no memory of its own: what one reader has received, the next one needs to know. */
interface Reading {
  readonly chunks: AsyncIterator<string>;
  received: string;
  /** A piece that was asked for, and is for the next reader. */
  pending?: Promise<IteratorResult<string>> | undefined;
}

/** The sources that were left open. */
const detached = new WeakMap<object, Reading>();

/** Opens a reader. An `EventStream` receives its first consumer here, and sends its request. */
export function readSource(source: TypewriterSource): SourceReader {
  const stream = asEventStream(source);
  const received = stream && stream.state !== 'idle' ? stream.getSnapshot().text : '';
  const reading = takeReading(source) ?? { chunks: chunksOf(source), received };
  let isLeft = false;
  return {
    received: reading.received,
    async read(onText) {
      for (;;) {
        reading.pending ??= reading.chunks.next();
        const { done, value } = await reading.pending;
        if (isLeft) return;
        reading.pending = undefined;
        if (done) return;
        if (!stream) reading.received += value;
        // Text that comes before there is a connection was restored after a reload.
        onText(value, (source as { state?: string }).state === 'connecting');
      }
    },
    close() {
      isLeft = true;
      if (typeof source === 'object' && 'close' in source) source.close();
      else void reading.chunks.return?.();
    },
    detach() {
      isLeft = true;
      if (stream) {
        // A stream closes when its last consumer leaves: this one stays.
        stream.subscribe(() => {});
        void reading.chunks.return?.();
      } else if (typeof source === 'object') detached.set(source, reading);
    },
  };
}

/** A source that knows its text so far. */
function asEventStream(source: TypewriterSource): EventStream | undefined {
  return typeof source === 'object' && 'getSnapshot' in source ? (source as EventStream) : undefined;
}

function takeReading(source: TypewriterSource): Reading | undefined {
  if (typeof source === 'string') return undefined;
  const reading = detached.get(source);
  detached.delete(source);
  return reading;
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
