import type { Line } from './line.ts';
import type { ListKind } from './openings.ts';

/** A block that is open: it may still grow. */
export abstract class Block {
  abstract readonly type: string;
  /** The number of the last line that belongs to the block. */
  lastLine = 0;
  /** Whether the block holds no other blocks. */
  readonly isLeaf: boolean = true;
  /** Whether lines belong to the block as they are. */
  readonly isRaw: boolean = false;
  /** The kind of a list. */
  readonly list: ListKind | undefined = undefined;
  /** Whether no block stands in it. */
  isEmpty = true;

  /** What stands in the page for the block. */
  abstract readonly element: HTMLElement | undefined;

  /**
   * Whether a line belongs to the block, of which it reads the beginning. `'end'`: it is the last line. `'wait'`:
   * nobody knows before more of it arrives.
   */
  abstract continues(line: Line, tip: Block, isComplete: boolean): boolean | 'end' | 'wait';

  /** Whether a line of its own content ends the block. */
  endsWith(_content: string, _isComplete: boolean): boolean {
    return false;
  }

  canUnderline(_as: 'heading' | 'table', _line: string): boolean {
    return false;
  }

  /** Adds text to the line that is arriving. */
  add(_text: string): void {}

  /** The line is complete. */
  endLine(): void {}

  /** The element that text is written to. */
  get caret(): Element | undefined {
    return this.element;
  }

  /** Shows what has been taken. */
  show(): void {}

  /** The block is complete, and shown for good. */
  finish(): void {}

  /** Takes a block out of the page again that was opened by what has turned out to be something else. */
  remove(): void {
    this.element?.remove();
  }
}
