/** The styles of markdown. */
import { adoptStyles as adopt } from '../../styles.ts';

/** Blocks with margins, ours or those that a hook puts around them. */
const BLOCKS = 'p ul ol pre table blockquote details hr div figure h1 h2 h3 h4 h5 h6'.split(' ');

/**
 * Selects the first or the last block in an element. Not by `:first-child` alone: Chrome would search for the first element
 * of each paragraph when one is removed, which takes seconds for a paragraph of thousands of marks.
 */
const blocksIn = (parent: string, at: 'first' | 'last'): string =>
  BLOCKS.map((block) => `${parent} > :where(${block}:${at}-child)`).join();

/** The levels of lists and quotes that are indented. More would leave a phone no room for text: a letter a line, or none. */
const MAX_INDENTED = 8;

/** Selects lists or quotes of deeper levels. */
const deep = (block: string): string => ':where([dir]) '.repeat(MAX_INDENTED) + block;

/**
 * The default styles of markdown. Any rule of the page wins, in whatever order they come:
 *
 * - `BASE` is in the cascade layer `base`, as the resets of Tailwind 4, Chakra and Panda are: rules in no layer win, and so
 *   do utilities. In the layer, what such resets take away (the marks of lists, the sizes of headings, margins) has the
 *   specificity of an element, as they have; of such rules the last one wins. All else has none, colours included: ours are
 *   never mixed with those of the page.
 * - `RESTORED` is in no layer and has no specificity. It undoes resets of everything (`* { margin: 0 }`), which win over
 *   layers: `revert-layer` is the value that the layers give.
 *
 * The colours are shades of the text colour, so that they suit light and dark pages. Links have that colour itself: the blue
 * of browsers is unreadable in coloured bubbles, and in dark pages without `color-scheme`.
 *
 * Nothing moves text that has been read: no `text-wrap: balance`, and the gaps in an item are those of a loose list from the
 * start, as a list may turn loose late.
 *
 * Safari does not find a `var()` in a logical shorthand (`margin-block`) again after `revert-layer`. A grid makes long code
 * scroll in a flex item that may not shrink below its content: its smallest width is that of a word.
 */
const BASE = `
p, ul, ol, pre, table, blockquote, details, hr, div:where(.math-display) {
  margin: 0;
  margin-block-end: var(--teleprinter-gap);
}
h1, h2, h3, h4, h5, h6 {
  margin-block: 1.5em 0.5em;
  margin-inline: 0;
  font-size: 1em;
  line-height: 1.25;
  font-weight: 600;
}
h1 { font-size: 1.5em; }
h2 { font-size: 1.3em; }
h3 { font-size: 1.15em; }
${blocksIn('> div:where(:first-child)', 'first')} { margin-block-start: 0; }
ul, ol {
  padding-block: 0;
  padding-inline: 1.75em 0;
  list-style: revert;
}
li { display: list-item; }
:where(li:not([dir])), :where([dir="rtl"] td:not([dir])) { unicode-bidi: plaintext; }
:where([dir="rtl"] > li) { text-align: right; }
:where([dir="rtl"] [dir="ltr"] > li) { text-align: start; }
:where([dir="ltr"] > li[dir="rtl"]) { margin-inline-start: 1.75em; }
:where(li) + li { margin-block-start: 0.25em; }
li > :where(pre), li > :where(table), li > :where(blockquote), li > :where(details), li > :where(hr), li > :where(.math-display), li > * + :where(p) { margin-block-start: 0.75em; }
li > :where(p), li > :where(ul), li > :where(ol) { margin-block-end: 0; }
li > :where(ul), li > :where(ol) { margin-block-start: 0.25em; }
${blocksIn('li', 'last')} { margin-block-end: 0; }
li:where(:not(:last-child)) > :where(p:last-child), li:where(:not(:last-child)) > :where(pre:last-child) { margin-block-end: 0.75em; }
:where(.task-list-item) { list-style: ''; }
li > input:where(:first-child), li > p:where(:first-child) > input:where(:first-child) {
  margin-inline: -1.4em 0.3em;
  vertical-align: -0.1em;
}
blockquote { padding-inline: 1em 0; }
:where(blockquote) {
  border: 0 solid var(--teleprinter-line);
  border-inline-start-width: 0.25em;
  color: var(--teleprinter-muted);
}
${['ul', 'ol', 'blockquote'].map(deep).join()} {
  padding-inline-start: 0;
  border-inline-start-width: 0;
  list-style-position: inside;
}
${blocksIn('blockquote', 'last')}, ${blocksIn('details', 'last')} { margin-block-end: 0; }
:where(a) { color: inherit; }
a { text-decoration-line: underline; }
:where(pre), :where(code), :where(kbd), :where(samp) { font-family: var(--teleprinter-code-font); }
pre, code, kbd, samp { font-size: 0.875em; }
:where(pre), :where(code) {
  border-radius: var(--teleprinter-radius);
  background: var(--teleprinter-surface);
}
:where(code), :where(.math) {
  direction: ltr;
  unicode-bidi: isolate;
}
:where(code) { padding: 0.15em 0.35em; }
:where(kbd) {
  padding: 0.1em 0.35em;
  border: 1px solid var(--teleprinter-line);
  border-radius: var(--teleprinter-radius);
}
pre {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  justify-items: start;
  padding: 0.875em 1.125em;
  overflow: auto;
  tab-size: 4;
  text-align: left;
}
:where(pre) > code { font-size: inherit; }
:where(pre > code) {
  display: block;
  width: max-content;
  min-width: 100%;
  padding: 0;
  background: none;
  white-space: pre;
  overflow-wrap: normal;
  unicode-bidi: normal;
}
table {
  display: block;
  width: 100%;
  max-width: max-content;
  margin-inline: 0 auto;
  overflow: auto;
  border-collapse: collapse;
}
:where(th), :where(td) {
  border: 1px solid var(--teleprinter-line);
  text-align: start;
  vertical-align: top;
  overflow-wrap: normal;
  word-break: normal;
}
:where(table[dir="rtl"] th), :where(table[dir="rtl"] td) { text-align: right; }
th, td { padding: 0.35em 0.75em; }
:where(th) { background: var(--teleprinter-surface); }
th { font-weight: 600; }
:where(hr) {
  border: 0 solid var(--teleprinter-line);
  border-block-start-width: 1px;
}
img {
  display: inline;
  max-width: 100%;
  height: auto;
}
:where(sup), :where(sub) { line-height: 0; }
:where(summary) {
  cursor: pointer;
  font-weight: 600;
}
:where(.math-display) { overflow: auto; }
:where(.math-typeset) { text-align: center; }
> section:where([data-footnotes]) {
  margin-block-start: 1.5em;
  border: 0 solid var(--teleprinter-line);
  border-block-start-width: 1px;
  padding-block: 0.75em 0;
  font-size: 0.875em;
}
`;

