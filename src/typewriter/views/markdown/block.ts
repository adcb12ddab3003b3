/** The base class of all blocks. */
import type { Direction } from './direction.ts';
import type { Line } from './line.ts';
import type { ListKind } from './openings.ts';

/** What a line makes of the paragraph that it underlines. */
export type Underline = 'heading' | 'table';

/** A block of the answer. While it is on the reader's stack it is open: text may be added. */
export abstract class Block {
  abstract readonly type: string;
  /** The number of the last line of the block, from 1. */
  lastLine = 0;
  /** Whether the block cannot contain other blocks. */
  readonly isLeaf: boolean = true;
  /** Whether the block takes lines without parsing them for other blocks. */
  readonly isRaw: boolean = false;
  /** The kind of a list. */
  readonly list: ListKind | undefined = undefined;
  /** Whether a line of the block has ended in the opening `$$` of a formula. */
  isInFormula = false;
  /** Whether the block contains no blocks. */
  isEmpty = true;

  /** The element that shows the block; `undefined` for the text of a tight list item. */
  abstract readonly element: HTMLElement | undefined;
  /** The paragraph of text that follows the block in its last line, as after the end of a formula. */
  readonly rest: HTMLElement | undefined = undefined;

  /**
   * Whether a line continues the block. Consumes the block's prefix of the line. `'end'`: it is the last line of the
   * block. `'wait'`: undecided until more of the line arrives.
   *
   * @param tip The innermost open block
   */
  continues(_line: Line, _tip: Block, _isComplete: boolean): boolean | 'end' | 'wait' {
    return false;
  }

  /** Whether the block ends with this complete line of its content. */
  endsWith(_content: string): boolean {
    return false;
  }

  /** Whether this line turns the block into a heading, or its last line into the head of a table. */
  canUnderline(_as: Underline, _line: string): boolean {
    return false;
  }

  /** Sets the direction of a container around arriving text. */
  adoptDirection(_direction: Direction | undefined, _isFinal: boolean): void {}

  /** Called when a list turns loose and moves the children of an item, from index `at` on, into a `<p>`. */
  wrap(_parent: Node, _into: HTMLElement, _at: number): void {}

  /** Adds text to the line that is arriving. */
  add(_text: string): void {}

  /** Called when the line is complete. */
  endLine(): void {}

  /** The element at whose end the caret is while text arrives. */
  get caret(): Element | undefined {
    return this.element;
  }

  /** The node that shows the place of the block in the page, if it has one of its own. */
  get place(): ChildNode | undefined {
    return this.element;
  }

  /** Updates the page with the text added so far. */
  show(): void {}

  /** Called when the block is complete: shows its final content. */
  finish(): void {}

  /** Removes the block from the page: the arriving line turned out to open another block. */
  remove(): void {
    this.element?.remove();
  }
}
