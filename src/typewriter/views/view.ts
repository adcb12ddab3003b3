/** The interface of views: a view puts the text of an answer into an element. */

/**
 * Shows text in an element, piece by piece.
 *
 * @example
 * import { stream, typewriter, type View } from 'teleprinter';
 * const shout = (element: HTMLElement): View => ({ append: (text) => element.append(text.toUpperCase()) });
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view: shout });
 */
export interface View {
  /** Appends text to the element. */
  append(text: string): void;
  /** Called after the last text. */
  end?(): void;
  /**
   * Returns the words that the element shows, for screen readers. Called at intervals, and once after `end`. Without
   * this method, screen readers get the appended text.
   */
  takeWords?(): SpokenWords;
}

/**
 * The content of a view as a person would read it aloud: no markup, a code block by its language, a table by its cells.
 * Newlines separate blocks.
 *
 * @example
 * import type { SpokenWords } from 'teleprinter';
 * const words: SpokenWords = { complete: 'A pot of tea\nBoil fresh water.\n', arriving: 'Wait for' };
 */
export interface SpokenWords {
  /** The words of the blocks completed since the last call, starting with the block that was `arriving` then. */
  readonly complete: string;
  /** The words of the block that is still arriving, from its start. The next call returns them again, updated. */
  readonly arriving: string;
}
