import { composedParent } from './composed.ts';

/** How near to its end, in pixels, a scroller shows it. */
const NEAR = 24;
/** How much may lie between the end of a page and what is appended to it, in pixels: margins and padding. */
const SPACING = 48;
/** How long an input has to begin a scroll, in milliseconds: what the page scrolls before would cancel it. */
const HOLD = 100;
/** The same for a link to a place in the page: its scroll is certain, and a busy page may be late to begin it. */
const LINK_HOLD = 1000;

const UP_KEYS = /^(ArrowUp|PageUp|Home)$/;
const EDITABLE = 'input, textarea, select, [contenteditable]:not([contenteditable=false])';

/** One scroller, and whether its reader wants to see its end. */
export class Scroller {
  readonly #element: Element;
  readonly #isRoot: boolean;
  /** What fires the scroll events of the element. */
  readonly #target: EventTarget;
  /** False from the moment that the reader scrolls up, until they are back at the end. */
  #isStuck: boolean;
  #top = 0;
  #height = 0;
  #distance = 0;
  #touchY = 0;
  #heldUntil = 0;

  constructor(element: Element, isRoot: boolean, appended: Element) {
    this.#element = element;
    this.#isRoot = isRoot;
    this.#isStuck = this.distance <= NEAR || this.#endedAt(appended);
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
      if (event.defaultPrevented || (event.composedPath()[0] as Element).matches?.(EDITABLE)) return;
      if (UP_KEYS.test(event.key) || (event.key === ' ' && event.shiftKey)) this.#onIntent(event);
      else this.#hold();
    });
    // What a click scrolls begins with the next frame where the page scrolls smoothly.
    listen('click', (event) => this.#hold(leadsWithinPage(event) ? LINK_HOLD : HOLD));
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

  /** Has an observer hear of changes of its box: a composer under it that grows leaves it less room. */
  observe(observer: ResizeObserver): void {
    if (!this.#isRoot) observer.observe(this.#element);
  }

  /** Calls back when the reader has scrolled, until the signal aborts. */
  onScroll(listener: () => void, signal: AbortSignal): void {
    this.#target.addEventListener('scroll', listener, { signal, passive: true });
  }

  /** Shows the end, if the reader wants to see it. Gives how long to wait where an input has just come, in milliseconds. */
  follow(): number {
    if (!this.#isStuck) return 0;
    const wait = this.#heldUntil - performance.now();
    if (wait > 0) return wait;
    // Not by `scrollTop`: where the page asks for smooth scrolling, each frame would begin it anew.
    this.#element.scrollBy({ top: this.distance, behavior: 'instant' });
    this.#remember();
    return 0;
  }

  /** Shows the end, and from now on keeps it in sight. */
  toEnd(): void {
    this.#isStuck = true;
    this.#heldUntil = 0;
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
      this.#isStuck = !isUp;
      // The scroll that the input was to begin.
      this.#heldUntil = 0;
    }
    this.#remember();
  }

  /** The reader scrolls up: this scroller, unless something within takes the scroll. */
  #onIntent(event: Event): void {
    for (const node of event.composedPath()) {
      if (node === this.#element || !(node instanceof Element)) break;
      if (node.scrollTop > 0 && scrollsVertically(node)) return;
    }
    const { scrollHeight, clientHeight } = this.#element;
    const above = scrollHeight - clientHeight - this.distance;
    if (above > 0.5) this.#isStuck = false;
  }

  #hold(duration = HOLD): void {
    this.#heldUntil = performance.now() + duration;
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
    const bottom = this.#isRoot
      ? this.#element.clientHeight
      : this.#element.getBoundingClientRect().top + this.#element.clientTop + this.#element.clientHeight;
    if (appended.getBoundingClientRect().top <= bottom + SPACING) return true;
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

/** The scrollers around an element that has just been appended, the nearest first. What is known of them is kept. */
export function scrollersAround(element: Element): Scroller[] {
  const { ownerDocument } = element;
  const root = ownerDocument.scrollingElement ?? ownerDocument.documentElement;
  const scrollers: Scroller[] = [];
  const add = (at: Element): void => {
    if (!known.has(at)) known.set(at, new Scroller(at, at === root, element));
    scrollers.push(known.get(at)!);
  };
  for (let at: Element | null = element; at; at = composedParent(at)) {
    if (at !== root && scrollsVertically(at)) add(at);
  }
  add(root);
  return scrollers;
}

function leadsWithinPage(event: Event): boolean {
  const isLink = (node: EventTarget): boolean => node instanceof Element && node.matches('a[href*="#"]');
  return event.composedPath().some(isLink);
}

function scrollsVertically(element: Element): boolean {
  const { body, documentElement } = element.ownerDocument;
  // The page takes over the overflow of `body`, unless `html` has one of its own.
  if (element === documentElement) return false;
  if (element === body && getComputedStyle(documentElement).overflowY === 'visible') return false;
  return /auto|scroll|overlay/.test(getComputedStyle(element).overflowY);
}
