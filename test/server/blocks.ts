import type { Step } from './script.ts';

/** What a connection sends of an answer. */
interface Part {
  readonly pieces: readonly Buffer[];
  /** The places in the answer of the blocks that are whole in it. */
  readonly sent: readonly number[];
}

/**
 * What is left of an answer for a page that has it up to this ID, as the step `blocks` says.
 * @param next Which block comes after those that were written before.
 */
export function partOf(
  step: Extract<Step, { blocks: unknown }>,
  header: string | string[] | undefined,
  next: number,
): Part {
  const { upTo, piece = Infinity } = step;
  const places = placesFor(step, header, next);
  const texts = places.map((place, index) => {
    const { text } = step.blocks[place]!;
    return Buffer.from(step.numbering ? `id: ${index + 1}\n${text}` : text);
  });
  const all = Buffer.concat(texts);
  const stop = stopOf(step, texts, Math.min(upTo ?? Infinity, all.length));
  const sent = places.filter((_, index) => {
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

/** The places in the answer of what is sent, in its order. */
function placesFor(
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
  const again = all.slice(back ? (withId.at(-back) ?? 0) : first, first);
  if (old === 'reversed') again.reverse();
  const replayed = old === 'twice' ? again.flatMap((at) => [at, at]) : again;
  return [...replayed, ...all.slice(first)];
}

/** After how many bytes the connection stops. */
function stopOf(
  { stop }: Extract<Step, { blocks: unknown }>,
  texts: readonly Buffer[],
  upTo: number,
): number {
  if (!stop) return upTo;
  const last = texts.findIndex((_, index) => sizeOf(texts.slice(0, index + 1)) > upTo);
  const start = sizeOf(texts.slice(0, last === -1 ? texts.length : last));
  const text = texts[last];
  if (stop === 'between' || !text) return start;
  const data = text.indexOf('data: ') + 'data: '.length;
  // At the most up to the line end that the blank line follows.
  const size = Buffer.byteLength(text.toString().replace(/[\r\n]+$/, '')) + 1;
  return start + Math.min(Math.max(upTo - start, data), size);
}

const sizeOf = (texts: readonly Buffer[]): number => texts.reduce((sum, { length }) => sum + length, 0);
