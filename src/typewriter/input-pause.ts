/**
 * Watches the input of the reader, so that following can wait for a scroll that the input causes. A click or a key may
 * start a smooth scroll in the next frame, to the target of a link, to a focused element or wherever the page scrolls.
 * Another scroll before that frame would cancel it.
 */

/** How long following waits after a click or a key, in milliseconds. */
const INPUT_PAUSE = 100;
/** The same for a link within the page: it is certain to scroll, and a busy page may start late. */
const LINK_PAUSE = 1000;

/** Controls that show more when they are clicked. */
const DISCLOSURE = 'details:not([open]) > summary, [aria-expanded=false]';

/** Whether the main button of a pointer is down. */
let isPressed = false;

/** When following may go on after the last input, as by `performance.now()`. */
export let pausedUntil = 0;
/** When the selection or a pointer button last changed, as by `performance.now()`. */
export let selectedAt = 0;

/** Watches a document. May be called repeatedly: the same listener is added only once. */
export function watchInput(document: Document): void {
  document.addEventListener('click', onInput, true);
  document.addEventListener('keydown', onInput, true);
  for (const type of ['pointerdown', 'pointerup', 'pointercancel', 'selectionchange'])
    document.addEventListener(type, onSelect, true);
}

function onInput(event: Event): void {
  const { key, repeat } = event as KeyboardEvent;
  // Typing into a field does not scroll.
  if (repeat || (key && !/^(Tab|Enter)$/.test(key) && isEditing(event))) return;
  const isLink = !key && comesFrom(event, 'a[href*="#"]:not([href$="#"])');
  pausedUntil = performance.now() + (isLink ? LINK_PAUSE : INPUT_PAUSE);
}

function onSelect(event: Event): void {
  const { type, button } = event as PointerEvent;
  // Other buttons select nothing. They may open a menu, and are not seen to be released then.
  if (type !== 'selectionchange') isPressed = type === 'pointerdown' && button === 0;
  selectedAt = performance.now();
}

/**
 * Whether the reader has selected text in an element, or may be about to, as a pointer's main button is down. The text must not
 * move away under the pointer, nor before it is copied.
 */
export function isSelecting(element: Element): boolean | undefined {
  const selection = element.ownerDocument.getSelection();
  return selection?.containsNode(element, true) && (isPressed || !selection.isCollapsed);
}

/** Whether a click opens something, such as `<details>`. */
export const isOpening = (event: Event): boolean => comesFrom(event, DISCLOSURE);

/** Whether a key event goes to an editable field. */
export const isEditing = (event: Event): boolean => comesFrom(event, 'input, select, :read-write');

/** Whether an event comes from an element that matches a selector, or from within one; also in a shadow root. */
const comesFrom = (event: Event, selector: string): boolean =>
  !!(event.composedPath()[0] as Element).closest?.(selector);
