/** The element around this one as it is laid out: through slots and out of shadow roots. */
export function composedParent(element: Element): Element | null {
  return element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;
}

/** The nearest element around this one, itself included, that matches, through slots and shadow roots. */
export function composedClosest(element: Element, selector: string): Element | null {
  let at: Element | null = element;
  while (at && !at.matches(selector)) at = composedParent(at);
  return at;
}
