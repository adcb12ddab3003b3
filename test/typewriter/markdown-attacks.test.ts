import { afterEach, describe, expect, test, vi } from 'vitest';
import type { MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { ATTACKS, EVIL } from '../attacks.ts';
import { arrive, letterByLetter } from './markdown-view.ts';

afterEach(() => vi.unstubAllGlobals());

const HOOKS: MarkdownOptions = {
  highlight: (code) => code.classList.add('lit'),
  math: (formula) => formula.classList.add('set'),
  link: (link) => void (link.target = '_blank'),
  onBlock: (block) => block.classList.add('done'),
  singleTilde: true,
};

/** What may be left of raw HTML. All attributes go. */
const KEPT = /^(?:a|b|div|i|li|ol|p|section|span|sup|table|tbody|td|tr)$/;

/** A strict sanitizer. Like each real one, it sees a tag in text without what follows. */
function sanitize(html: string): Node {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const node of body.querySelectorAll('*')) {
    if (!KEPT.test(node.localName)) node.remove();
    else for (const name of node.getAttributeNames()) node.removeAttribute(name);
  }
  const fragment = document.createDocumentFragment();
  fragment.append(...body.childNodes);
  return fragment;
}

const FORBIDDEN =
  'script, iframe, object, embed, svg, math, style, link, meta, base, form, button, img, video, audio, template, body';

describe.each([
  ['without hooks', {}],
  ['with each hook', HOOKS],
  ['with a sanitizer', { ...HOOKS, sanitize }],
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
        for (const { protocol } of root.querySelectorAll<HTMLAnchorElement>('a[href]'))
          expect(protocol).toMatch(/^(?:https?|mailto):$/);
      },
      options,
    );
    expect(ran).not.toHaveBeenCalled();
    expect(performance.getEntriesByType('resource').filter(({ name }) => name.startsWith(EVIL))).toEqual([]);
  });
});

test('an attribute that a sanitizer lets through costs no text', () => {
  const keep = (html: string) => document.createRange().createContextualFragment(html);
  const source =
    'One <a data-footnote-ref="x">two</a> <sup><a data-footnote-ref="">three</a></sup>.\n\n<p data-footnote-ref="y">four</p>\n\n[^z]: five';
  for (const pieces of [[source], [...source]]) {
    const { textContent } = arrive(pieces, { sanitize: keep });
    for (const word of ['One', 'two', 'three', 'four', 'five']) expect(textContent).toContain(word);
  }
});
