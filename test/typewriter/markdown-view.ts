import { expect } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import type { View } from '../../src/typewriter/views/view.ts';

/** Creates a view in an element of the page. */
export function createView(options: MarkdownOptions = {}): {
  readonly root: HTMLElement;
  readonly view: View;
} {
  const root = document.createElement('div');
  document.body.append(root);
  return { root, view: markdown(options)(root) };
}

/** Shows an answer that arrives in pieces, and ends it unless `isEnded` is false. */
export function arrive(
  pieces: readonly string[],
  options: MarkdownOptions = {},
  isEnded = true,
): HTMLElement {
  const { root, view } = createView(options);
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
  const { root, view } = createView(options);
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

/** Reads an answer that has arrived at once, and expects to read the same where it arrives letter by letter. */
export function readAnswer(
  source: string,
  read: (root: HTMLElement) => string,
  options: MarkdownOptions = {},
): string {
  const atOnce = read(arrive([source], options));
  expect(read(arrive([...source], options))).toBe(atOnce);
  return atOnce;
}

/** The HTML of the blocks of an answer, without attributes that say how they look or behave. */
export function htmlOf(root: HTMLElement): string {
  root.normalize();
  return [...root.children]
    .map(({ outerHTML }) => outerHTML)
    .join('')
    .replaceAll(/ (?:dir|rel|tabindex|translate)="[^"]*"|^<div>|<\/div>$|<\/?span[^>]*>/g, '');
}
