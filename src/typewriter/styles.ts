/** The elements that may stand last in a block, and have blocks of their own last. */
const INNER = ':is(p, ul, ol, pre, blockquote, table, div, li)';
/** The attribute of the last child of an element that is typed into, while there is a caret. */
export const END = 'data-teleprinter-end';
/**
 * The end of what is shown: the last of the last, however deep the lists and quotes, as far as anybody nests them. No
 * rule may depend on an attribute of the whole: a change of it would have the style of every block computed anew.
 */
const ENDS = Array.from({ length: 7 }, (_, depth) => {
  const last = `[${END}]${' > :last-child'.repeat(depth + 1)}`;
  return `${last}:is(p, li, div, h1, h2, h3, h4, h5, h6):not(:has(> ${INNER}:last-child))::after,
${last}:is(pre) > code > :last-child::after`;
}).join(',\n');

/** The looks of the caret, which a view may put at a place of its own. */
export const CARET = `
  content: var(--teleprinter-caret, '');
  display: inline-block;
  width: var(--teleprinter-caret-width, 0.5em);
  height: 1em;
  margin-inline-start: 0.1em;
  vertical-align: -0.1em;
  background: var(--teleprinter-caret-color, currentColor);
  forced-color-adjust: none;
  animation: teleprinter-blink 1s steps(2, jump-none) infinite;
`;

const CSS = `
:where([data-teleprinter]) {
  overflow-wrap: anywhere;
}
@media (prefers-reduced-motion: no-preference) {
  ${ENDS} {${CARET}}
}
@keyframes teleprinter-blink {
  to { opacity: 0; }
}
`;

/**
 * Gives a function that adds some styles to the root of an element (its document, or shadow root), before the page's
 * own, so that theirs win where the specificity is the same. A constructed sheet, of which each document has one, needs
 * no permission of a Content-Security-Policy.
 * https://drafts.csswg.org/cssom/#extensions-to-the-document-or-shadow-root-interface
 */
export function adopterOf(css: string): (element: HTMLElement) => void {
  const sheets = new WeakMap<Document, CSSStyleSheet>();
  return (element) => {
    const root = element.getRootNode() as Document | ShadowRoot;
    const { ownerDocument } = element;
    // A sheet is for the documents of its own window alone: a page may type into a frame, or into a window it has opened.
    const { defaultView } = ownerDocument;
    // Not in a page yet, or where there is no styling at all.
    if (!root.adoptedStyleSheets || !defaultView) return;
    let sheet = sheets.get(ownerDocument);
    if (!sheet) {
      sheet = new defaultView.CSSStyleSheet();
      sheet.replaceSync(css);
      sheets.set(ownerDocument, sheet);
    }
    if (!root.adoptedStyleSheets.includes(sheet))
      root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
  };
}

/** Gives the root of an element the styles of the typewriter. */
export const adoptStyles: (element: HTMLElement) => void = adopterOf(CSS);
