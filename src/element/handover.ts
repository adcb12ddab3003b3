/**
 * Hands an answer over from an element that has just been removed to the element that replaces it. A framework that
 * fails to hydrate a page replaces everything the server has rendered; `box.innerHTML += …` creates everything in the
 * box again, including elements whose answers are still arriving.
 */

/** The longest move within the page, in milliseconds: libraries that replace the page need a frame or two. */
export const MOVE_TIMEOUT = 40;

/** The removed elements, by their request keys. */
const offers = new Map<string, { readonly element: HTMLElement; readonly isHydration: boolean }>();

/**
 * Offers the answer of an element that has just been removed to an element with the same request.
 *
 * @returns A function that withdraws the offer
 */
export function offerAnswer(element: HTMLElement, request: string, isHydration: boolean): () => void {
  offers.set(request, { element, isHydration });
  return () => offers.delete(request);
}

/** Finds the removed element that an element with the same request replaces. Unless hydration failed, only a copy does. */
export function findReplaced(request: string, isCopy: boolean): HTMLElement | undefined {
  const { element, isHydration } = offers.get(request) ?? {};
  return element && !element.isConnected && (isHydration || isCopy) ? element : undefined;
}
