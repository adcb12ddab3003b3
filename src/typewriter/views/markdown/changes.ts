/** Detects what translators, extensions and other scripts of the page have done to the nodes of a text. */
import { BLOCKS } from './elements.ts';

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

/** What is not part of the text of a tight list item. */
const NOT_TEXT = `:is(${BLOCKS}, input):not(.math)`;

/** The nodes that show the text of a block, whoever has created them. A list item may have blocks before and after it. */
export function textNodesIn(parent: Node): Node[] {
  const nodes = [...parent.childNodes];
  if (parent.nodeName !== 'LI') return nodes;
  const areText = nodes.map((node) => !(node instanceof Element && node.matches(NOT_TEXT)));
  const end = areText.lastIndexOf(true) + 1;
  return nodes.slice(areText.slice(0, end).lastIndexOf(false) + 1, end);
}
