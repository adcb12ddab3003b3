/** The styles of markdown. */
import { adopterOf } from '../../styles.ts';

/**
 * The default styles of markdown. Every selector has zero specificity, so that any rule of the page wins. The colours are
 * transparent shades of the text colour, so that they suit light and dark pages. Nothing moves text that has been read: no
 * `text-wrap: balance`, and the gaps in an item are those of a loose list from the start, as a list may turn loose late.
 */
const CSS = `
:where(.teleprinter-markdown) {
  --teleprinter-gap: 1em;
  --teleprinter-radius: 0.375em;
  --teleprinter-line: color-mix(in srgb, currentColor 20%, transparent);
  --teleprinter-surface: color-mix(in srgb, currentColor 7%, transparent);
  --teleprinter-muted: color-mix(in srgb, currentColor 75%, transparent);
  --teleprinter-code-font: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
  line-height: 1.5;
  overflow-wrap: break-word;
}
:where(.teleprinter-markdown) :where(p, ul, ol, pre, table, blockquote, details, hr, .math-display) {
  margin-block: 0 var(--teleprinter-gap);
  margin-inline: 0;
}
:where(.teleprinter-markdown) :where(h1, h2, h3, h4, h5, h6) {
  margin-block: 1.5em 0.5em;
  margin-inline: 0;
  line-height: 1.25;
  font-weight: 600;
}
:where(.teleprinter-markdown) > :where(div:first-child) > :where(:first-child) {
  margin-block-start: 0;
}
:where(.teleprinter-markdown) :where(h1) { font-size: 1.5em; }
:where(.teleprinter-markdown) :where(h2) { font-size: 1.3em; }
:where(.teleprinter-markdown) :where(h3) { font-size: 1.15em; }
:where(.teleprinter-markdown) :where(h4, h5, h6) { font-size: 1em; }
:where(.teleprinter-markdown) :where(ul, ol) {
  padding-block: 0;
  padding-inline: 1.75em 0;
}
:where(.teleprinter-markdown) :where(li:not([dir]), [dir="rtl"] td:not([dir])) { unicode-bidi: plaintext; }
:where(.teleprinter-markdown) :where([dir="rtl"] > li) { text-align: right; }
:where(.teleprinter-markdown) :where([dir="rtl"] [dir="ltr"] > li) { text-align: start; }
:where(.teleprinter-markdown) :where([dir="ltr"] > li[dir="rtl"]) { margin-inline-start: 1.75em; }
:where(.teleprinter-markdown) :where(li + li) { margin-block-start: 0.25em; }
:where(.teleprinter-markdown) :where(li) > :where(pre, table, blockquote, details, hr, .math-display, * + p) { margin-block-start: 0.75em; }
:where(.teleprinter-markdown) :where(li) > :where(p, ul, ol) { margin-block-end: 0; }
:where(.teleprinter-markdown) :where(li) > :where(ul, ol) { margin-block-start: 0.25em; }
:where(.teleprinter-markdown) :where(li) > :where(:last-child) { margin-block-end: 0; }
:where(.teleprinter-markdown) :where(li:not(:last-child)) > :where(p:last-child, pre:last-child) { margin-block-end: 0.75em; }
:where(.teleprinter-markdown) :where(li.task-list-item) { list-style: ''; }
:where(.teleprinter-markdown) :where(li > input:first-child, li > p:first-child > input:first-child) {
  margin-inline: -1.4em 0.3em;
  vertical-align: -0.1em;
}
:where(.teleprinter-markdown) :where(blockquote) {
  padding-inline: 1em 0;
  border-inline-start: 0.25em solid var(--teleprinter-line);
  color: var(--teleprinter-muted);
}
:where(.teleprinter-markdown) :where(blockquote, details) > :where(:last-child) { margin-block-end: 0; }
:where(.teleprinter-markdown) :where(code, kbd, samp) {
  font-family: var(--teleprinter-code-font);
  font-size: 0.875em;
}
:where(.teleprinter-markdown) :where(code, .math) {
  direction: ltr;
  unicode-bidi: isolate;
}
:where(.teleprinter-markdown) :where(code) {
  padding: 0.15em 0.35em;
  border-radius: var(--teleprinter-radius);
  background: var(--teleprinter-surface);
  overflow-wrap: anywhere;
}
:where(.teleprinter-markdown) :where(kbd) {
  padding: 0.1em 0.35em;
  border: 1px solid var(--teleprinter-line);
  border-radius: var(--teleprinter-radius);
}
:where(.teleprinter-markdown) :where(pre) {
  padding: 0.75em 1em;
  border-radius: var(--teleprinter-radius);
  background: var(--teleprinter-surface);
  overflow: auto;
  tab-size: 4;
  text-align: left;
}
:where(.teleprinter-markdown) :where(pre) > :where(code) {
  display: block;
  width: max-content;
  min-width: 100%;
  padding: 0;
  background: none;
  white-space: pre;
  overflow-wrap: normal;
  unicode-bidi: normal;
}
:where(.teleprinter-markdown) :where(table) {
  display: block;
  width: max-content;
  max-width: 100%;
  margin-inline: 0 auto;
  overflow: auto;
  border-collapse: collapse;
  overflow-wrap: normal;
  word-break: normal;
}
:where(.teleprinter-markdown) :where(th, td) {
  padding: 0.35em 0.75em;
  border: 1px solid var(--teleprinter-line);
  text-align: start;
  vertical-align: top;
}
:where(.teleprinter-markdown) :where(table[dir="rtl"]) :where(th, td) { text-align: right; }
:where(.teleprinter-markdown) :where(th) {
  background: var(--teleprinter-surface);
  font-weight: 600;
}
:where(.teleprinter-markdown) :where(hr) {
  border: 0;
  border-block-start: 1px solid var(--teleprinter-line);
}
:where(.teleprinter-markdown) :where(img) { max-width: 100%; height: auto; }
:where(.teleprinter-markdown) :where(sup, sub) { line-height: 0; }
:where(.teleprinter-markdown) :where(sup.unmarked) { vertical-align: baseline; font-size: inherit; line-height: inherit; }
:where(.teleprinter-markdown) :where(summary) { cursor: pointer; font-weight: 600; }
:where(.teleprinter-markdown) :where(.math-display) { overflow: auto; }
:where(.teleprinter-markdown) :where(.math-display:has(*)) { text-align: center; }
:where(.teleprinter-markdown) > :where(section[data-footnotes]) {
  margin-block-start: 1.5em;
  border-block-start: 1px solid var(--teleprinter-line);
  padding-block-start: 0.75em;
  font-size: 0.875em;
}
@media print {
  :where(.teleprinter-markdown) :where(pre, table) { overflow: visible; }
  :where(.teleprinter-markdown) :where(pre) > :where(code) {
    width: auto;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  :where(.teleprinter-markdown) :where(table) { display: table; width: auto; }
  :where(.teleprinter-markdown) :where(pre, blockquote, tr, img) { break-inside: avoid; }
  :where(.teleprinter-markdown) :where(h1, h2, h3, h4, h5, h6) { break-after: avoid; }
}
`;

const adopt = adopterOf(CSS);

/** Adds the default styles of markdown to an element and its root. */
export function adoptStyles(element: HTMLElement): void {
  element.classList.add('teleprinter-markdown');
  adopt(element);
}
