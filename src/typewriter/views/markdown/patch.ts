/**
 * Makes the children of `parent` from `from` on what `nodes` are, and touches only what differs: text that grows is
 * appended to, so that a selection before it survives.
 */
export function patch(parent: Node, from: number, nodes: readonly Node[]): void {
  for (const [at, node] of nodes.entries()) {
    const old = parent.childNodes[from + at];
    if (old === node) continue;
    if (old) patchNode(old, node);
    else parent.appendChild(node);
  }
  while (parent.childNodes.length > from + nodes.length) parent.lastChild!.remove();
}

function patchNode(old: ChildNode, node: Node): void {
  if (old instanceof Text && node instanceof Text) {
    if (node.data.startsWith(old.data)) old.appendData(node.data.slice(old.length));
    else old.data = node.data;
  } else if (old instanceof Element && node instanceof Element && isSameTag(old, node)) {
    patch(old, 0, [...node.childNodes]);
  } else old.replaceWith(node);
}

function isSameTag(one: Element, other: Element): boolean {
  return one.cloneNode().isEqualNode(other.cloneNode());
}
