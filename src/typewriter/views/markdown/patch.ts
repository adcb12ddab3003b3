/** Elements whose inside belongs to the page, and what they were made of. The same source is not rendered again. */
export const opaque: WeakMap<Node, string> = new WeakMap();

/**
 * Makes `count` children of `parent` from `first` on what `nodes` are, and touches only what differs: text that grows is
 * appended to, so that a selection before it survives. Returns the children that stand there now.
 */
export function patch(parent: Node, first: Node | null, nodes: readonly Node[], count: number): Node[] {
  // From sibling to sibling: an index is looked up from the beginning after each change.
  let old = first;
  let left = count;
  const children = nodes.map((node) => {
    if (left <= 0) return parent.insertBefore(node, old);
    left--;
    const before = old as ChildNode;
    old = before.nextSibling;
    return before === node ? node : patchNode(before, node);
  });
  for (; left > 0; left--) {
    const next: Node | null = old!.nextSibling;
    (old as ChildNode).remove();
    old = next;
  }
  return children;
}

/** Returns the node that stands there now. */
function patchNode(old: ChildNode, node: Node): Node {
  if (opaque.has(old) || opaque.has(node)) {
    if (opaque.get(old) === opaque.get(node)) return old;
  } else if (old instanceof Text && node instanceof Text) {
    if (node.data.startsWith(old.data)) old.appendData(node.data.slice(old.length));
    else old.data = node.data;
    return old;
  } else if (old instanceof Element && node instanceof Element && isSameTag(old, node)) {
    patch(old, old.firstChild, [...node.childNodes], old.childNodes.length);
    return old;
  }
  old.replaceWith(node);
  return node;
}

function isSameTag(one: Element, other: Element): boolean {
  if (one.nodeName !== other.nodeName || one.attributes.length !== other.attributes.length) return false;
  for (const { name, value } of one.attributes) if (other.getAttribute(name) !== value) return false;
  return true;
}
