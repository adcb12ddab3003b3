/** Scrolls one element to its end, unless its reader has scrolled up; and finds the scrollers around an element. */
import { composedParent } from './composed.ts';
import { isEditing, isOpening, isSelecting, pausedUntil, selectedAt, watchInput } from './input-pause.ts';

/** The end is in sight within this distance, in pixels. */
const END_MARGIN = 24;
/** How long to wait before scrolling again while the reader selects text, in milliseconds. */
const SELECTION_DELAY = 100;
/** How long a smooth scroll may take, in milliseconds. */
const SMOOTH_SCROLL = 1000;
/** The largest margin and padding between the end of a page and an element appended to it, in pixels. */
const SPACING = 48;

const UP_KEYS = /^(ArrowUp|PageUp|Home)$/;

/** A scroller, and whether it sticks to its end. */
export class Scroller {
  readonly #element: Element;
  readonly #isRoot: boolean;
  /** The target of its scroll events: the document for the root. */
  readonly #target: EventTarget;
  /** Whether the end is kept in sight: false after the reader has scrolled up, until they are back at the end. */
  isStuck: boolean;
  /** The followers of complete answers in it, which the next answer stops. */
  readonly finished: Set<{ stop(): void }> = new Set();
  #top = 0;
  #height = 0;
  #distance = 0;
  #touchY = 0;
  /** Pauses and selections that began before this time no longer apply, as the scroller has scrolled since. */
  #resumedAt = 0;
  /** The height when the current scroll down began, and when that was: a smooth scroll ends there. */
  #targetHeight = 0;
  #scrollStartedAt = 0;

