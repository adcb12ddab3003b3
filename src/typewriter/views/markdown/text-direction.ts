/** The direction of a block, by its text so far. */
import { directionOf, type Direction } from './direction.ts';

/** From this length on, in characters, the direction of a text is fixed. */
const FIXED_LENGTH = 250;

/** Sets the direction of the block of one text. */
export class TextDirection {
  /** That of the first letter of the final text. */
  #direction: Direction | undefined;
  #isFixed = false;
  /** Whether the block was set from right to left while its text arrives. */
  #isRightToLeft = false;

  /** With `dir="auto"`, a short text whose first word is Latin is shown from left to right. */
  show(text: string, parent: HTMLElement): void {
    if (this.#isFixed) return;
    const isRightToLeft = directionOf(text) === 'rtl';
    if (isRightToLeft === this.#isRightToLeft) return;
    if (this.#set(isRightToLeft ? 'rtl' : 'auto', parent)) this.#isRightToLeft = isRightToLeft;
  }

  /**
   * Adds final text. The direction of a long text is fixed to that of its first letter: with `dir="auto"` the browser
   * searches the whole block at each change.
   */
  add(source: string, parent: HTMLElement, isFirst: boolean): void {
    if (this.#isFixed) return;
    this.#direction ??= directionOf(source);
    if (isFirst && source.length < FIXED_LENGTH) return this.show(source, parent);
    this.#isFixed = true;
    this.#set(this.#direction ?? 'ltr', parent);
  }

  /** Sets the direction of the block, unless it has one that is not that of this text. Returns whether it did. */
  #set(direction: string, parent: HTMLElement): boolean {
    let block = parent;
    // The text of a tight list item takes its direction from the list.
    if (block.localName === 'li' && !block.previousElementSibling) block = block.parentElement!;
    const isFree = block.dir === 'auto' || (this.#isRightToLeft && block === parent);
    if (isFree) block.dir = direction;
    return isFree;
  }
}
