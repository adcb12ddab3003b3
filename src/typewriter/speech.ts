/** Divides the words of an answer into pieces to speak. */
import { startOfLastGrapheme } from './graphemes.ts';
import type { SpokenWords } from './views/view.ts';

/** The longest piece, in characters: a screen reader can be interrupted between pieces, but not within one. */
const MAX_LENGTH = 500;

/** Splits the words that a view shows into pieces of whole sentences, without losing any. */
export class Speech {
  readonly #segmenter: Intl.Segmenter | undefined;
  /** The words of complete blocks that were not spoken yet, and the length of all of them. */
  #complete = '';
  #completeLength = 0;
  /** The block that is still arriving, and how much of it was spoken. */
  #arriving = '';
  #spokenLength = 0;
  #isEnded = false;

  /** @param lang The language of the words, whose rules decide where a sentence ends */
  constructor(lang: string | undefined) {
    this.#segmenter = segmenterOf(lang);
  }

  /** The number of characters that were not spoken yet. */
  get length(): number {
    return this.#complete.length + this.#arriving.length - this.#spokenLength;
  }

  /** The number of characters that were spoken, of all words since the first. */
  get position(): number {
    return this.#completeLength - this.#complete.length + this.#spokenLength;
  }

  /** Passes over words at the start that were spoken before. */
  skip(length: number): void {
    this.#shift(Math.min(length, this.length));
  }

  /** Adds the words that a view shows now. */
  add({ complete, arriving }: SpokenWords): void {
    const all = complete + arriving;
    const spokenLength = this.#spokenLengthIn(all);
    this.#complete += complete.slice(spokenLength);
    this.#completeLength += complete.length;
    this.#arriving = arriving;
    this.#spokenLength = Math.max(0, spokenLength - complete.length);
  }

  /** Call when all words have been added: the last sentence is complete. */
  end(): void {
    this.#isEnded = true;
  }

  /**
   * Removes and returns the next complete sentences, at most 500 characters; `''` if none is complete yet.
   *
   * @param isQuiet Whether nothing has been added for a while: the last sentence is complete if it looks so
   */
  next(isQuiet = false): string {
    for (;;) {
      const length = this.#nextLength(isQuiet);
      const piece = this.#shift(length).trim();
      if (piece || length === 0) return piece;
    }
  }

  /**
   * How much of the words that are shown now was spoken before. A word that has changed does not count, so that it is
   * spoken again; but where other letters are shown, as by a translator, as many sentences count as were spoken.
   */
  #spokenLengthIn(shown: string): number {
    const spoken = this.#arriving.slice(0, this.#spokenLength);
    if (shown.startsWith(spoken)) return spoken.length;
    if (!this.#segmenter || lettersOf(shown).startsWith(lettersOf(spoken)))
      return commonLength(spoken, shown);
    const unspoken = [...this.#segmenter.segment(this.#arriving)].findIndex(
      ({ index, segment }) => index + segment.length > spoken.length,
    );
    return [...this.#segmenter.segment(shown)][unspoken]?.index ?? shown.length;
  }

  /** The length of the next piece; 0 if no sentence is complete. */
  #nextLength(isQuiet: boolean): number {
    const rest = this.#arriving.slice(this.#spokenLength, this.#spokenLength + MAX_LENGTH + 1);
    const start = (this.#complete.slice(0, MAX_LENGTH + 1) + rest).slice(0, MAX_LENGTH + 1);
    if (start.length <= MAX_LENGTH && this.#isEnded) return start.length;
    const window = start.slice(0, MAX_LENGTH);
    // The last sentence may continue, unless another one would begin after it.
    const probe = window + (isQuiet ? ' A' : '');
    const last = this.#segmenter?.segment(probe).containing(probe.length - 1)?.index ?? 0;
    if (last > 0 || start.length <= MAX_LENGTH) return Math.min(last, window.length);
    // A single sentence that is too long is split between words, or without spaces between graphemes.
    return lengthOfWords(window) || startOfLastGrapheme(window) || window.length;
  }

  /** Removes and returns the first characters. */
  #shift(length: number): string {
    const complete = this.#complete.slice(0, length);
    const end = this.#spokenLength + length - complete.length;
    const piece = complete + this.#arriving.slice(this.#spokenLength, end);
    this.#complete = this.#complete.slice(length);
    this.#spokenLength = end;
    return piece;
  }
}

const lettersOf = (text: string): string => text.replaceAll(/\P{L}/gu, '');

/** The length of the whole words with which two texts begin alike. */
function commonLength(spoken: string, shown: string): number {
  let length = 0;
  while (spoken[length] === shown[length]) length++;
  return lengthOfWords(spoken.slice(0, length));
}

/** The length of a text up to its last white space, which ends a word. */
const lengthOfWords = (text: string): number => /^[^]*\s/.exec(text)?.[0].length ?? 0;

/** A segmenter for a language; for the default one if the page's `lang` is invalid; `undefined` in an old browser. */
function segmenterOf(lang: string | undefined): Intl.Segmenter | undefined {
  for (const locale of [lang || undefined, undefined]) {
    try {
      return new Intl.Segmenter(locale, { granularity: 'sentence' });
    } catch {}
  }
  return undefined;
}
