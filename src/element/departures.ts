const departed = new Map<string, { readonly element: HTMLElement; readonly isHydration: boolean }>();

/**
 * Remembers an element that has just left the page, with its answer, until the function that this gives is called: an
 * element in its place goes on with that. A framework that fails to hydrate a page replaces all that the server had
 * rendered; `box.innerHTML += …` makes all that is in a box anew, in the middle of its answers, too.
 */
export function depart(element: HTMLElement, request: string, isHydration: boolean): () => void {
  departed.set(request, { element, isHydration });
  return () => departed.delete(request);
}

/** The element in whose place another one with the same request is, which may be a copy of it. */
export function departedFor(request: string, isCopy: boolean): HTMLElement | undefined {
  const { element, isHydration } = departed.get(request) ?? {};
  return element && !element.isConnected && (isHydration || isCopy) ? element : undefined;
}
