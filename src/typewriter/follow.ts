import { composedParent } from './composed.ts';
import { scrollersAround, type Scroller } from './scroller.ts';

/** How long what grows after the end is followed, in milliseconds: images, fonts, code that is highlighted. */
const AFTERWARDS = 10_000;

/** Keeps the end in sight, as long as the reader wants it. */
export interface Follower {
  /** The element has grown. */
  update(): void;
  /** The answer is whole; what loads later still makes it grow for a while. */
  finish(): void;
  stop(): void;
  /** Shows the end, and keeps it in sight again. */
  scrollToEnd(): void;
}

/** The followers whose answers are whole, by their scroller: the next one takes their place. */
const finished = new WeakMap<Scroller, Follower>();

/**
 * Keeps the end of the nearest scroller around an element in sight, until the reader scrolls up; when they are back at
 * the end, it is followed again.
 *
 * @param onEndInSight Called first, and then when the end comes in sight or goes out of it
 */
export function follow(element: HTMLElement, onEndInSight?: (isInSight: boolean) => void): Follower {
  return new ElementFollower(element, onEndInSight);
}

class ElementFollower implements Follower {
  readonly #element: HTMLElement;
  readonly #onEndInSight: ((isInSight: boolean) => void) | undefined;
  /** A wrapper that scrolls sideways counts as a scroller, too: the one to follow is the first that overflows. */
  #scrollers: readonly Scroller[] = [];
  #followed: Scroller | undefined;
  readonly #life = new AbortController();
  readonly #observer: ResizeObserver | undefined;
  /** Whether each update has to measure, as nothing else tells that the element has grown. */
  readonly #isMeasured: boolean;
  #isInSight: boolean | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement, onEndInSight: ((isInSight: boolean) => void) | undefined) {
    this.#element = element;
    this.#onEndInSight = onEndInSight;
    const { signal } = this.#life;
    const { defaultView } = element.ownerDocument;
    // That of the element's own window: another's goes on for ever about a frame that is gone.
    this.#observer = defaultView?.ResizeObserver && new defaultView.ResizeObserver(() => this.#follow());
    this.#find();
    const box = boxOf(element);
    // The box of a scroller does not grow with what is in it.
    this.#isMeasured = !this.#observer || this.#scrollers.some((scroller) => scroller.is(box));
    if (!this.#isMeasured) this.#observer?.observe(box);
    const follow = (): void => this.#follow();
    element.addEventListener('load', follow, { capture: true, signal });
    defaultView?.addEventListener('resize', follow, { signal });
    this.#follow();
  }

  update(): void {
    if (this.#isMeasured) this.#follow();
  }

  finish(): void {
    for (const scroller of this.#scrollers) finished.set(scroller, this);
    this.#end = setTimeout(() => this.#stopFollowing(), AFTERWARDS);
  }

  stop(): void {
    this.#stopFollowing();
    clearTimeout(this.#end);
    this.#life.abort();
  }

  scrollToEnd(): void {
    this.#current?.toEnd();
    this.#report();
  }

  get #current(): Scroller | undefined {
    return this.#scrollers.find((scroller) => scroller.overflows);
  }

  /** Finds the scrollers, and joins those that are new: a style, a slot or a move may have made another one of them. */
  #find(): void {
    const before = this.#scrollers;
    this.#scrollers = scrollersAround(this.#element, this.#followed?.isStuck);
    for (const scroller of this.#scrollers) {
      if (before.includes(scroller)) continue;
      finished.get(scroller)?.stop();
      if (this.#observer) scroller.observe(this.#observer, this.#element);
      scroller.onScroll(() => this.#report(), this.#life.signal);
    }
  }

  #follow(): void {
    this.#find();
    const before = this.#followed;
    this.#followed = this.#current ?? before;
    // It has grown as much as the one within it that begins to scroll.
    if (before !== this.#followed) before?.follow();
    const wait = this.#followed?.follow() ?? 0;
    this.#report();
    clearTimeout(this.#timer);
    if (wait > 0) this.#timer = setTimeout(() => this.#follow(), wait);
  }

  #stopFollowing(): void {
    clearTimeout(this.#timer);
    this.#observer?.disconnect();
  }

  #report(): void {
    if (this.#end !== undefined && !this.#element.isConnected) return this.stop();
    const isInSight = this.#current?.isEndInSight ?? true;
    if (isInSight === this.#isInSight) return;
    this.#isInSight = isInSight;
    this.#onEndInSight?.(isInSight);
  }
}

/** The box that grows with an element: an inline one has none of its own. */
function boxOf(element: Element): Element {
  let at = element;
  for (;;) {
    const parent = composedParent(at);
    if (!parent || !/^(inline|contents)$/.test(getComputedStyle(at).display)) return at;
    at = parent;
  }
}
