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

/** The style sheets in use, by their text: one for each document, as they work only in the window that created them. */
const sheets = new Map<string, WeakMap<Document, CSSStyleSheet>>();

/**
 * Adds the styles in use, and those given, to the root of an element (its document or shadow root). Call it again when the
 * element may have moved. They come before the other adopted style sheets of the root, which therefore win at equal
 * specificity. A constructed style sheet needs no permission by a Content Security Policy.
 * https://drafts.csswg.org/cssom/#extensions-to-the-document-or-shadow-root-interface
 */
export function adoptStyles(element: HTMLElement, css: string = CSS): void {
  if (!sheets.has(css)) sheets.set(css, new WeakMap());
  const root = element.getRootNode() as Document | ShadowRoot;
  const { ownerDocument } = element;
  // A page may type into a frame or another window.
  const { defaultView } = ownerDocument;
  // Without a root that takes styles: an element outside a document, or a DOM without styling.
  if (!root.adoptedStyleSheets || !defaultView) return;
  for (const [text, byDocument] of sheets) {
    let sheet = byDocument.get(ownerDocument);
    if (!sheet) {
      sheet = new defaultView.CSSStyleSheet();
      sheet.replaceSync(text);
      byDocument.set(ownerDocument, sheet);
    }
    if (!root.adoptedStyleSheets.includes(sheet))
      root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
  }
}
