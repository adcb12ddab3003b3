import { afterEach, describe, expect, test, vi } from 'vitest';
import type { MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { ATTACKS, EVIL } from '../attacks.ts';
import { letterByLetter } from './markdown-view.ts';

afterEach(() => vi.unstubAllGlobals());

const HOOKS: MarkdownOptions = {
  highlight: (code) => code.classList.add('lit'),
  math: (formula) => formula.classList.add('set'),
  link: (link) => void (link.target = '_blank'),
  onBlock: (block) => block.classList.add('done'),
  singleTilde: true,
};

const FORBIDDEN =
  'script, iframe, object, embed, svg, math, style, link, meta, base, form, button, img, video, audio, template, body';

describe.each([
  ['without hooks', {}],
  ['with each hook', HOOKS],
])('%s', (_, options) => {
  test.each(ATTACKS)('%j adds nothing dangerous to the page, letter by letter', (attack) => {
    const ran = vi.fn();
    vi.stubGlobal('ran', ran);
    letterByLetter(
      attack,
      (root) => {
        expect(root.querySelector(FORBIDDEN)).toBe(null);
        for (const node of root.querySelectorAll('*')) {
          for (const name of node.getAttributeNames()) {
            expect(name).not.toMatch(
              /^on|^src|^action|^formaction|^autofocus|^name$|^ping$|^background$|^xlink/,
            );
            if (name === 'id') expect(node.getAttribute(name)).toMatch(/^footnote-\d+-\d+(?:-mark)?$/);
            if (name === 'class' && node.matches('pre > code'))
              expect(node.getAttribute(name)).toMatch(/^language-\S+(?: lit)?$|^lit$/);
            if (name === 'style') expect(node.getAttribute(name)).not.toContain('url');
          }
        }
        for (const { protocol } of root.querySelectorAll('a'))
          expect(protocol).toMatch(/^(?:https?|mailto):$/);
      },
      options,
    );
    expect(ran).not.toHaveBeenCalled();
    expect(performance.getEntriesByType('resource').filter(({ name }) => name.startsWith(EVIL))).toEqual([]);
  });
});
