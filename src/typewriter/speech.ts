import { startOfLastGrapheme } from './graphemes.ts';
import type { SpokenWords } from './views/view.ts';

/** The longest piece, in characters: a screen reader can be stopped between two, and not within one. */
const LONGEST = 500;

/** Cuts the words that a view shows into pieces of whole sentences, none of them lost. */
export class Speech {
  readonly #segmenter: Intl.Segmenter | undefined;
  /** Words of complete blocks that wait to be spoken. */
  #waiting = '';
  /** The block that is still arriving, and how much of it was spoken. */
  #arriving = '';
  #spoken = 0;
  #isOver = false;

  /** @param lang The language of the words, whose rules say where a sentence ends. */
  constructor(lang: string | undefined) {
    this.#segmenter = segmenterOf(lang);
  }

  /** How many characters wait. */
  get length(): number {
    return this.#waiting.length + this.#arriving.length - this.#spoken;
  }

  /** Takes in what a view shows now. */
  add({ complete, arriving }: SpokenWords): void {
    const all = complete + arriving;
    const spoken = commonLength(this.#arriving.slice(0, this.#spoken), all);
    this.#waiting += complete.slice(spoken);
    this.#arriving = arriving;
    this.#spoken = Math.max(0, spoken - complete.length);
  }

  /** No more words come: the last sentence is whole. */
  end(): void {
    this.#isOver = true;
  }

  /** The next whole sentences, of at most 500 characters; `''` where none is whole yet. */
  next(): string {
    for (;;) {
      const length = this.#nextLength();
      const piece = this.#take(length).trim();
      if (piece || length === 0) return piece;
    }
  }

  #nextLength(): number {
    const rest = this.#arriving.slice(this.#spoken, this.#spoken + LONGEST + 1);
    const start = (this.#waiting.slice(0, LONGEST + 1) + rest).slice(0, LONGEST + 1);
    if (start.length <= LONGEST && this.#isOver) return start.length;
    const window = start.slice(0, LONGEST);
    // The last sentence may go on.
    const last = this.#segmenter?.segment(window).containing(window.length - 1)?.index ?? 0;
    if (last > 0 || start.length <= LONGEST) return last;
    // One sentence is longer than a piece: it is parted between words, or where there are none between characters.
    const [upToSpace = ''] = /^[^]*\s/.exec(window) ?? [];
    return upToSpace.length || startOfLastGrapheme(window) || window.length;
  }

  #take(length: number): string {
    const ofWaiting = this.#waiting.slice(0, length);
    const end = this.#spoken + length - ofWaiting.length;
    const piece = ofWaiting + this.#arriving.slice(this.#spoken, end);
    this.#waiting = this.#waiting.slice(length);
    this.#spoken = end;
    return piece;
  }
}

/** How much of what was spoken is still the beginning; where a word has changed, it is spoken again. */
function commonLength(spoken: string, now: string): number {
  if (now.startsWith(spoken)) return spoken.length;
  let length = 0;
  while (spoken[length] === now[length]) length++;
  while (length > 0 && /\S/.test(spoken[length - 1]!)) length--;
  return length;
}

/** A page's `lang` may be no language. Where there is no segmenter a piece ends at a space. */
function segmenterOf(lang: string | undefined): Intl.Segmenter | undefined {
  for (const locale of [lang || undefined, undefined]) {
    try {
      return new Intl.Segmenter(locale, { granularity: 'sentence' });
    } catch {}
  }
  return undefined;
}
