import type { View } from '../typewriter/views/view.ts';

/** The markdown view, as `teleprinter/markdown` exports it. */
interface MarkdownModule {
  markdown(): (element: HTMLElement) => View;
}

/** Gives the module of the markdown view, or a promise of it. */
export type LoadMarkdown = () => MarkdownModule | Promise<MarkdownModule>;

/** The markdown view; where there is none, or it does not load, a warning and nothing. */
export async function loadMarkdownView(
  load: LoadMarkdown | undefined,
): Promise<((element: HTMLElement) => View) | undefined> {
  let problem: unknown = 'this file is without the markdown view';
  try {
    if (load) return (await load()).markdown();
  } catch (error) {
    problem = error;
  }
  console.warn('<tele-printer markdown> shows plain text:', problem);
  return undefined;
}
