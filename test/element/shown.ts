/** The text that an element with slots shows, without what stands in slots that are hidden. */
export function shownIn(element: Element): string {
  const slots = [...(element.shadowRoot?.querySelectorAll('slot') ?? [])];
  return slots
    .filter((slot) => getComputedStyle(slot).display !== 'none')
    .flatMap((slot) => slot.assignedNodes({ flatten: true }))
    .map((node) => (node instanceof HTMLTemplateElement ? '' : node.textContent))
    .join('');
}
