import type { Step } from './script.ts';

/** The part of an answer that one connection sends. */
interface Part {
  readonly pieces: readonly Buffer[];
  /** The indexes of the blocks that are sent whole. */
  readonly sent: readonly number[];
}

/**
 * The bytes that a step `blocks` sends to a page with this `Last-Event-ID`.
 * @param header The header `Last-Event-ID` of the request.
 * @param next The index of the first block that was not written before.
 */
export function partOf(
  step: Extract<Step, { blocks: unknown }>,
  header: string | string[] | undefined,
  next: number,
): Part {
  const { upTo, piece = Infinity } = step;
  const indexes = indexesToSend(step, header, next);
  const texts = indexes.map((place, index) => {
    const { text } = step.blocks[place]!;
    return Buffer.from(step.numbering ? `id: ${index + 1}\n${text}` : text);
  });
  const all = Buffer.concat(texts);
  const stop = endOf(step, texts, Math.min(upTo ?? Infinity, all.length));
  const sent = indexes.filter((_, index) => {
    // The CR of the last CRLF ends the block already.
    const spare = texts[index]!.toString().endsWith('\r\n') ? 1 : 0;
    return sizeOf(texts.slice(0, index + 1)) - spare <= stop;
  });
  const size = Math.max(1, Math.min(piece, stop));
  const pieces = Array.from({ length: Math.ceil(stop / size) }, (_, at) =>
    all.subarray(at * size, Math.min(stop, at * size + size)),
  );
  return { pieces, sent };
}

/** The indexes of the blocks to send, in the order in which they are sent. */
function indexesToSend(
  { blocks, back = 0, old = 'in order', numbering }: Extract<Step, { blocks: unknown }>,
  header: string | string[] | undefined,
  next: number,
): number[] {
  const all = [...blocks.keys()];
  if (numbering) return all.slice(header ? next : 0);
  // Header values are bytes, and event IDs UTF-8.
  const lastEventId = Buffer.from(String(header ?? ''), 'latin1').toString();
  const first = lastEventId ? blocks.findIndex(({ id }) => id === lastEventId) + 1 : 0;
  const withId = all.filter((at) => at < first && blocks[at]!.id !== undefined);
  const repeated = all.slice(back ? (withId.at(-back) ?? 0) : first, first);
  if (old === 'reversed') repeated.reverse();
  const replayed = old === 'twice' ? repeated.flatMap((at) => [at, at]) : repeated;
  return [...replayed, ...all.slice(first)];
}

/** The number of bytes after which the connection stops. */
function endOf({ stop }: Extract<Step, { blocks: unknown }>, texts: readonly Buffer[], upTo: number): number {
  if (!stop) return upTo;
  const last = texts.findIndex((_, index) => sizeOf(texts.slice(0, index + 1)) > upTo);
  const start = sizeOf(texts.slice(0, last === -1 ? texts.length : last));
  const text = texts[last];
  if (stop === 'between' || !text) return start;
  const data = text.indexOf('data: ') + 'data: '.length;
  // At most up to the line end before the blank line.
  const size = Buffer.byteLength(text.toString().replace(/[\r\n]+$/, '')) + 1;
  return start + Math.min(Math.max(upTo - start, data), size);
}

const sizeOf = (texts: readonly Buffer[]): number => texts.reduce((sum, { length }) => sum + length, 0);
