/** Walks up from an element, out of shadow trees, too. */

/** The parent of an element in the flat tree: its slot, its parent, or the host of its shadow root. */
export function composedParent(element: Element): Element | null {
  return element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;
}

/** Like `Element.closest()`, but in the flat tree. */
export function composedClosest(element: Element, selector: string): Element | null {
  let current: Element | null = element;
  while (current && !current.matches(selector)) current = composedParent(current);
  return current;
}
