/** Elements whose inside belongs to the page, and what they were made of. The same source is not rendered again. */
export const opaque: WeakMap<Node, string> = new WeakMap();

/**
 * Makes `count` children of `parent` from `first` on what `nodes` are, and touches only what differs: text that grows is
 * appended to, so that a selection before it survives. Returns the children that stand there now.
 */
export function patch(
  parent: Node,
  first: Node | null,
  nodes: readonly Node[],
  count: number,
): readonly Node[] {
  if (!count) {
    if (first) (first as ChildNode).before(...nodes);
    else (parent as Element).append(...nodes);
    return nodes;
  }
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
    patchText(old, node.data);
    return old;
  } else if (old instanceof Element && node instanceof Element && becomesSameTag(old, node)) {
    patch(old, old.firstChild, [...node.childNodes], old.childNodes.length);
    return old;
  }
  old.replaceWith(node);
  return node;
}

/** Leaves alone what stays: a selection in it survives. */
function patchText(old: Text, text: string): void {
  const { data } = old;
  let same = 0;
  if (text.startsWith(data)) same = data.length;
  else while (same < text.length && data[same] === text[same]) same++;
  if (same < data.length || same < text.length) old.replaceData(same, data.length - same, text.slice(same));
}

/** Whether two elements are the same but for what they hold. A link may still get another address. */
function becomesSameTag(old: Element, node: Element): boolean {
  if (old.nodeName !== node.nodeName || old.attributes.length !== node.attributes.length) return false;
  const isLink = old.nodeName === 'A';
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) === value) continue;
    if (!isLink || !old.hasAttribute(name)) return false;
    old.setAttribute(name, value);
  }
  return true;
}
