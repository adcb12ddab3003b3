/** Announces what is shown to screen readers, through a live region. */
import { composedClosest } from './composed.ts';
import { Speech } from './speech.ts';
import type { SpokenWords } from './views/view.ts';

/** The time between two readings of what is shown, in milliseconds. Speech takes longer than typing. */
const READ_INTERVAL = 1500;
/** The time between two pieces that are ready, in milliseconds, so that assistive technology sees separate changes. */
const PIECE_INTERVAL = 150;
/** The time in which all pieces left at the end are spoken, in milliseconds. */
const DRAIN_TIME = 3000;
/** How long the region stays in the page after the last piece, in milliseconds. */
const REMOVAL_DELAY = 6000;
/** After this time without speaking, in milliseconds, an answer lets the next one speak. */
const TURN_TIMEOUT = 10_000;

/** Hides the region visually. Inline styles work wherever the region is, without a style sheet. */
const VISUALLY_HIDDEN =
  'position:fixed;inset:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';

/** Nothing is spoken in these elements. A closed `<details>` shows its summary only. */
const SILENT = '[inert], [hidden], [aria-hidden=true], details:not([open]) > :not(summary)';

/** Announces what an element shows. */
export interface Announcer {
  /** Call when the element shows more. */
  update(): void;
  /** Call when the element shows everything: the rest is spoken within a few seconds. */
  end(): void;
  /** Stops speaking at once. */
  cancel(): void;
}

/** The announcers with words to speak. The first one speaks, the others wait. */
const speakers = new Set<Speaker>();
/** How much of an answer was spoken, in characters, by its source: a component may show it anew, as in a virtual list. */
const positions = new WeakMap<object, number>();
/** The piece that was spoken last, by any announcer. */
let lastSpoken = '';

/**
 * Announces what an element shows in whole sentences, at intervals, in pieces of at most 500 characters. A live region
 * that changed with every letter would be read letter by letter. A second answer waits for the first.
 * https://www.w3.org/TR/wai-aria-1.2/#aria-live
 *
 * @param takeWords Returns the words that the element shows, as `View.takeWords`
 * @param source What is typed: words that were spoken of it before are not spoken again
 */
export function announce(element: HTMLElement, takeWords: () => SpokenWords, source: object): Announcer {
  return new Speaker(element, takeWords, source);
}

class Speaker implements Announcer {
  readonly #element: HTMLElement;
  readonly #takeWords: () => SpokenWords;
  readonly #source: object;
  readonly #region: HTMLElement;
  readonly #speech: Speech;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasChanged = false;
  /** Whether nothing had changed at the last reading since the one before, as while a tool runs. */
  #isQuiet = false;
  #lastSpokenAt = 0;
  #pieceInterval = PIECE_INTERVAL;
  #isEnded = false;

  constructor(element: HTMLElement, takeWords: () => SpokenWords, source: object) {
    this.#element = element;
    this.#source = source;
    this.#takeWords = takeWords;
    this.#region = element.ownerDocument.createElement('div');
    this.#region.className = 'teleprinter-announcer';
    this.#region.style.cssText = VISUALLY_HIDDEN;
    this.#region.setAttribute('aria-live', 'polite');
    this.#region.setAttribute('aria-atomic', 'true');
    const inLanguage = composedClosest(element, '[lang]');
    const lang = inLanguage?.getAttribute('lang') ?? '';
    // That of the page changes when the browser translates it.
    if (lang && inLanguage !== element.ownerDocument.documentElement) this.#region.lang = lang;
    this.#speech = new Speech(lang);
    // An `<output>` is a live region itself, and would announce the answer again.
    if (!element.hasAttribute('aria-live')) element.setAttribute('aria-live', 'off');
    // Changes are announced only in a region that was in the page before.
    this.#insertRegion();
  }

  update(): void {
    this.#hasChanged = true;
    this.#timer ??= setTimeout(() => this.#read(), READ_INTERVAL);
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    // Not at once, as the region may have been inserted just now.
    this.#timer = setTimeout(() => this.#read(), PIECE_INTERVAL);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#region.remove();
    speakers.delete(this);
  }

  /** Reads the words that are shown now, and speaks if it is this announcer's turn. */
  #read(): void {
    this.#isQuiet = !this.#hasChanged;
    this.#hasChanged = false;
    this.#speech.add(this.#takeWords());
    if (!this.#speech.position) this.#speech.skip(positions.get(this.#source) ?? 0);
    if (this.#isEnded) {
      this.#speech.end();
      this.#pieceInterval = Math.min(PIECE_INTERVAL, DRAIN_TIME / (this.#speech.length / 250 + 1));
    }
    if (!speakers.has(this)) {
      speakers.add(this);
      this.#lastSpokenAt = performance.now();
    }
    this.#speakNext();
  }

  #speakNext(): void {
    const [first] = speakers;
    const now = performance.now();
    // Screen readers ignore changes in a hidden page, so the pieces wait until it is visible again.
    const { hidden } = this.#element.ownerDocument;
    if (hidden) this.#lastSpokenAt = now;
    if (hidden || this.#insertRegion() || (first !== this && now - first!.#lastSpokenAt < TURN_TIMEOUT)) {
      this.#timer = setTimeout(() => this.#speakNext(), PIECE_INTERVAL * 2);
      return;
    }
    const piece = this.#speech.next(this.#isQuiet);
    if (piece) {
      this.#announce(piece);
      positions.set(this.#source, this.#speech.position);
      this.#timer = setTimeout(() => this.#speakNext(), this.#pieceInterval);
    } else if (this.#isEnded) {
      speakers.delete(this);
      this.#timer = setTimeout(() => this.#region.remove(), REMOVAL_DELAY);
    } else {
      const isQuiet = this.#isQuiet && !this.#hasChanged;
      this.#timer = isQuiet ? undefined : setTimeout(() => this.#read(), READ_INTERVAL);
    }
  }

  /** Puts a piece into the region, unless the answer is not in the page, or hidden from assistive technology. */
  #announce(piece: string): void {
    const isSilent = !this.#element.isConnected || composedClosest(this.#element, SILENT);
    // What is not spoken holds up no other answer.
    this.#lastSpokenAt = isSilent ? -TURN_TIMEOUT : performance.now();
    if (isSilent) return;
    // Some screen readers do not speak the same text twice: an inaudible space makes it differ.
    lastSpoken = piece === lastSpoken ? `${piece}\u00a0` : piece;
    this.#region.textContent = lastSpoken;
  }

  /**
   * Inserts the region into the dialog around the element, as screen readers ignore everything outside a modal dialog; or
   * at the end of the body, outside the elements that frameworks render.
   *
   * @returns Whether it was elsewhere, so that a change now would not be announced
   */
  #insertRegion(): boolean {
    const dialog = composedClosest(
      this.#element,
      'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]',
    );
    // There is no body yet while a script in the head runs.
    const parent: Element | null = dialog ?? this.#element.ownerDocument.body;
    if (!parent || this.#region.parentNode === parent) return false;
    parent.append(this.#region);
    return true;
  }
}
