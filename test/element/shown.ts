/** The visible text of an element with slots: without the content of hidden slots. */
export function shownIn(element: Element): string {
  const slots = [...(element.shadowRoot?.querySelectorAll('slot') ?? [])];
  return slots
    .filter((slot) => getComputedStyle(slot).display !== 'none')
    .flatMap((slot) => slot.assignedNodes({ flatten: true }))
    .map((node) => (node instanceof HTMLTemplateElement ? '' : node.textContent))
    .join('');
}