const PRINT = `
pre, table { overflow: visible; }
:where(pre > code) {
  width: auto;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
table {
  display: table;
  width: auto;
}
:where(td a), :where(td code) { overflow-wrap: anywhere; }
:where(pre), :where(blockquote), :where(tr), :where(img) { break-inside: avoid; }
:where(h1), :where(h2), :where(h3), :where(h4), :where(h5), :where(h6) { break-after: avoid; }
`;

const RESTORED = `
:where(h1), :where(h2), :where(h3), :where(h4), :where(h5), :where(h6), :where(p), :where(ul), :where(ol), :where(li), :where(pre), :where(code), :where(kbd), :where(table), :where(th), :where(td), :where(blockquote), :where(details), :where(hr), :where(section), :where(img), :where(input) {
  margin: revert-layer;
  border: revert-layer;
  padding: revert-layer;
  list-style: revert-layer;
  word-break: revert-layer;
}
`;
/** An attribute, not a class: a framework that changes the classes of the element removes those that it does not know. */
const NAME = 'data-teleprinter-markdown';
const ANSWER = `:where([${NAME}])`;

/** Applies rules within answers. Selectors are listed one by one, as browsers look up rules by the name of the element. */
const within = (css: string): string => css.replaceAll(/[^{},]+(?=[^{}]*\{)/g, `${ANSWER} $&`);

const CSS = `
@layer base {
  ${ANSWER} {
    --teleprinter-gap: 1em;
    --teleprinter-radius: 0.375em;
    --teleprinter-line: color-mix(in srgb, currentColor 20%, transparent);
    --teleprinter-surface: color-mix(in srgb, currentColor 7%, transparent);
    --teleprinter-muted: currentColor;
    --teleprinter-code-font: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
    min-width: 0;
    line-height: 1.5;
    text-align: start;
    white-space: normal;
    overflow-wrap: break-word;
  }
  ${within(BASE)}
  @media print { ${within(PRINT)} }
  @media (prefers-contrast: more) {
    ${ANSWER} { --teleprinter-line: currentColor; }
  }
}
${within(RESTORED)}
`;

/** Adds the default styles of markdown to an element and its root. */
export function adoptMarkdownStyles(element: HTMLElement): void {
  element.setAttribute(NAME, '');
  adopt(element, CSS);
}