  /** @param wasStuck Whether the scroller followed before this one was stuck, if there was one */
  constructor(element: Element, isRoot: boolean, appended: Element, wasStuck: boolean | undefined) {
    this.#element = element;
    this.#isRoot = isRoot;
    watchInput(element.ownerDocument);
    this.isStuck = wasStuck ?? (this.distance <= END_MARGIN || this.#wasAtEndBefore(appended));
    this.#savePosition();
    this.#target = isRoot ? element.ownerDocument : element;
    this.on('scroll', () => this.#onScroll());
    this.on('wheel', (event: WheelEvent) => {
      const isUp = event.deltaY < 0 && -event.deltaY >= Math.abs(event.deltaX) && !event.ctrlKey;
      if (isUp) this.#onScrollUp(event);
    });
    this.on('touchstart', ({ touches }: TouchEvent) => (this.#touchY = touches[0]!.clientY));
    this.on('touchmove', (event: TouchEvent) => {
      const { clientY } = event.touches[0]!;
      if (event.touches.length === 1 && clientY > this.#touchY + 1) this.#onScrollUp(event);
      this.#touchY = clientY;
    });
    this.on('keydown', (event: KeyboardEvent) => {
      if (event.defaultPrevented || isEditing(event)) return;
      if (UP_KEYS.test(event.key) || (event.key === ' ' && event.shiftKey)) this.#onScrollUp(event);
      // The browser scrolls to where the end is now, which a growing answer moves on.
      if (event.key === 'End' && !this.#isScrolledWithin(event, false)) this.scrollToEnd();
    });
    this.on('click', (event: Event) => {
      // If what the reader opens pushes the end out of sight, it is not followed, as that would hide the opened content.
      if (isOpening(event)) requestAnimationFrame(() => (this.isStuck &&= this.isEndInSight));
    });
  }

  /** The distance from the lower edge of the visible part to the end, in pixels. */
  get distance(): number {
    const { scrollHeight, clientHeight, scrollTop } = this.#element;
    const { flexDirection, display } = getComputedStyle(this.#element);
    const isReversed = flexDirection === 'column-reverse' && display.includes('flex');
    return isReversed ? -scrollTop : scrollHeight - clientHeight - scrollTop;
  }

  get isEndInSight(): boolean {
    return this.distance <= END_MARGIN;
  }

  get overflows(): boolean {
    return this.#element.scrollHeight > this.#element.clientHeight + 1;
  }

  /** Whether this is the scroller of an element. */
  is(element: Element): boolean {
    return this.#element === element;
  }

  /**
   * Observes the box of the scroller, which shrinks when a composer below it grows, and its child around an element, which
   * also grows when something is added after the answer, such as buttons.
   *
   * @param inside An element in the scroller
   */
  observe(observer: ResizeObserver, inside: Element): void {
    if (!this.#isRoot) observer.observe(this.#element);
    let child: Element | null = inside;
    while (child && composedParent(child) !== this.#element) child = composedParent(child);
    if (child) observer.observe(child);
  }

  /** Listens to the events of the scroller, and to those that load in it, until the signal aborts, if there is one. */
  on(type: string, listener: (event: never) => void, signal?: AbortSignal): void {
    const options = { signal, passive: true, capture: type === 'load' } as AddEventListenerOptions;
    this.#target.addEventListener(type, listener as EventListener, options);
  }

  /**
   * Scrolls to the end, if the scroller is stuck to it.
   *
   * @returns 0, or how long to wait before calling again, in milliseconds, if input or a selection has delayed the scroll
   */
  follow(): number {
    if (!this.isStuck) return 0;
    if (selectedAt > this.#resumedAt && isSelecting(this.#element)) return SELECTION_DELAY;
    const delay = pausedUntil - performance.now();
    if (delay > 0 && pausedUntil > this.#resumedAt) return delay;
    // Not by `scrollTop`: in a page with smooth scrolling, each frame would start the animation again.
    this.#element.scrollBy({ top: this.distance, behavior: 'instant' });
    this.#savePosition();
    return 0;
  }

  /** Scrolls to the end, and sticks to it from now on. */
  scrollToEnd(): void {
    this.isStuck = true;
    this.#resume();
    this.follow();
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight } = this.#element;
    const { distance } = this;
    const moved = scrollTop - this.#top;
    const now = performance.now();
    if (moved < 0 || now - this.#scrollStartedAt > SMOOTH_SCROLL) {
      this.#targetHeight = scrollHeight;
      this.#scrollStartedAt = now;
    }
    // When content shrinks, the browser itself scrolls up.
    const isUp = moved < Math.min(0, scrollHeight - this.#height) - 0.5 && distance > 1;
    // When content above grows, the browser itself scrolls down.
    const isDown = moved > 0.5 && (distance < this.#distance - 0.5 || distance <= 1);
    // A smooth scroll ends where the end was when it began, whatever has been added since.
    if (isUp || (isDown && distance - scrollHeight + this.#targetHeight <= END_MARGIN)) {
      this.isStuck = !isUp;
      this.#resume();
    }
    this.#savePosition();
  }

  /** The scroll that the input was expected to cause has happened: nothing before it delays another. */
  #resume(): void {
    this.#resumedAt = Math.max(pausedUntil, performance.now());
  }

  /** Unsticks when the reader scrolls up, unless the event scrolls an element within. */
  #onScrollUp(event: Event): void {
    const { scrollHeight, clientHeight } = this.#element;
    const above = scrollHeight - clientHeight - this.distance;
    if (above > 0.5 && !this.#isScrolledWithin(event, true)) this.isStuck = false;
  }

  /** Whether an event scrolls an element within this scroller, which has room left in that direction. */
  #isScrolledWithin(event: Event, isUp: boolean): boolean {
    for (const node of event.composedPath()) {
      if (node === this.#element) break;
      // For a shadow root, which does not scroll, these are `undefined`.
      const { scrollTop, scrollHeight, clientHeight } = node as Element;
      const room = isUp ? scrollTop : scrollHeight - clientHeight - scrollTop;
      if (room > 0 && scrollsVertically(node as Element)) return true;
    }
    return false;
  }

  #savePosition(): void {
    this.#top = this.#element.scrollTop;
    this.#height = this.#element.scrollHeight;
    this.#distance = this.distance;
  }

  /**
   * Whether the end was in sight before an element was appended, possibly together with others just before it, such as the
   * question before an answer: then the visible part ends where one of them begins.
   */
  #wasAtEndBefore(appended: Element): boolean {
    const { clientTop, clientHeight, offsetHeight } = this.#element as HTMLElement;
    const { top, height } = this.#element.getBoundingClientRect();
    // In a zoomed or transformed page, client rectangles have a different scale.
    const scale = this.#isRoot ? 1 : height / offsetHeight;
    const bottom = this.#isRoot ? clientHeight : top + (clientTop + clientHeight) * scale;
    const box = appended.getBoundingClientRect();
    // An element with more than half a screen of content below it is not the end of the page.
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

/** The scrollers found so far, which keep their state between answers. */
const known = new WeakMap<Element, Scroller>();

/**
 * The scrollers around an element that has just been appended, the nearest first, the root last.
 *
 * @param wasStuck Whether the scroller followed so far is stuck, if there is one
 */
export function scrollersAround(element: Element, wasStuck?: boolean): Scroller[] {
  const { ownerDocument } = element;
  const root: Element | null = ownerDocument.scrollingElement ?? ownerDocument.documentElement;
  const scrollers: Scroller[] = [];
  const add = (at: Element): void => {
    if (!known.has(at)) known.set(at, new Scroller(at, at === root, element, wasStuck));
    scrollers.push(known.get(at)!);
  };
  for (let at: Element | null = element; at; at = composedParent(at)) {
    if (at !== root && scrollsVertically(at)) add(at);
    // The page does not scroll a fixed box, such as a dialog in front of it.
    if (getComputedStyle(at).position === 'fixed') return scrollers;
  }
  // The document of a template has no root.
  if (root) add(root);
  return scrollers;
}

function scrollsVertically(element: Element): boolean {
  const { body, documentElement } = element.ownerDocument;
  // The viewport uses the overflow of `html`, or if that is `visible`, of `body`.
  if (element === documentElement) return false;
  if (element === body && getComputedStyle(documentElement).overflowY === 'visible') return false;
  return /auto|scroll|overlay/.test(getComputedStyle(element).overflowY);
}
