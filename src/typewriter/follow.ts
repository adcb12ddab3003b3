/** How near to its end, in pixels, a scroller counts as being there. */
const NEAR = 24;

/** Keeps the end in sight, as long as the reader wants it. */
export interface Follower {
  /** The element has grown. */
  update(): void;
  stop(): void;
}

/**
 * Sticks to the bottom of the nearest scroller around an element, until the reader scrolls up; who comes back to the
 * bottom is followed again.
 */
export function follow(element: HTMLElement): Follower {
  const scroller = scrollerOf(element);
  const target = scroller === document.scrollingElement ? document : scroller;
  let isStuck = isAtEnd();
  let top = scroller.scrollTop;

  function isAtEnd(): boolean {
    return scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop <= NEAR;
  }
  function onScroll(): void {
    // Up is the reader's doing; down may be ours.
    if (scroller.scrollTop < top) isStuck = false;
    if (isAtEnd()) isStuck = true;
    top = scroller.scrollTop;
  }

  target.addEventListener('scroll', onScroll, { passive: true });
  return {
    update() {
      if (!isStuck) return;
      scroller.scrollTop = scroller.scrollHeight;
      top = scroller.scrollTop;
    },
    stop: () => target.removeEventListener('scroll', onScroll),
  };
}

function scrollerOf(element: HTMLElement): Element {
  for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.scrollingElement ?? document.documentElement;
}
