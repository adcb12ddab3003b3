/** Determines what a line does to the open blocks: which stay open, which it opens, what it adds. */
import type { Block, Underline } from './block.ts';
import { Line } from './line.ts';
import {
  endsHtml,
  isUndecided,
  nextOpening,
  SUMMARY_END,
  type Opening,
  type OpeningContext,
} from './openings.ts';

/** Containers that are nested deeper are text. */
const MAX_CONTAINER_DEPTH = 100;
/** An arriving line that is longer, in characters, keeps its plan as soon as the plan has content. */
export const LONG_LINE = 1000;

/** The effect of a line on the open blocks. https://spec.commonmark.org/0.31.2/#phase-1-block-structure */
export interface Plan {
  /** The number of open blocks that stay open. */
  readonly kept: number;
  readonly openings: readonly Opening[];
  /** The content that the line adds to the last block; `undefined` if it is blank, undecided or syntax alone. */
  readonly content: string | undefined;
  /**
   * What else the line does when it is complete: it ends the last block or the innermost `<details>` element, or it turns
   * the paragraph above it into a heading, or the last line of that into the head of a table.
   */
  readonly effect?: 'end-block' | 'end-details' | Underline | undefined;
}

/** A complete or partial `</details>` at the end of a line. */
const DETAILS_END = /<\/details>[ \t]*$|<(?:\/[a-z]*)?$/i;

/** Plans a line, which may still be arriving. */
export function planLine(
  text: string,
  open: readonly Block[],
  options: { readonly math: boolean; readonly isComplete: boolean },
): Plan {
  const line = new Line(text);
  const tip = open.at(-1)!;
  let kept = 1;
  /** The number of blocks up to the innermost one that the line ends. */
  let ended = 0;
  for (; kept < open.length; kept++) {
    const match = open[kept]!.continues(line, tip, options.isComplete);
    if (match === 'end') ended = kept + 1;
    if (match === 'end' && open[kept]!.type !== 'details') break;
    if (match === 'wait') return undecided(open);
    if (!match) break;
  }
  if (ended) return { kept: ended, openings: [], content: undefined, effect: 'end-block' };
  const last = open[kept - 1]!;
  if (last.isRaw) {
    const { rest } = line;
    return { kept, openings: [], content: rest, effect: endIf(options.isComplete && last.endsWith(rest)) };
  }
  return planOpenings(line, open, kept, options);
}

const endIf = (isEnd: boolean): Plan['effect'] => (isEnd ? 'end-block' : undefined);

/** Plans the part of a line that the open blocks have not read. */
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
    const context: OpeningContext = {
      interrupts,
      isLazy: interrupts || (canBeLazy && !openings.length),
      list,
      // A `$$` that closes a formula in the paragraph opens none.
      math: math && !(interrupts && tip.isInFormula),
      isInDetails,
      isFootnote: openings.at(-1)?.type === 'footnote',
      mayNest: containers < MAX_CONTAINER_DEPTH,
    };
    if (line.isBlank) break;
    if (line.indent < 4 && !isComplete && isUndecided(line, context)) return undecided(open);
    if (interrupts && !openings.length) {
      const effect = readUnderline(line, tip);
      if (effect) return { kept, openings, content: undefined, effect };
    }
    const found = nextOpening(line, context);
    if (!found) break;
    openings.push(...found);
    const newest = found.at(-1)!;
    if (!isContainer(newest) && !(newest.type === 'summary' && newest.text !== undefined))
      return planLeaf(line, open, kept, openings, isComplete);
    containers += found.length;
    list = undefined;
    isInDetails ||= newest.type === 'details';
  }
  if (line.isBlank)
    return isComplete
      ? { kept: limitKept(open, kept, openings), openings, content: undefined }
      : undecided(open);
  const last = open[kept - 1]!;
  if (!openings.length && kept === open.length && (last.type === 'paragraph' || last.type === 'table'))
    return planText(line, kept, openings, isComplete, isInDetails);
  if (!openings.length && canBeLazy)
    return planText(line, (kept = open.length), openings, isComplete, isInDetails);
  const parent = openings.at(-1) ?? last;
  const isFirst = openings.length > 0 || last.isEmpty;
  const task = parent.type === 'item' && isFirst ? readTask(line, isComplete) : undefined;
  if (task === 'wait') return undecided(open);
  openings.push({ type: 'paragraph', task });
  return planText(line, limitKept(open, kept, openings), openings, isComplete, isInDetails);
}

/**
 * A plan for an undecided line, of which nothing is shown: a bullet may turn out to be a checkbox, and the direction of an
 * item is that of its text.
 */
function undecided(open: readonly Block[]): Plan {
  return { kept: open.length, openings: [], content: undefined };
}

/** The number of open blocks that can contain the openings: a leaf contains no blocks, a list only items. */
function limitKept(open: readonly Block[], kept: number, openings: readonly Opening[]): number {
  const last = open[kept - 1]!;
  const first = openings[0]?.type;
  if (!first) return kept;
  return last.isLeaf || (last.type === 'list' && first !== 'item') ? kept - 1 : kept;
}

/** Plans a line that opens a block without blocks in it. */
function planLeaf(
  line: Line,
  open: readonly Block[],
  before: number,
  openings: readonly Opening[],
  isComplete: boolean,
): Plan {
  const kept = limitKept(open, before, openings);
  const leaf = openings.at(-1)!;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- containers are not leaves
  switch (leaf.type) {
    case 'heading':
      return { kept, openings, content: line.content, effect: endIf(isComplete) };
    case 'rule':
      return { kept, openings, content: undefined, effect: endIf(isComplete) };
    case 'fence':
      return { kept, openings, content: undefined };
    case 'html':
      return {
        kept,
        openings,
        content: line.rest,
        effect: endIf(isComplete && endsHtml(leaf.kind, line.content)),
      };
    case 'summary': {
      const { content } = line;
      return { kept, openings, content, effect: endIf(isComplete && SUMMARY_END.test(content)) };
    }
    case 'math': {
      const { rest } = line;
      return {
        kept,
        openings,
        content: rest,
        effect: endIf(isComplete && rest.trimEnd().endsWith(leaf.close)),
      };
    }
    default:
      return { kept, openings, content: line.rest };
  }
}

/** Plans the text of a paragraph, which may end a `<details>` element. */
function planText(
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
        effect: isComplete ? 'end-details' : undefined,
      };
  }
  return { kept, openings, content };
}

/** Reads the checkbox of a task list item and returns its mark, or `'wait'` while the checkbox may be arriving. */
function readTask(line: Line, isComplete: boolean): string | undefined {
  const { content } = line;
  if (!isComplete && /^\[[ xX]?(?:\][ \t]*)?$/.test(content)) return 'wait';
  const [box, mark] = /^\[([ xX])\][ \t]+(?=[^ \t])/.exec(content) ?? [];
  if (!box) return undefined;
  line.skipIndent();
  line.skip(box.length);
  return mark;
}

/** Whether a line is the underline of a heading, or the delimiter row of a table. */
function readUnderline(line: Line, tip: Block): Underline | undefined {
  if (line.indent >= 4) return undefined;
  if (/^(?:=+|-+)[ \t]*$/.test(line.content) && tip.canUnderline('heading', line.content)) return 'heading';
  if (/^[-:|][-:| \t]*$/.test(line.content) && tip.canUnderline('table', line.content)) return 'table';
  return undefined;
}

function isContainer({ type }: Opening): boolean {
  return /^(?:quote|list|item|footnote|details)$/.test(type);
}
