/** Elements whose inside belongs to the page, and what they were made of. The same source is not rendered again. */
export const opaque: WeakMap<Node, string> = new WeakMap();

/**
 * Makes `count` children of `parent` from `from` on what `nodes` are, and touches only what differs: text that grows is
 * appended to, so that a selection before it survives.
 */
export function patch(
  parent: Node,
  from: number,
  nodes: readonly Node[],
  count: number = parent.childNodes.length - from,
): void {
  // From sibling to sibling: an index is looked up from the beginning after each change.
  let old = parent.childNodes[from] ?? null;
  let left = count;
  for (const node of nodes) {
    if (left-- > 0) {
      const next: ChildNode | null = old!.nextSibling;
      if (old !== node) patchNode(old!, node);
      old = next;
    } else parent.insertBefore(node, old);
  }
  while (left-- > 0) {
    const next: ChildNode | null = old!.nextSibling;
    old!.remove();
    old = next;
  }
}

function patchNode(old: ChildNode, node: Node): void {
  if (opaque.has(old) || opaque.has(node)) {
    if (opaque.get(old) !== opaque.get(node)) old.replaceWith(node);
  } else if (old instanceof Text && node instanceof Text) {
    if (node.data.startsWith(old.data)) old.appendData(node.data.slice(old.length));
    else old.data = node.data;
  } else if (old instanceof Element && node instanceof Element && isSameTag(old, node)) {
    patch(old, 0, [...node.childNodes]);
  } else old.replaceWith(node);
}

function isSameTag(one: Element, other: Element): boolean {
  if (one.nodeName !== other.nodeName || one.attributes.length !== other.attributes.length) return false;
  for (const { name, value } of one.attributes) if (other.getAttribute(name) !== value) return false;
  return true;
}
