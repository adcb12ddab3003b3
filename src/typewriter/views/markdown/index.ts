/** The view that shows markdown, and its options. */
import type { View } from '../view.ts';
import type { Hooks, RenderContext } from './context.ts';
import { Definitions } from './definitions.ts';
import { Footnotes } from './footnotes.ts';
import { guardBlockHook, guardHook } from './hooks.ts';
import { assertOptionTypes } from './option-types.ts';
import type { LinkPolicy } from './policy.ts';
import { Reader } from './reader.ts';
import { watchSelection } from './selection.ts';
import { adoptMarkdownStyles } from './styles.ts';
import { Sources } from './sources.ts';
import { Words } from './words.ts';

export type { LinkPolicy } from './policy.ts';

/**
 * How markdown is shown. If one of the functions throws, or returns a promise that rejects, the piece that it was called for
 * is shown as it is written, and the answer continues. Only the first error is reported.
 *
 * @example
 * import { stream, typewriter } from 'teleprinter';
 * import { markdown, type MarkdownOptions } from 'teleprinter/markdown';
 * const options: MarkdownOptions = { link: (link) => void (link.target = '_blank'), singleTilde: true };
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view: markdown(options) });
 */
export interface MarkdownOptions extends LinkPolicy {
  /**
   * Turns raw HTML into nodes: an HTML block, or a tag in text, whose element then holds the text up to its end tag. The
   * nodes are inserted into the page without further checks.
   * @default raw HTML is text, except for a few harmless tags without attributes
   */
  readonly sanitize?: ((html: string) => Node | undefined) | undefined;
  /**
   * Highlights a code block, at once or later: it may return a promise. Called once when the block is complete. While a
   * long block arrives, it is also called from time to time with a copy of the `<pre>`, and `isComplete` is false.
   */
  readonly highlight?:
    | ((code: HTMLElement, language: string | undefined, isComplete: boolean) => void | Promise<void>)
    | undefined;
  /**
   * Called once for each complete block, e.g. to add a copy button. If it changes text in which a later definition makes a
   * link, the text is written again, and it is called again with the paragraph, item or cell.
   */
  readonly onBlock?: ((block: HTMLElement) => void | Promise<void>) | undefined;
  /**
   * Called once for each formula (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`), with the element that shows its source, as soon as it
   * is complete and text follows it.
   * @default formulas are text
   */
  readonly math?:
    | ((formula: HTMLElement, source: string, isBlock: boolean) => void | Promise<void>)
    | undefined;
  /** Called with each allowed link, e.g. to set its `target`. If it returns `false`, the link is shown as text. */
  readonly link?: ((link: HTMLAnchorElement, url: URL) => boolean | void) | undefined;
  /**
   * Whether `~one~` is strikethrough, as `~~two~~` is.
   * @default false
   */
  readonly singleTilde?: boolean | undefined;
}

/**
 * Shows GitHub-flavoured markdown. Only the arriving block is parsed again; earlier blocks do not change. Unclosed syntax
 * is shown as if it were closed. Nodes are created one by one, so HTML from the model never runs.
 *
 * @throws OptionsError in development builds, if an option has a value that it does not take
 * @example
 * import { stream, typewriter } from 'teleprinter';
 * import { markdown } from 'teleprinter/markdown';
 * const view = markdown({ images: ['https://images.example.com'] });
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view });
 */
export function markdown(options: MarkdownOptions = {}): (root: HTMLElement) => View {
  if (DEVELOPMENT) assertOptionTypes(options);
  return (root) => {
    adoptMarkdownStyles(root);
    watchSelection(root.ownerDocument);
    return new Reader(root, createContext(root, options));
  };
}

function createContext(root: HTMLElement, options: MarkdownOptions): RenderContext {
  const { links, images, singleTilde = false } = options;
  const hooks: Hooks = {
    sanitize: guardHook(options.sanitize && nodesOnly(options.sanitize)),
    link: guardHook(options.link),
    math: guardHook(options.math),
    highlight: guardHook(options.highlight),
    onBlock: guardBlockHook(options.onBlock),
  };
  const definitions = new Definitions();
  const sources = new Sources(definitions, { links, link: hooks.link }, root);
  return {
    ...hooks,
    links,
    images,
    singleTilde,
    definitions,
    sources,
    footnotes: new Footnotes(root, definitions),
    words: new Words(),
  };
}

/** Ignores a sanitizer's result unless it is an element, text, a comment or a fragment. A string is not parsed as HTML. */
const nodesOnly =
  (sanitize: NonNullable<MarkdownOptions['sanitize']>): typeof sanitize =>
  (html) => {
    const result = sanitize(html);
    if (DEVELOPMENT && typeof result === 'string') warnOfString();
    return result && [1, 3, 8, 11].includes(result.nodeType) ? result : undefined;
  };

let hasWarned = false;
function warnOfString(): void {
  if (!hasWarned)
    console.warn(
      'markdown({ sanitize }): it returned a string, so HTML is shown as text. Return nodes, such as those of DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true }).',
    );
  hasWarned = true;
}
