/**
 * Puts text into an element, piece by piece.
 *
 * @example
 * import { stream, typewriter, type View } from 'teleprinter';
 * const shout = (element: HTMLElement): View => ({ append: (text) => element.append(text.toUpperCase()) });
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view: shout });
 */
export interface View {
  /** Adds text to what the element shows. */
  append(text: string): void;
  /** No more text comes. */
  end?(): void;
  /**
   * Gives the words that the element shows, for a screen reader. Called now and then, and once after `end`. A view
   * without it shows text as it stands, and that text is spoken.
   */
  takeWords?(): SpokenWords;
}

/**
 * What a view shows, in the words that a person would read aloud: code by its name, a table by its cells, and nothing
 * of the markup. A newline stands between blocks.
 *
 * @example
 * import type { SpokenWords } from 'teleprinter';
 * const words: SpokenWords = { complete: 'A pot of tea\nBoil fresh water.\n', arriving: 'Wait for' };
 */
export interface SpokenWords {
  /** The words of the blocks that have become complete since the last call. They begin with those of the block that was `arriving`. */
  readonly complete: string;
  /** The words of the block that is still arriving, from its start. The next call gives them again, as they are then. */
  readonly arriving: string;
}
