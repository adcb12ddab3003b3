/** Updates nodes in the page with as few changes as possible. */
import { isElement, isText } from './elements.ts';
import { hasSelection } from './selection.ts';

/** Elements whose content belongs to the page, with their source. They are replaced only if the source changes. */
export const opaqueSources: WeakMap<Node, string> = new WeakMap();

/**
 * Updates `count` children of `parent`, from `first` on, to match `nodes`. Changes only what differs: growing text is
 * appended to, so that a selection before it survives. Returns the resulting children.
 *
 * @param isLong Whether the block has a long text. In it, Chrome takes up to seconds to change a part of a text node, but
 * not to replace all of it
 */
export function patch(
  parent: Node,
  first: Node | null,
  nodes: readonly Node[],
  count: number,
  isLong: boolean,
  isNested = false,
): readonly Node[] {
  if (!count) {
    if (first) (first as ChildNode).before(...nodes);
    else (parent as Element).append(...nodes);
    return nodes;
  }
  // By `nextSibling`: after each change, the browser finds an index from the start again.
  let old = first;
  let left = count;
  const children = nodes.map((node) => {
    if (left <= 0 || !old) return parent.insertBefore(node, old);
    left--;
    const before = old as ChildNode;
    old = before.nextSibling;
    return before === node ? node : patchNode(before, node, isLong, isNested);
  });
  for (; left > 0 && old; left--) {
    const next: Node | null = old.nextSibling;
    (old as ChildNode).remove();
    old = next;
  }
  return children;
}

/** Updates or replaces a node. Returns the resulting node. */
function patchNode(old: ChildNode, node: Node, isLong: boolean, isNested: boolean): Node {
  if (opaqueSources.has(old) || opaqueSources.has(node)) {
    if (opaqueSources.get(old) === opaqueSources.get(node)) return old;
  } else if (isText(old) && isText(node)) {
    patchText(old, node.data, isLong);
    return old;
  } else if (!isNested && old.isEqualNode(node)) {
    // Most have not changed, and the browser compares them in less time: once, not again at each level.
    return old;
  } else if (isElement(old) && isElement(node) && updateAttributes(old, node)) {
    patch(old, old.firstChild, [...node.childNodes], old.childNodes.length, isLong, true);
    return old;
  }
  old.replaceWith(node);
  return node;
}

/** Changes only the end of a text node that differs, so that a selection before it survives. */
function patchText(old: Text, text: string, isLong: boolean): void {
  const { data } = old;
  if (text !== data && isLong && !hasSelection(old)) {
    old.data = text;
    return;
  }
  let same = 0;
  if (text.startsWith(data)) same = data.length;
  else while (same < text.length && data[same] === text[same]) same++;
  if (same < data.length || same < text.length) old.replaceData(same, data.length - same, text.slice(same));
}

/** Updates the attributes of a link. Returns whether the two elements now differ in their content alone. */
function updateAttributes(old: Element, node: Element): boolean {
  if (old.nodeName !== node.nodeName || old.attributes.length !== node.attributes.length) return false;
  const isLink = old.localName === 'a';
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) === value) continue;
    if (!isLink || !old.hasAttribute(name)) return false;
    old.setAttribute(name, value);
  }
  return true;
}
