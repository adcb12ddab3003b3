/** The elements that have the direction of their own first letter, code left out. */
const DIRECTED = new Set('p h1 h2 h3 h4 h5 h6 ol ul blockquote summary'.split(' '));

/** Makes an element with these children, of which strings are text. */
export function element(tag: string, children: readonly (Node | string)[] = []): HTMLElement {
  const made = document.createElement(tag);
  if (DIRECTED.has(tag)) made.dir = 'auto';
  if (tag === 'code') made.dir = 'ltr';
  if (children.length) made.append(...children);
  return made;
}

/** What stands under each other, not in a line. */
export const BLOCKS =
  'p, ul, ol, li, pre, blockquote, table, h1, h2, h3, h4, h5, h6, hr, div, section, details, summary';
