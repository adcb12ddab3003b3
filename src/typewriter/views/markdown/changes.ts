/** Detects what translators, extensions and other scripts of the page have done to the nodes of a text. */
import { isBlockInItem } from './elements.ts';

/** The length of a text node; `undefined` for other nodes. */
export const lengthOf = (node: Node | null | undefined): number | undefined => (node as Text | null)?.length;

/** Whether nodes are still next to each other in their parent, and the last one has its length. */
export function areIntact(
  nodes: readonly Node[],
  parent: Node | null | undefined,
  lastLength: number | undefined,
): boolean {
  for (let at = 0; at < nodes.length; at++) {
    if (nodes[at]!.parentNode !== parent) return false;
    if (at > 0 && nodes[at - 1]!.nextSibling !== nodes[at]) return false;
  }
  return lengthOf(nodes.at(-1)) === lastLength;
}

/** The nodes that show the text of a block, whoever has created them. In a list item, blocks may precede and follow it. */
export function inlineNodesIn(parent: Element): Node[] {
  const nodes = [...parent.childNodes];
  if (parent.localName !== 'li') return nodes;
  const areInline = nodes.map((node) => (node as Element).localName !== 'input' && !isBlockInItem(node));
  const end = areInline.lastIndexOf(true) + 1;
  return nodes.slice(areInline.slice(0, end).lastIndexOf(false) + 1, end);
}
