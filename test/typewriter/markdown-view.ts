import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';

/** Shows an answer in pieces. Without `isEnded` it is still arriving. */
export function arrive(
  pieces: readonly string[],
  options: MarkdownOptions = {},
  isEnded = true,
): HTMLElement {
  const root = document.createElement('div');
  document.body.append(root);
  const view = markdown(options)(root);
  for (const piece of pieces) view.append(piece);
  if (isEnded) view.end?.();
  return root;
}

/** Shows an answer letter by letter, and calls a function with what the page shows after each. */
export function letterByLetter(
  source: string,
  onLetter: (root: HTMLElement, so: string) => void,
  options: MarkdownOptions = {},
): HTMLElement {
  const root = document.createElement('div');
  document.body.append(root);
  const view = markdown(options)(root);
  let so = '';
  for (const letter of source) {
    view.append(letter);
    so += letter;
    onLetter(root, so);
  }
  view.end?.();
  onLetter(root, so);
  root.remove();
  return root;
}
