import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';

/** Shows an answer that arrives in pieces, and ends it unless `isEnded` is false. */
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

/** Shows an answer letter by letter, and calls a function after each with the element and the text so far. */
export function letterByLetter(
  source: string,
  onLetter: (root: HTMLElement, soFar: string) => void,
  options: MarkdownOptions = {},
): HTMLElement {
  const root = document.createElement('div');
  document.body.append(root);
  const view = markdown(options)(root);
  let soFar = '';
  for (const letter of source) {
    view.append(letter);
    soFar += letter;
    onLetter(root, soFar);
  }
  view.end?.();
  onLetter(root, soFar);
  root.remove();
  return root;
}
