/** The attribute of the last child of an element that is typed into, while there is a caret. */
export const END = 'data-teleprinter-end';
/**
 * The attribute of the element that the caret stands in, at its end. A view may set it, too, where the typewriter does not
 * look. That it is one element's own keeps a change from having the style of every block computed anew.
 */
export const CARET = 'data-teleprinter-caret';

const CSS = `
:where([data-teleprinter]) {
  overflow-wrap: anywhere;
}
@media (prefers-reduced-motion: no-preference) {
  [${END}] [${CARET}]::after {
    content: var(--teleprinter-caret, '');
    display: inline-block;
    width: var(--teleprinter-caret-width, 0.5em);
    height: 1em;
    margin-inline-start: 0.1em;
    vertical-align: -0.1em;
    background: var(--teleprinter-caret-color, currentColor);
    forced-color-adjust: none;
    animation: teleprinter-blink 1s steps(2, jump-none) infinite;
  }
}
@media (forced-colors: active) {
  [${END}] [${CARET}]::after { background: CanvasText; }
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
  const adopt = (element: HTMLElement): void => {
    inUse.add(adopt);
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
  return adopt;
}

const inUse = new Set<(element: HTMLElement) => void>();

/** Gives the root of an element that has been moved all the styles that are in use. */
export function adoptAllStyles(element: HTMLElement): void {
  for (const adopt of inUse) adopt(element);
}

/** Gives the root of an element the styles of the typewriter. */
export const adoptStyles: (element: HTMLElement) => void = adopterOf(CSS);
