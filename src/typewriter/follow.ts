/** Follows an answer: finds the scroller to follow, and decides when it scrolls. `scroller.ts` does the scrolling. */
import { composedParent } from './composed.ts';
import { scrollersAround, type Scroller } from './scroller.ts';

/** How long to follow after the end, in milliseconds: images, fonts and highlighted code still make the answer grow. */
const FOLLOW_AFTER_END = 10_000;

/** Keeps the end of an answer in sight, as long as the reader wants to see it. */
export interface Follower {
  /** Call when the element has grown. */
  update(): void;
  /** Call when the answer is complete: following ends 10 seconds later. */
  finish(): void;
  /** Stops following at once. */
  stop(): void;
  /** Scrolls to the end, and keeps it in sight again. */
  scrollToEnd(): void;
}

/**
 * Keeps the end of the nearest scroller around an element in sight. Pauses when the reader scrolls up, and continues when
 * they are back at the end.
 *
 * @param onEndInSight Called at once, and whenever the end comes into sight or goes out of sight
 */
export function follow(element: HTMLElement, onEndInSight?: (isInSight: boolean) => void): Follower {
  return new ElementFollower(element, onEndInSight);
}

class ElementFollower implements Follower {
  readonly #element: HTMLElement;
  readonly #onEndInSight: ((isInSight: boolean) => void) | undefined;
  /** All scrollers around the element, the nearest first, also wrappers that only scroll sideways. */
  #scrollers: readonly Scroller[] = [];
  #followed: Scroller | undefined;
  /** Aborted to remove all listeners. */
  readonly #controller = new AbortController();
  readonly #observer: ResizeObserver | undefined;
  /** Whether to measure on each update, as the observer does not report that the element has grown. */
  readonly #mustMeasure: boolean;
  #isInSight: boolean | undefined;
  /** Follows again when a pause or a selection is over. */
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** When following ends, as by `performance.now()`; known once the answer is complete. */
  #endsAt = Infinity;

  constructor(element: HTMLElement, onEndInSight: ((isInSight: boolean) => void) | undefined) {
    this.#element = element;
    this.#onEndInSight = onEndInSight;
    const { signal } = this.#controller;
    const { defaultView } = element.ownerDocument;
    // The observer of the element's own window: that of another window would fire for ever once a frame is removed.
    this.#observer = defaultView?.ResizeObserver && new defaultView.ResizeObserver(() => this.#follow());
    this.#updateScrollers();
    const box = boxOf(element);
    // The box of a scroller does not grow with its content.
    this.#mustMeasure = !this.#observer || this.#scrollers.some((scroller) => scroller.is(box));
    if (!this.#mustMeasure) this.#observer?.observe(box);
    defaultView?.addEventListener('resize', () => this.#follow(), { signal });
    this.#follow();
  }

  update(): void {
    if (this.#mustMeasure) this.#follow();
  }

  finish(): void {
    this.update();
    for (const { finished } of this.#scrollers) finished.add(this);
    // A hidden page has no frames: the time begins when the reader is back.
    requestAnimationFrame(() => {
      this.#endsAt = performance.now() + FOLLOW_AFTER_END;
      // The element may be gone already.
      this.#report();
    });
  }

  stop(): void {
    clearTimeout(this.#retryTimer);
    this.#observer?.disconnect();
    this.#controller.abort();
    for (const { finished } of this.#scrollers) finished.delete(this);
  }

  scrollToEnd(): void {
    this.#current?.scrollToEnd();
    // Images that load lazily do so only now.
    if (this.#endsAt < Infinity) this.finish();
    this.#report();
  }

  /** The scroller to follow: the nearest one that overflows. */
  get #current(): Scroller | undefined {
    return this.#scrollers.find((scroller) => scroller.overflows);
  }

  /** Finds the scrollers again, as styles, slots or a move may have changed them, and observes the new ones. */
  #updateScrollers(): void {
    const before = this.#scrollers;
    this.#scrollers = scrollersAround(this.#element, this.#followed?.isStuck);
    for (const scroller of this.#scrollers) {
      if (before.includes(scroller)) continue;
      for (const follower of scroller.finished) follower.stop();
      if (this.#observer) scroller.observe(this.#observer, this.#element);
      scroller.on('scroll', () => this.#report(), this.#controller.signal);
      scroller.on('load', () => this.#follow(), this.#controller.signal);
    }
  }

  #follow(): void {
    this.#updateScrollers();
    const before = this.#followed;
    this.#followed = this.#current ?? before;
    let delay = 0;
    if (performance.now() < this.#endsAt) {
      // An inner scroller made the outer one grow before it began to overflow, so the outer one scrolls once more.
      if (before !== this.#followed) before?.follow();
      delay = this.#followed?.follow() ?? 0;
    }
    this.#report();
    clearTimeout(this.#retryTimer);
    if (delay > 0) this.#retryTimer = setTimeout(() => this.#follow(), delay);
  }

  /** Reports whether the end is in sight, if that has changed. */
  #report(): void {
    if (this.#endsAt < Infinity && !this.#element.isConnected) return this.stop();
    const isInSight = this.#current?.isEndInSight ?? true;
    if (isInSight === this.#isInSight) return;
    this.#isInSight = isInSight;
    // Deferred, so that the answer goes on if it throws, and the page has the typewriter by then.
    queueMicrotask(() => this.#onEndInSight?.(isInSight));
  }
}

/** The element itself, or its nearest ancestor with a box of its own, whose size a `ResizeObserver` reports. */
function boxOf(element: Element): Element {
  let current = element;
  for (;;) {
    const parent = composedParent(current);
    if (!parent || !/^(inline|contents)$/.test(getComputedStyle(current).display)) return current;
    current = parent;
  }
}
