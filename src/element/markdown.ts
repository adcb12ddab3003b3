/** Loads the markdown view of an element with the `markdown` attribute. */
import type { MarkdownOptions } from '../typewriter/views/markdown/index.ts';
import type { View } from '../typewriter/views/view.ts';

export type { MarkdownOptions } from '../typewriter/views/markdown/index.ts';

/** The module of the markdown view, as `teleprinter/markdown` exports it. */
interface MarkdownModule {
  markdown(options?: MarkdownOptions): (element: HTMLElement) => View;
}

/** Returns the module of the markdown view, or a promise of it. */
export type LoadMarkdown = () => MarkdownModule | Promise<MarkdownModule>;

let hasWarned = false;

/**
 * Loads the markdown view of an element.
 *
 * @returns The view; `undefined`, after one warning, if this build has none or loading fails
 */
export async function loadMarkdownView(
  load: LoadMarkdown | undefined,
  element: HTMLElement & { readonly markdownOptions?: MarkdownOptions | undefined },
): Promise<((element: HTMLElement) => View) | undefined> {
  let problem: unknown = 'This file has none. Use teleprinter.full.js, or teleprinter/element.';
  try {
    if (load) {
      const { markdown } = await load();
      // The options are read when text is shown: a page may set them after the request was sent.
      return (root) => markdown(optionsOf(element))(root);
    }
  } catch (error) {
    problem = error;
  }
  if (!hasWarned) console.warn('<tele-printer markdown> shows text, without the markdown view:', problem);
  hasWarned = true;
  return undefined;
}

/** The options in the attributes `links` and `images`, lists separated by spaces, and in the property, which overrides them. */
function optionsOf(
  element: HTMLElement & { readonly markdownOptions?: MarkdownOptions | undefined },
): MarkdownOptions {
  const list = (name: string): string[] | undefined => element.getAttribute(name)?.split(/\s+/);
  return { links: list('links'), images: list('images'), ...element.markdownOptions };
}
