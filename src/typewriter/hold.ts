/** How long an input has to begin a scroll, in milliseconds: what the page scrolls before would cancel it. */
const HOLD = 100;
/** The same for a link to a place in the page: its scroll is certain, and a busy page may be late to begin it. */
const LINK_HOLD = 1000;

/** What shows more where it is clicked. */
const OPENER = 'details:not([open]) > summary, [aria-expanded=false]';

/** Whether a button of the pointer is down. */
let isPressed = false;

/** Until when what the reader has just done may begin a scroll, by `performance.now()`. */
export let heldUntil = 0;

/**
 * Notices what the reader does in a document. A smooth scroll begins with the next frame, wherever the button, the link
 * or the field was that the page, or a focus that moves on, scrolls for.
 */
export function watchInput(document: Document): void {
  // The same listener is added once.
  document.addEventListener('click', hold, true);
  document.addEventListener('keydown', hold, true);
  for (const type of ['pointerdown', 'pointerup', 'pointercancel'])
    document.addEventListener(type, press, true);
}

function press({ type }: Event): void {
  isPressed = type === 'pointerdown';
}

/** Whether the reader is just selecting text, which must not move away under the pointer. */
export const isSelecting = (document: Document): boolean =>
  isPressed && document.getSelection()?.isCollapsed === false;

/** Whether a click opens something, such as `<details>`. */
export const isOpening = (event: Event): boolean => comesFrom(event, OPENER);

function hold(event: Event): void {
  const { key, repeat } = event as KeyboardEvent;
  // Who writes does not scroll.
  if (repeat || (key && !/^(Tab|Enter)$/.test(key) && isEditing(event))) return;
  const isLink = !key && comesFrom(event, 'a[href*="#"]:not([href$="#"])');
  heldUntil = performance.now() + (isLink ? LINK_HOLD : HOLD);
}

/** Whether a key is for a field. */
export const isEditing = (event: Event): boolean => comesFrom(event, 'input, select, :read-write');

/** Whether an event comes from within an element that matches a selector, also in a shadow root. */
const comesFrom = (event: Event, selector: string): boolean =>
  !!(event.composedPath()[0] as Element).closest?.(selector);
