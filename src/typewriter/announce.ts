import { composedClosest } from './composed.ts';
import { Speech } from './speech.ts';
import type { SpokenWords } from './views/view.ts';

/** The time between two looks at what is shown, in milliseconds: a reader's voice needs some. */
const PAUSE = 1500;
/** The time between two pieces that are ready, in milliseconds: each is a change of its own to assistive technology. */
const GAP = 150;
/** How long the pieces that wait at the end take together, in milliseconds. */
const DRAIN = 3000;
/** How long the region stays after the last piece, in milliseconds. */
const STAY = 6000;
/** An answer that has said nothing for so long, in milliseconds, lets the next one speak. */
const PATIENCE = 10_000;

/** What hides a region from the eye alone. As inline styles it needs no style sheet, wherever the region is. */
const HIDDEN =
  'position:fixed;top:0;left:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';

/** Speaks what is shown to a screen reader. */
export interface Announcer {
  /** More is shown. */
  update(): void;
  /** Nothing more comes: the rest is spoken within a few seconds. */
  end(): void;
  /** Falls silent at once. */
  cancel(): void;
}

/** Those that have something to say. The first one speaks. */
const speakers: Speaker[] = [];
/** What was spoken last. Some screen readers do not speak the same words again: a space that nobody hears makes them others. */
let spoken = '';

/**
 * Speaks through a live region what an element shows: whole sentences, not too often, in pieces of at most 500
 * characters. A region that changes with every letter would be read letter by letter. A second answer waits for the
 * first. https://www.w3.org/TR/wai-aria-1.2/#aria-live
 */
export function announce(element: HTMLElement, takeWords: () => SpokenWords): Announcer {
  return new Speaker(element, takeWords);
}

class Speaker implements Announcer {
  readonly #element: HTMLElement;
  readonly #takeWords: () => SpokenWords;
  readonly #region: HTMLElement;
  readonly #speech: Speech;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasChanged = false;
  #spokeAt = 0;
  #gap = GAP;
  #isOver = false;

  constructor(element: HTMLElement, takeWords: () => SpokenWords) {
    this.#element = element;
    this.#takeWords = takeWords;
    this.#region = element.ownerDocument.createElement('div');
    this.#region.className = 'teleprinter-announcer';
    this.#region.style.cssText = HIDDEN;
    this.#region.setAttribute('aria-live', 'polite');
    this.#region.setAttribute('aria-atomic', 'true');
    const lang = composedClosest(element, '[lang]')?.getAttribute('lang') ?? '';
    if (lang) this.#region.lang = lang;
    this.#speech = new Speech(lang);
    // An `output` would tell all of it again.
    if (!element.hasAttribute('aria-live')) element.setAttribute('aria-live', 'off');
    // A region is heard only if it was there before its words.
    this.#place();
  }

  update(): void {
    this.#hasChanged = true;
    this.#timer ??= setTimeout(() => this.#look(), PAUSE);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#look();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#region.remove();
    this.#leave();
  }

  #look(): void {
    this.#hasChanged = false;
    this.#speech.add(this.#takeWords());
    if (this.#isOver) {
      this.#speech.end();
      this.#gap = Math.min(GAP, DRAIN / (this.#speech.length / 250 + 1));
    }
    if (!speakers.includes(this)) {
      speakers.push(this);
      this.#spokeAt = performance.now();
    }
    this.#speak();
  }

  #speak(): void {
    const [first] = speakers;
    const now = performance.now();
    // Nothing is heard of a page that is hidden: its reader comes back.
    const { hidden } = this.#element.ownerDocument;
    if (hidden) this.#spokeAt = now;
    if (hidden || (first !== this && now - first!.#spokeAt < PATIENCE)) {
      this.#timer = setTimeout(() => this.#look(), GAP * 2);
      return;
    }
    const words = this.#speech.next();
    if (words) {
      this.#spokeAt = now;
      this.#say(words);
      this.#timer = setTimeout(() => this.#speak(), this.#gap);
    } else if (this.#isOver) {
      this.#leave();
      this.#timer = setTimeout(() => this.#region.remove(), STAY);
    } else this.#timer = this.#hasChanged ? setTimeout(() => this.#look(), PAUSE) : undefined;
  }

  /** Has words spoken, unless the page hides the answer from assistive technology. */
  #say(words: string): void {
    if (composedClosest(this.#element, '[inert], [aria-hidden=true]')) return;
    this.#place();
    spoken = words === spoken ? `${words}\u00a0` : words;
    this.#region.textContent = spoken;
  }

  #leave(): void {
    const at = speakers.indexOf(this);
    if (at >= 0) speakers.splice(at, 1);
  }

  /** Puts the region where it is heard: what is outside of a modal dialog is not, and at the end of a page no framework looks. */
  #place(): void {
    const dialog = composedClosest(
      this.#element,
      'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]',
    );
    // A script in the head runs before there is a body.
    const place: Element | null = dialog ?? this.#element.ownerDocument.body;
    if (this.#region.parentNode !== place) place?.append(this.#region);
  }
}
