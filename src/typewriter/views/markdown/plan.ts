import type { Block } from './block.ts';
import { Line } from './line.ts';
import { endsHtml, isUndecided, nextOpening, type Opening, type Place } from './openings.ts';

/** Deeper containers are text. */
const DEEPEST = 100;
/** Of a longer line that is arriving it is known what it opens. */
export const LONG_LINE = 1000;

/** What a line does to the blocks that are open. https://spec.commonmark.org/0.31.2/#phase-1-block-structure */
export interface Plan {
  /** How many of the open blocks stay open. */
  readonly kept: number;
  readonly openings: readonly Opening[];
  /** What the line adds to the last block; nothing where it is blank, or nobody knows yet. */
  readonly content: string | undefined;
  /** Whether the last block ends with the line. */
  readonly closes: boolean;
  /** Whether a paragraph becomes something else by the line under it. */
  readonly underline?: 'heading' | 'table';
  readonly endsDetails?: boolean;
}

/** The end of `<details>`, or as much of it as has arrived, at the end of a line. */
const DETAILS_END = /<\/details>[ \t]*$|<(?:\/[a-z]*)?$/i;

/** Says what a line does. It may still be arriving. */
export function planLine(
  text: string,
  open: readonly Block[],
  options: { readonly math: boolean; readonly isComplete: boolean },
): Plan {
  const line = new Line(text);
  const tip = open.at(-1)!;
  let kept = 1;
  /** The innermost `<details>` that the line ends. */
  let ended = 0;
  for (; kept < open.length; kept++) {
    const match = open[kept]!.continues(line, tip, options.isComplete);
    if (match === 'end') ended = kept + 1;
    if (match === 'end' && open[kept]!.type !== 'details') break;
    if (match === 'wait') return { kept: open.length, openings: [], content: undefined, closes: false };
    if (!match) break;
  }
  if (ended) return { kept: ended, openings: [], content: undefined, closes: true };
  const last = open[kept - 1]!;
  if (last.isRaw) {
    const { rest } = line;
    return { kept, openings: [], content: rest, closes: last.endsWith(rest, options.isComplete) };
  }
  return planOpenings(line, open, kept, options);
}

function planOpenings(
  line: Line,
  open: readonly Block[],
  keptBlocks: number,
  { math, isComplete }: { readonly math: boolean; readonly isComplete: boolean },
): Plan {
  let kept = keptBlocks;
  const tip = open.at(-1)!;
  const openings: Opening[] = [];
  let containers = kept;
  let list = open[kept - 1]!.list;
  let isInDetails = open.some(({ type }, at) => at < kept && type === 'details');
  const canBeLazy = kept < open.length && tip.type === 'paragraph';
  for (;;) {
    const last = openings.at(-1) ?? open[kept - 1]!;
    const interrupts = last.type === 'paragraph';
    const place: Place = {
      interrupts,
      isLazy: interrupts || (canBeLazy && !openings.length),
      list,
      math,
      isInDetails,
      isFootnote: openings.at(-1)?.type === 'footnote',
      mayNest: containers < DEEPEST,
    };
    if (line.isBlank) break;
    if (line.indent < 4 && !isComplete && isUndecided(line.content, place)) return wait(kept, openings, open);
    if (interrupts && !openings.length) {
      const underline = underlineOf(line, tip);
      if (underline) return { kept, openings, content: line.content, closes: false, underline };
    }
    const found = nextOpening(line, place);
    if (!found) break;
    openings.push(...found);
    const newest = found.at(-1)!;
    if (!isContainer(newest) && newest.type !== 'summary')
      return withLeaf(line, open, kept, openings, isComplete);
    containers += found.length;
    list = undefined;
    isInDetails ||= newest.type === 'details';
  }
  if (line.isBlank)
    return { kept: closable(open, kept, openings), openings, content: undefined, closes: false };
  const last = open[kept - 1]!;
  if (!openings.length && kept === open.length && (last.type === 'paragraph' || last.type === 'table'))
    return text(line, kept, openings, isComplete, isInDetails);
  if (!openings.length && canBeLazy)
    return text(line, (kept = open.length), openings, isComplete, isInDetails);
  const parent = openings.at(-1) ?? last;
  const isFirst = openings.length > 0 || last.isEmpty;
  const task = parent.type === 'item' && isFirst ? taskOf(line, isComplete) : undefined;
  if (task === 'wait') return wait(kept, openings, open);
  openings.push({ type: 'paragraph', task });
  return text(line, closable(open, kept, openings), openings, isComplete, isInDetails);
}

/** Nobody knows yet. What has been opened around it is shown. */
function wait(kept: number, openings: readonly Opening[], open: readonly Block[]): Plan {
  return openings.length
    ? { kept: closable(open, kept, openings), openings, content: undefined, closes: false }
    : { kept: open.length, openings, content: undefined, closes: false };
}

/** A leaf holds no block, and a list only items. */
function closable(open: readonly Block[], kept: number, openings: readonly Opening[]): number {
  const last = open[kept - 1]!;
  const first = openings[0]?.type;
  if (!first) return kept;
  return last.isLeaf || (last.type === 'list' && first !== 'item') ? kept - 1 : kept;
}

function withLeaf(
  line: Line,
  open: readonly Block[],
  before: number,
  openings: readonly Opening[],
  isComplete: boolean,
): Plan {
  const kept = closable(open, before, openings);
  const leaf = openings.at(-1)!;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- containers are no leaves
  switch (leaf.type) {
    case 'heading':
      return { kept, openings, content: line.content, closes: isComplete };
    case 'rule':
      return { kept, openings, content: undefined, closes: isComplete };
    case 'fence':
      return { kept, openings, content: undefined, closes: false };
    case 'html':
      return { kept, openings, content: line.rest, closes: isComplete && endsHtml(leaf.end, line.content) };
    case 'math': {
      const { rest } = line;
      return { kept, openings, content: rest, closes: isComplete && rest.trimEnd().endsWith(leaf.end) };
    }
    default:
      return { kept, openings, content: line.rest, closes: false };
  }
}

function text(
  line: Line,
  kept: number,
  openings: readonly Opening[],
  isComplete: boolean,
  isInDetails: boolean,
): Plan {
  const { content } = line;
  if (isInDetails && content.length < LONG_LINE) {
    const [end = ''] = DETAILS_END.exec(content) ?? [];
    const isWhole = end.includes('>');
    if (end && (isWhole || !isComplete))
      return {
        kept,
        openings,
        content: content.slice(0, -end.length),
        closes: false,
        endsDetails: isComplete,
      };
  }
  return { kept, openings, content, closes: false };
}

/** The box of a task. `'wait'` while it is arriving. */
function taskOf(line: Line, isComplete: boolean): string | undefined {
  const { content } = line;
  if (!isComplete && /^\[[ xX]?(?:\][ \t]*)?$/.test(content)) return 'wait';
  const [box, mark] = /^\[([ xX])\][ \t]+(?=\S)/.exec(content) ?? [];
  if (!box) return undefined;
  line.skipIndent();
  line.skip(box.length);
  return mark;
}

function underlineOf(line: Line, tip: Block): Plan['underline'] {
  if (line.indent >= 4) return undefined;
  if (/^(?:=+|-+)[ \t]*$/.test(line.content) && tip.canUnderline('heading', line.content)) return 'heading';
  if (/^[-:|][-:| \t]*$/.test(line.content) && tip.canUnderline('table', line.content)) return 'table';
  return undefined;
}

function isContainer({ type }: Opening): boolean {
  return /^(?:quote|list|item|footnote|details)$/.test(type);
}
