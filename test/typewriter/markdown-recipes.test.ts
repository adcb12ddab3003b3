/** Runs the recipes of `docs/guide/markdown.md`. Libraries that are not installed here are imitated. */
import katex from 'katex';
import { afterEach, expect, test, vi } from 'vitest';
import page from '../../docs/guide/markdown.md?raw';
import type { MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { arrive } from './markdown-view.ts';

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

/** The blocks of code under a heading, without types and imports. */
function recipesUnder(heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading))!;
  return Array.from(section.matchAll(/^```(?:js|ts)\n(.*?)^```$/gms), ([, code]) =>
    code!
      .replaceAll(/^import .*\n|^const view = .*\n/gm, '')
      .replaceAll(/: (?:HTMLElement|string \| undefined|string|boolean)|(?<=\w)!(?=\.)/g, ''),
  );
}

/** Runs a recipe with what it takes for granted, and returns the function that it defines. */
function run<Name extends keyof MarkdownOptions>(
  code: string,
  name: Name,
  given: Readonly<Record<string, unknown>> = {},
): Pick<MarkdownOptions, Name> {
  // oxlint-disable-next-line typescript/no-implied-eval -- it is the code of our own page
  const create = new Function(...Object.keys(given), `${code}\nreturn { ${name} };`);
  return create(...Object.values(given)) as Pick<MarkdownOptions, Name>;
}

const later = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 20));

test('formulas, with KaTeX and with MathJax', async () => {
  const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
  const [withKatex, withMathJax] = recipesUnder('Formulas');
  const source = 'A $x^2$, $\\frac{1}{$ and\n\n$$\ny\n$$\n\nthen $z$.';
  const root = arrive([...source], run(withKatex!, 'math', { katex }));
  expect(root.querySelectorAll('.katex').length).toBe(3);
  expect(root.querySelectorAll('.katex-display').length).toBe(1);
  expect(root.textContent).toContain('$\\frac{1}{$');
  expect(report).toHaveBeenCalledTimes(1);

  const startup = { document: { clear() {}, updateDocument: vi.fn() } };
  const tex2chtmlPromise = async (formula: string, { display }: { display: boolean }): Promise<Element> => {
    await later();
    if (formula.includes('frac')) throw new Error('no');
    const container = document.createElement('mjx-container');
    container.textContent = display ? `[${formula}]` : `(${formula})`;
    return container;
  };
  const other = arrive([...source], run(withMathJax!, 'math', { MathJax: { tex2chtmlPromise, startup } }));
  await later().then(later);
  expect(other.textContent).toBe('A (x^2), $\\frac{1}{$ and[y]then (z).');
  expect(startup.document.updateDocument).toHaveBeenCalledTimes(3);
});

test('highlighted code, in place and by a block of its own', () => {
  const [inPlace, ownBlock] = recipesUnder('Highlighted code');
  const line = 'let a = 1;\n';
  const source = ['```js\n', line.repeat(60), line, '```\n\n```nope\nb\n```\n'];
  const escape = (code: string): string => code.replaceAll('<', '&lt;');
  const highlightElement = (code: HTMLElement): void => {
    code.innerHTML = escape(code.textContent).replaceAll('let', '<b>let</b>');
    code.classList.add('hljs');
  };
  const first = arrive(source, run(inPlace!, 'highlight', { hljs: { highlightElement } }));
  expect(first.querySelectorAll('.hljs b').length).toBe(61);
  const codeToHtml = (code: string, { lang }: { lang: string }): string =>
    `<pre class="shiki ${lang}"><code>${code.replaceAll(/.+/g, '<span class="line">$&</span>')}</code></pre>`;
  const highlighter = { getLoadedLanguages: () => ['js'], codeToHtml };
  const second = arrive(source, run(ownBlock!, 'highlight', { highlighter }));
  expect(Array.from(second.querySelectorAll('pre'), ({ className }) => className)).toEqual([
    'shiki js',
    'shiki text',
  ]);
  expect(second.textContent).toBe(`${line.repeat(61)}b\n`);
});

test('a copy button for code', () => {
  const [code] = recipesUnder('A copy button');
  const root = arrive([...'```js\na\n```\n\n- b\n\n  ```\n  c\n  ```\n'], run(code!, 'onBlock'));
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  const buttons = [...root.querySelectorAll('button')];
  for (const button of buttons) button.click();
  expect(write.mock.calls).toEqual([['a\n'], ['c\n']]);
  expect(root.querySelector('.code-bar')!.textContent).toBe('jsCopy');
});

test('diagrams', async () => {
  const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
  const [code] = recipesUnder('Diagrams');
  const mermaid = {
    async render(id: string, source: string) {
      await later();
      if (!source.includes('-->')) throw new Error('no');
      return { svg: `<svg id="${id}"></svg>` };
    },
  };
  const source = '```mermaid\nA-->B\n```\n\n```mermaid\nA--\n```\n\n```js\nlet a;\n```\n\nEnd.';
  const root = arrive([...source], run(code!, 'highlight', { mermaid }));
  await later().then(later);
  expect(root.querySelectorAll('pre svg').length).toBe(1);
  expect(root.textContent).toBe('A--\nlet a;\nEnd.');
  expect(report).toHaveBeenCalledTimes(1);
});

test('citations', () => {
  const [code] = recipesUnder('Citations');
  const source =
    'Tea 【1†source】 is old [2][docs], [3].\n\n- `a[0]` 【4†b】\n\n```\na[1]\n```\n\n[docs]: https://d.example\n\nEnd [5].';
  for (const pieces of [[source], [...source]]) {
    const root = arrive(pieces, run(code!, 'onBlock'));
    expect(Array.from(root.querySelectorAll('.citation'), ({ textContent }) => textContent)).toEqual([
      '1',
      '3',
      '4',
      '5',
    ]);
    expect(root.querySelectorAll('a').length).toBe(1);
    expect(root.textContent).toBe('Tea 1 is old 2, 3.a[0] 4a[1]\nEnd 5.');
  }
});

test('links', () => {
  const [code] = recipesUnder('Links');
  const source = '[a](https://a.example/) [b](http://b.internal/) [c](/c) [d](cite:12)';
  const root = arrive([...source], { ...run(code!, 'link'), links: ['http:', 'https:', 'cite:'] });
  expect(Array.from(root.querySelectorAll('a'), (anchor) => [anchor.textContent, anchor.target])).toEqual([
    ['a', '_blank'],
    ['c', ''],
    ['d', '_blank'],
  ]);
  expect(root.querySelector('a')!.getAttribute('href')).toBe('/leave?to=https%3A%2F%2Fa.example%2F');
});

test('raw HTML', () => {
  const [code] = recipesUnder('Raw HTML');
  const sanitize = vi.fn((html: string) => document.createRange().createContextualFragment(html));
  const root = arrive(
    [...'A <u>b *c*</u>.\n\n<p>d</p>\n'],
    run(code!, 'sanitize', { DOMPurify: { sanitize } }),
  );
  expect(root.querySelector('u')!.innerHTML).toBe('b <em>c</em>');
  expect(sanitize.mock.lastCall?.at(1)).toMatchObject({ RETURN_DOM_FRAGMENT: true });
});
