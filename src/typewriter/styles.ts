/** The style sheets of the typewriter and its views, as constructed style sheets. */

/** The attribute of the last child of an element that is typed into, while it has a caret. */
export const END = 'data-teleprinter-end';
/**
 * The attribute of the element at whose end the caret is. A view may also set it on elements that the typewriter does not
 * know. As an attribute of one element it spares the browser recomputing the styles of every block after a change.
 */
export const CARET = 'data-teleprinter-caret';

/**
 * The caret takes no space, so that it moves no text, neither where it is nor where it leaves: a box without a width, which
 * its image goes beyond. Neither that nor the text in it makes a scroller scroll.
 */
const CSS = `
:where([data-teleprinter]) {
  overflow-wrap: anywhere;
}
@media screen and (prefers-reduced-motion: no-preference) {
  [${END}] [${CARET}]::after {
    --half: calc(var(--teleprinter-caret-width, 0.5em) / 2);
    content: var(--teleprinter-caret, '');
    display: inline-block;
    contain: size layout;
    margin-inline: calc(0.1em + var(--half)) calc(-0.1em - var(--half));
    border-image: linear-gradient(var(--teleprinter-caret-color, currentColor) 0 0) 0 fill / 0 / 0.55em var(--half) 0.45em;
    text-indent: calc(-1 * var(--half));
    line-height: 0;
    vertical-align: 0.35em;
    white-space: nowrap;
    animation: teleprinter-blink 1s steps(1) infinite;
  }
}
@media (forced-colors: active) {
  [${END}] [${CARET}]::after {
    --teleprinter-caret-color: CanvasText;
  }
}
@keyframes teleprinter-blink {
  50% {
    opacity: 0;
  }
}
`;

/**
 * Creates a function that adds styles to the root of an element (its document or shadow root). They come before the
 * other adopted style sheets of the root, which therefore win at equal specificity. A constructed style sheet, one for
 * each document, needs no permission by a Content Security Policy.
 * https://drafts.csswg.org/cssom/#extensions-to-the-document-or-shadow-root-interface
 */
export function adopterOf(css: string): (element: HTMLElement) => void {
  const sheets = new WeakMap<Document, CSSStyleSheet>();
  const adopt = (element: HTMLElement): void => {
    adopters.add(adopt);
    const root = element.getRootNode() as Document | ShadowRoot;
    const { ownerDocument } = element;
    // A style sheet works only in the window that created it, and a page may type into a frame or another window.
    const { defaultView } = ownerDocument;
    // Without a root that takes styles: an element outside a document, or a DOM without styling.
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

/** The functions that have added styles so far. */
const adopters = new Set<(element: HTMLElement) => void>();

/** Adds all styles in use to the root of an element that has been moved. */
export function adoptAllStyles(element: HTMLElement): void {
  for (const adopt of adopters) adopt(element);
}

/** Adds the styles of the typewriter to the root of an element. */
export const adoptStyles: (element: HTMLElement) => void = adopterOf(CSS);
