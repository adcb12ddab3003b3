import type { View } from '../view.ts';
import type { Hooks, RenderContext } from './context.ts';
import { Definitions } from './definitions.ts';
import { Footnotes } from './footnotes.ts';
import { guard, whole } from './hooks.ts';
import type { LinkPolicy } from './policy.ts';
import { Reader } from './reader.ts';
import { adoptLooks } from './looks.ts';
import { watchSelection } from './selection.ts';
import { Sources } from './sources.ts';
import { Words } from './words.ts';

export type { LinkPolicy } from './policy.ts';

/**
 * How markdown is shown. A function that throws is reported once, and not called again; what it was for shows as it is
 * written.
 *
 * @example
 * import { stream, typewriter } from 'teleprinter';
 * import { markdown, type MarkdownOptions } from 'teleprinter/markdown';
 * const options: MarkdownOptions = { link: (link) => void (link.target = '_blank'), singleTilde: true };
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view: markdown(options) });
 */
export interface MarkdownOptions extends LinkPolicy {
  /**
   * Makes nodes of raw HTML: of a block of it, or of a tag in text, whose element then holds what follows up to its end
   * tag. What it gives goes into the page as it is.
   * @default raw HTML is text, but for a few harmless tags without attributes
   */
  readonly sanitize?: ((html: string) => Node | undefined) | undefined;
  /**
   * Highlights a block of code. Called once when the block is complete, and with a copy of a long one now and then
   * while it arrives (`isComplete` is false then).
   */
  readonly highlight?:
    | ((code: HTMLElement, language: string | undefined, isComplete: boolean) => void)
    | undefined;
  /** Called once for each block that is complete, e.g. to give it a copy button. */
  readonly onBlock?: ((block: HTMLElement) => void) | undefined;
  /**
   * Called once for each formula (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`) that is complete, with the element that shows its
   * source.
   * @default these are text
   */
  readonly math?: ((formula: HTMLElement, source: string, isBlock: boolean) => void) | undefined;
  /**
   * Called with each link that may be one, e.g. to give it a `target`. Where it gives `false` the link is its text.
   */
  readonly link?: ((link: HTMLAnchorElement, url: URL) => boolean | void) | undefined;
  /**
   * Whether one `~` on either side strikes out, as two do.
   * @default false
   */
  readonly singleTilde?: boolean | undefined;
}

/**
 * Shows GitHub-flavoured markdown. Only the block that is arriving is read again, blocks before it are never touched;
 * what has been opened is shown as if it were closed. Nodes are made one by one, so no HTML of the model's runs.
 *
 * @example
 * import { stream, typewriter } from 'teleprinter';
 * import { markdown } from 'teleprinter/markdown';
 * const view = markdown({ images: ['https://images.example.com'] });
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view });
 */
export function markdown(options: MarkdownOptions = {}): (root: HTMLElement) => View {
  return (root) => {
    adoptLooks(root);
    watchSelection(root.ownerDocument);
    return new Reader(root, createContext(root, options));
  };
}

function createContext(root: HTMLElement, options: MarkdownOptions): RenderContext {
  const { links, images, singleTilde = false } = options;
  const hooks: Hooks = {
    sanitize: guard(options.sanitize && nodesOnly(options.sanitize)),
    link: guard(options.link),
    math: guard(whole(options.math)),
    highlight: guard(whole(options.highlight)),
    onBlock: guard(options.onBlock),
  };
  const definitions = new Definitions();
  const sources = new Sources(definitions, { links, images });
  return {
    ...hooks,
    links,
    images,
    singleTilde,
    definitions,
    sources,
    footnotes: new Footnotes(root),
    words: new Words(),
  };
}

/** Whatever a sanitizer gives but an element, text, a comment or a fragment is a mistake: a string goes nowhere near HTML. */
const nodesOnly =
  (sanitize: NonNullable<MarkdownOptions['sanitize']>): typeof sanitize =>
  (html) => {
    const made = sanitize(html);
    return made && [1, 3, 8, 11].includes(made.nodeType) ? made : undefined;
  };
