import { composedParent } from './composed.ts';
import { heldUntil, isEditing, isOpening, isSelecting, watchInput } from './hold.ts';

/** How near to its end, in pixels, a scroller shows it. */
const NEAR = 24;
/** How long to wait for a reader who selects text, in milliseconds. */
const PATIENCE = 100;
/** How much may lie between the end of a page and what is appended to it, in pixels: margins and padding. */
const SPACING = 48;

const UP_KEYS = /^(ArrowUp|PageUp|Home)$/;

/** One scroller, and whether its reader wants to see its end. */
export class Scroller {
  readonly #element: Element;
  readonly #isRoot: boolean;
  /** What fires the scroll events of the element. */
  readonly #target: EventTarget;
  /** Whether its end is kept in sight: not from the moment that the reader scrolls up, until they are back there. */
  isStuck: boolean;
  #top = 0;
  #height = 0;
  #distance = 0;
  #touchY = 0;
  /** The hold that is over for this scroller: it has scrolled. */
  #released = 0;

  /** @param wasStuck Whether the reader saw the end in the scroller that was followed until this one took its place */
  constructor(element: Element, isRoot: boolean, appended: Element, wasStuck: boolean | undefined) {
    this.#element = element;
    this.#isRoot = isRoot;
    watchInput(element.ownerDocument);
    this.isStuck = wasStuck ?? (this.distance <= NEAR || this.#endedAt(appended));
    this.#remember();
    this.#target = isRoot ? element.ownerDocument : element;
    const listen = (type: string, listener: (event: never) => void): void =>
      this.#target.addEventListener(type, listener as EventListener, { passive: true });
    listen('scroll', () => this.#onScroll());
    listen('wheel', (event: WheelEvent) => {
      const isUp = event.deltaY < 0 && -event.deltaY >= Math.abs(event.deltaX) && !event.ctrlKey;
      if (isUp) this.#onIntent(event);
    });
    listen('touchstart', ({ touches }: TouchEvent) => (this.#touchY = touches[0]!.clientY));
    listen('touchmove', (event: TouchEvent) => {
      const { clientY } = event.touches[0]!;
      if (event.touches.length === 1 && clientY > this.#touchY + 1) this.#onIntent(event);
      this.#touchY = clientY;
    });
    listen('keydown', (event: KeyboardEvent) => {
      if (event.defaultPrevented || isEditing(event)) return;
      if (UP_KEYS.test(event.key) || (event.key === ' ' && event.shiftKey)) this.#onIntent(event);
      // An answer that grows would be ahead of the browser's scroll.
      if (event.key === 'End' && !this.#isTakenWithin(event, false)) this.toEnd();
    });
    listen('click', (event: Event) => {
      // The reader wants to see what they open, if it is more than fits above the end.
      if (isOpening(event)) requestAnimationFrame(() => (this.isStuck &&= this.isEndInSight));
    });
  }

  /** How far the end is below what is seen, in pixels. */
  get distance(): number {
    const { scrollHeight, clientHeight, scrollTop } = this.#element;
    const { flexDirection, display } = getComputedStyle(this.#element);
    const isReversed = flexDirection === 'column-reverse' && display.includes('flex');
    return isReversed ? -scrollTop : scrollHeight - clientHeight - scrollTop;
  }

  get isEndInSight(): boolean {
    return this.distance <= NEAR;
  }

  get overflows(): boolean {
    return this.#element.scrollHeight > this.#element.clientHeight + 1;
  }

  /** Whether this element is the scroller, whose box does not grow with what is in it. */
  is(element: Element): boolean {
    return this.#element === element;
  }

  /**
   * Has an observer hear of changes of its box, as a composer under it that grows leaves it less room, and of what it
   * scrolls, as buttons may come after an answer.
   *
   * @param inside An element that it scrolls
   */
  observe(observer: ResizeObserver, inside: Element): void {
    if (!this.#isRoot) observer.observe(this.#element);
    let at: Element | null = inside;
    while (at && composedParent(at) !== this.#element) at = composedParent(at);
    if (at) observer.observe(at);
  }

  /** Calls back when the reader has scrolled, until the signal aborts. */
  onScroll(listener: () => void, signal: AbortSignal): void {
    this.#target.addEventListener('scroll', listener, { signal, passive: true });
  }

  /** Shows the end, if the reader wants to see it. Gives how long to wait where an input has just come, in milliseconds. */
  follow(): number {
    if (!this.isStuck) return 0;
    if (isSelecting(this.#element.ownerDocument)) return PATIENCE;
    const wait = heldUntil - performance.now();
    if (wait > 0 && heldUntil !== this.#released) return wait;
    // Not by `scrollTop`: where the page asks for smooth scrolling, each frame would begin it anew.
    this.#element.scrollBy({ top: this.distance, behavior: 'instant' });
    this.#remember();
    return 0;
  }

  /** Shows the end, and from now on keeps it in sight. */
  toEnd(): void {
    this.isStuck = true;
    this.#released = heldUntil;
    this.follow();
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight } = this.#element;
    const { distance } = this;
    const moved = scrollTop - this.#top;
    // Content that has become shorter moves the page up by itself.
    const isUp = moved < Math.min(0, scrollHeight - this.#height) - 0.5 && distance > 1;
    // Content that grows above moves it down.
    const isDown = moved > 0.5 && (distance < this.#distance - 0.5 || distance <= 1);
    if (isUp || (isDown && distance <= NEAR)) {
      this.isStuck = !isUp;
      // The scroll that the input was to begin.
      this.#released = heldUntil;
    }
    this.#remember();
  }

  /** The reader scrolls up: this scroller, unless something within takes the scroll. */
  #onIntent(event: Event): void {
    const { scrollHeight, clientHeight } = this.#element;
    const above = scrollHeight - clientHeight - this.distance;
    if (above > 0.5 && !this.#isTakenWithin(event, true)) this.isStuck = false;
  }

  #isTakenWithin(event: Event, isUp: boolean): boolean {
    for (const node of event.composedPath()) {
      if (node === this.#element) break;
      // A shadow root, which does not scroll, may be on the way.
      const { scrollTop, scrollHeight, clientHeight } = node as Element;
      const room = isUp ? scrollTop : scrollHeight - clientHeight - scrollTop;
      if (room > 0 && scrollsVertically(node as Element)) return true;
    }
    return false;
  }

  #remember(): void {
    this.#top = this.#element.scrollTop;
    this.#height = this.#element.scrollHeight;
    this.#distance = this.distance;
  }

  /**
   * Whether the reader saw the end before this element was appended, perhaps with others just before it, as a question
   * and its answer are: then what is seen ends where one of them begins.
   */
  #endedAt(appended: Element): boolean {
    const { clientTop, clientHeight, offsetHeight } = this.#element as HTMLElement;
    const { top, height } = this.#element.getBoundingClientRect();
    // A page that is zoomed or transformed has rectangles of another scale.
    const scale = this.#isRoot ? 1 : height / offsetHeight;
    const bottom = this.#isRoot ? clientHeight : top + (clientTop + clientHeight) * scale;
    const box = appended.getBoundingClientRect();
    // What stands in the middle of a page is not its end.
    if (bottom + (this.distance - clientHeight / 2) * scale > box.bottom) return false;
    if (box.top <= bottom + SPACING) return true;
    for (let at: Element | null = appended; at && at !== this.#element; at = composedParent(at)) {
      let sibling: Element | null = at;
      for (let count = 0; sibling && count < 4; count++, sibling = sibling.previousElementSibling) {
        if (Math.abs(sibling.getBoundingClientRect().top - bottom) <= SPACING) return true;
      }
    }
    return false;
  }
}

const known = new WeakMap<Element, Scroller>();

/**
 * The scrollers around an element that has just been appended, the nearest first. What is known of them is kept.
 *
 * @param wasStuck Whether the reader saw the end in the one that was followed, where there was one
 */
export function scrollersAround(element: Element, wasStuck?: boolean): Scroller[] {
  const { ownerDocument } = element;
  const root = ownerDocument.scrollingElement ?? ownerDocument.documentElement;
  const scrollers: Scroller[] = [];
  const add = (at: Element): void => {
    if (!known.has(at)) known.set(at, new Scroller(at, at === root, element, wasStuck));
    scrollers.push(known.get(at)!);
  };
  for (let at: Element | null = element; at; at = composedParent(at)) {
    if (at !== root && scrollsVertically(at)) add(at);
    // The page behind a dialog, or any other box that is fixed, does not scroll it.
    if (getComputedStyle(at).position === 'fixed') return scrollers;
  }
  add(root);
  return scrollers;
}

function scrollsVertically(element: Element): boolean {
  const { body, documentElement } = element.ownerDocument;
  // The page takes over the overflow of `body`, unless `html` has one of its own.
  if (element === documentElement) return false;
  if (element === body && getComputedStyle(documentElement).overflowY === 'visible') return false;
  return /auto|scroll|overlay/.test(getComputedStyle(element).overflowY);
}
