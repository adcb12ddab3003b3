import type { View } from '../typewriter/views/view.ts';

/** The markdown view, as `teleprinter/markdown` exports it. */
interface MarkdownModule {
  markdown(): (element: HTMLElement) => View;
}

/** Gives the module of the markdown view, or a promise of it. */
export type LoadMarkdown = () => MarkdownModule | Promise<MarkdownModule>;

let hasWarned = false;

/** The markdown view; where there is none, or it does not load, a warning and nothing. */
export async function loadMarkdownView(
  load: LoadMarkdown | undefined,
): Promise<((element: HTMLElement) => View) | undefined> {
  let problem: unknown = 'This file has none. Use teleprinter.full.js, or teleprinter/element.';
  try {
    if (load) return (await load()).markdown();
  } catch (error) {
    problem = error;
  }
  if (!hasWarned) console.warn('<tele-printer markdown> shows text, without the markdown view:', problem);
  hasWarned = true;
  return undefined;
}
