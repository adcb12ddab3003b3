/**
 * Shows text in an element, piece by piece.
 *
 * @example
 * import { stream, typewriter, type View } from 'teleprinter';
 * const shout = (element: HTMLElement): View => ({ append: (text) => element.append(text.toUpperCase()) });
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view: shout });
 */
export interface View {
  /** Appends text to what the element shows. */
  append(text: string): void;
  /** Called after the last text. */
  end?(): void;
  /**
   * Returns the words that the element shows, for screen readers. Called at intervals, and once after `end`. For a view
   * without it, the appended text itself is spoken.
   */
  takeWords?(): SpokenWords;
}

/**
 * What a view shows, in the words that a person would read aloud: code by its name, a table by its cells, no markup.
 * Blocks are separated by newlines.
 *
 * @example
 * import type { SpokenWords } from 'teleprinter';
 * const words: SpokenWords = { complete: 'A pot of tea\nBoil fresh water.\n', arriving: 'Wait for' };
 */
export interface SpokenWords {
  /** The words of the blocks completed since the last call, starting with the block that was `arriving` then. */
  readonly complete: string;
  /** The words of the block that is still arriving, from its start. The next call returns them again, as they are then. */
  readonly arriving: string;
}
