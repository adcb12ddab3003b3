/** Creates elements, tells nodes apart, and lists the elements that are blocks. */

/** Elements with `dir="auto"`: their direction is that of their first letter outside code. */
const AUTO_DIRECTED = /^(?:p|h\d|[ou]l|blockquote|summary)$/;

/** Creates an element with children; strings become text. */
export function createElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  children?: readonly (Node | string)[],
): HTMLElementTagNameMap[Tag];
export function createElement(tag: string, children?: readonly (Node | string)[]): HTMLElement;
export function createElement(tag: string, children: readonly (Node | string)[] = []): HTMLElement {
  const created = document.createElement(tag);
  if (AUTO_DIRECTED.test(tag)) created.dir = 'auto';
  if (tag === 'code') {
    created.dir = 'ltr';
    created.translate = false;
  }
  if (children.length) created.append(...children);
  return created;
}

/**
 * Whether a node is an element, or a text. Not by `instanceof`: an answer may be in a frame or another window, where
 * classes are others.
 */
export const isElement = (node: Node | null | undefined): node is HTMLElement => node?.nodeType === 1;
export const isText = (node: Node | null | undefined): node is Text => node?.nodeType === 3;

export function fragmentOf(nodes: readonly Node[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes);
  return fragment;
}

/** The names of elements that are blocks, as opposed to inline elements. */
const BLOCKS = /^(?:p|[uo]l|li|pre|blockquote|table|h[1-6r]|div|section|details|summary)$/;

export const isBlock = (node: Node): boolean => isElement(node) && BLOCKS.test(node.localName);

/** Whether a child of a list item is a block, not a part of its text. A formula in display style may be in a line of text. */
export const isBlockInItem = (node: Node): boolean =>
  isBlock(node) && !(node as Element).classList.contains('math');
