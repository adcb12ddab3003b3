import { adoptAllStyles } from '../typewriter/styles.ts';
import { afterHydration, mayHydrate } from './hydration.ts';

/** How many places there have been. */
let made = 0;

/** What a stage shows beside the children of the page, each in a slot of this name. */
type Part = 'answer' | 'failure';

/**
 * The places in which an element shows things: the page's own children, which are its placeholder and stay where they
 * are, the answer, and a notice of a failure. The last two are children with a slot, so that the page's styles reach
 * them. While a framework may still hydrate the page, which no additional child survives, they are in the shadow root.
 */
export class Stage {
  readonly #host: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #placeholder = document.createElement('slot');
  readonly #slots = {} as Record<Part, HTMLSlotElement>;
  readonly #shown: Partial<Record<Part, HTMLElement>> = {};
  #isLight = false;

  constructor(host: HTMLElement, isMadeByScript: boolean) {
    this.#host = host;
    this.#root = host.attachShadow({ mode: 'open' });
    this.#root.append(this.#placeholder);
    for (const part of ['answer', 'failure'] as const) {
      const slot = document.createElement('slot');
      slot.name = part;
      this.#slots[part] = slot;
      this.#root.append(slot);
    }
    if (isMadeByScript || !mayHydrate()) this.#useChildren();
    else afterHydration(() => this.#useChildren());
  }

  /** The place of this name, if it has been made. */
  get(part: Part): HTMLElement | undefined {
    return this.#shown[part];
  }

  /** Shows or hides the children of the page. */
  set hasPlaceholder(isShown: boolean) {
    this.#placeholder.style.display = isShown ? '' : 'none';
  }

  /** Makes a place anew. */
  make(part: Part): HTMLElement {
    this.remove(part);
    const place = document.createElement('div');
    place.slot = part;
    // What morphs a page into another takes an element without an ID for one of the page's own.
    place.id = `teleprinter-${++made}`;
    place.setAttribute('part', part);
    this.#shown[part] = place;
    this.#put(place, part);
    return place;
  }

  remove(part: Part): void {
    const place = this.#shown[part];
    delete this.#shown[part];
    place?.remove();
    this.#removeCopies(part);
  }

  /** The element is in a page now, maybe in another one: what it shows needs its styles there. */
  connect(): void {
    for (const place of Object.values(this.#shown)) adoptAllStyles(place);
    if (this.hasCopies) this.hasPlaceholder = false;
  }

  /** Whether the element is a copy of one that had an answer, or some of it. */
  get hasCopies(): boolean {
    return this.#copies('answer').length > 0;
  }

  /** Whether the element is a copy of one that had its answer, which had not failed. */
  get hasCopiedAnswer(): boolean {
    if (this.#copies('failure').length > 0) return false;
    return this.#copies('answer').some((copy) => copy.getAttribute('data-teleprinter') === 'finished');
  }

  /** What a copy of the element, or of the page, has brought along: places that are not this one's. */
  #copies(part: Part): Element[] {
    const places = this.#host.querySelectorAll(`:scope > [slot=${part}][id^=teleprinter-]`);
    return [...places].filter((place) => place !== this.#shown[part]);
  }

  #removeCopies(part: Part): void {
    for (const copy of this.#copies(part)) copy.remove();
  }

  #put(place: HTMLElement, part: Part): void {
    // What stands in a slot shows where no child is assigned to it.
    (this.#isLight ? this.#host : this.#slots[part]).append(place);
  }

  #useChildren(): void {
    this.#isLight = true;
    const { activeElement } = this.#root;
    for (const [part, place] of Object.entries(this.#shown)) {
      place.remove();
      // Chrome does not render what goes from within a slot into it at once: this makes it see the empty slot.
      this.#slots[part as Part].assignedNodes();
      this.#put(place, part as Part);
      this.#removeCopies(part as Part);
    }
    this.connect();
    (activeElement as HTMLElement | null)?.focus({ preventScroll: true });
    // A framework that sets the text of an element removes all its children.
    new MutationObserver(() => {
      for (const [part, place] of Object.entries(this.#shown)) {
        if (!place.parentNode) this.#put(place, part as Part);
        // A page that was saved has its answers after the start tags that ask for them.
        this.#removeCopies(part as Part);
      }
    }).observe(this.#host, { childList: true });
  }
}
