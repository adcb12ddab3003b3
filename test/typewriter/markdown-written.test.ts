import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { arrive, createView, htmlOf, letterByLetter, readAnswer } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

describe('repetitive input', () => {
  test.each([
    ['>', 2500],
    ['- - ', 1000],
    ['1. ', 1300],
    ['* ', 5000],
    ['[', 8000],
    ['![', 8000],
    ['_a*', 1300],
    ['*a ', 2700],
    ['~~a ', 2000],
    ['<', 9000],
    ['> - ', 3000],
    ['[^', 5000],
  ])('%j × %i is shown, and the text after it', (piece, count) => {
    const root = arrive([`${piece.repeat(count)}\n\nAfter.`]);
    expect(root.textContent).toContain('After.');
  });

  test('nesting beyond a hundred levels is text', () => {
    const root = arrive([`${'> '.repeat(500)}deep`]);
    expect(root.querySelectorAll('blockquote').length).toBe(99);
    expect(root.textContent).toMatch(/^> > .*deep$/);
  });

  test('takes bounded time for as many definitions as references, with any letters', () => {
    const count = 1000;
    const references = Array.from({ length: count }, (_, at) => `[é${at}]\n\n`).join('');
    const definitions = Array.from({ length: count }, (_, at) => `[é${at}]: /u${at}\n`).join('');
    const start = performance.now();
    const root = arrive([references, ...definitions.match(/[^\n]*\n/g)!]);
    expect(root.querySelectorAll('a').length).toBe(count);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('tildes', () => {
  test.each([
    ['~5 minutes', '<p>~5 minutes</p>'],
    ['23~30 和 22~30', '<p>23~30 和 22~30</p>'],
    ['a ~b~ c', '<p>a ~b~ c</p>'],
    ['a ~~b~~ c', '<p>a <del>b</del> c</p>'],
  ])('%j is strikethrough only with two tildes on each side', (source, expected) => {
    letterByLetter(source, (root) => {
      if (!source.includes('~~')) expect(root.querySelector('del')).toBe(null);
    });
    expect(htmlOf(arrive([source]))).toBe(expected);
  });

  test('single ones are strikethrough with the option singleTilde', () => {
    expect(htmlOf(arrive(['a ~b~ c'], { singleTilde: true }))).toBe('<p>a <del>b</del> c</p>');
  });
});

describe('footnotes', () => {
  const SOURCE =
    'It is so.[^1] And so.[^note]\n\n[^note]: Jones (2021)\n[^1]: Smith (2020)\n\n    More.\n\nAfter.';

  test('are numbered in the order of their references, and shown at the end', () => {
    for (const root of [arrive([SOURCE]), arrive([...SOURCE])]) {
      expect([...root.querySelectorAll('sup a')].map(({ textContent }) => textContent)).toEqual(['1', '2']);
      const section = root.lastElementChild!;
      expect(section.getAttribute('data-footnotes')).toBe('');
      expect([...section.querySelectorAll('li')].map(({ textContent }) => textContent)).toEqual([
        'Smith (2020)More. ↩',
        'Jones (2021) ↩',
      ]);
      expect(root.querySelectorAll('section').length).toBe(1);
    }
  });

  test('are linked within their own answer', () => {
    const [one, two] = [arrive([SOURCE]), arrive([SOURCE])];
    const target = one.querySelector('sup a')!.getAttribute('href')!;
    expect(one.querySelector(target)!.textContent).toContain('Smith');
    expect(two.querySelector(target)).toBe(null);
    one.querySelector<HTMLElement>('sup a')!.click();
    expect(document.activeElement).toBe(one.querySelector(target));
    one.querySelector<HTMLElement>(`${target} [data-footnote-backref]`)!.click();
    expect(document.activeElement!.textContent).toBe('1');
  });

  test('are numbered in the order of their references if they are defined first', () => {
    const source = '[^a]: One\n\n    more\n\n[^b]: Two\n\n[^c]: Three\n\nx[^none] y[^b]\n\nz[^a]\n\nEnd.';
    for (const pieces of [[source], [...source]]) {
      const root = arrive(pieces);
      expect([...root.querySelectorAll('sup')].map(({ textContent }) => textContent)).toEqual(['1', '2']);
      expect([...root.querySelectorAll('section li')].map((item) => item.textContent.slice(0, 5))).toEqual([
        'Two ↩',
        'Onemo',
        'Three',
      ]);
      for (const link of root.querySelectorAll('sup a'))
        expect(root.querySelector(link.getAttribute('href')!)).not.toBe(null);
    }
  });

  test('without references are shown', () => {
    expect(arrive(['Text.\n\n[^1]: Smith (2020)']).textContent).toContain('Smith (2020)');
  });

  test('without definitions are shown as they are written', () => {
    expect(arrive(['It is so[^9].']).textContent).toBe('It is so[^9].');
  });
});

// In CommonMark they are text, and their lines one paragraph.
test.each([
  ['So:\n• a\n• b\n  ◦ c\n• d', 'So:|<li>a|<li>b<ul><li>c|<li>d'],
  ['> ‣\ta\n> ‣\tb', '<blockquote><ul><li>a|<li>b'],
  ['1. a\n   ▪ b\n2. c', '<li>a<ul><li>b|<li>c'],
  ['· 하나\n· 둘', '<li>하나|<li>둘'],
])('bullets that the model wrote itself are those of a list: %j', (source, parts) => {
  const root = arrive([source]);
  expect(htmlOf(arrive([...source]))).toBe(htmlOf(root));
  for (const part of parts.split('|')) expect(htmlOf(root)).toContain(part);
  expect(root.textContent).not.toMatch(/[•◦‣▪·]/);
});

test.each(['• • •', '•', 'a • b', '•a', '· · ·\n\na'])('bullets without a text are text: %j', (source) => {
  const root = arrive([source]);
  expect(root.textContent).toContain(source.split('\n')[0]);
  expect(root.querySelector('li')).toBe(null);
});

// In CommonMark such an item is empty.
test.each([
  ['- [1]: https://a.example\n- [2]: https://b.example "B"\n', ['[1] https://a.example', '[2] B']],
  ['1. [1]: https://a.example\n\n2. [2]: https://b.example "B"\n', ['[1] https://a.example', '[2] B']],
  [
    '- [1]: https://a.example\n  [2]: https://b.example\n- c\n',
    ['[1] https://a.example[2] https://b.example', 'c'],
  ],
  [
    '- [1]: https://a.example\n- [2]: https://b.example\n\n- c\n',
    ['[1] https://a.example', '[2] https://b.example', 'c'],
  ],
  ['> - [ ] [1]: https://a.example\n', [' [1] https://a.example']],
  ['- [1]: https://a.example\n  text\n', ['text']],
])('an item that consists of sources shows them, although marks refer to them: %j', (list, items) => {
  const source = `See [1] and [2].\n\n${list}`;
  const roots = [arrive([source]), arrive([...source])];
  expect(htmlOf(roots[1]!)).toBe(htmlOf(roots[0]!));
  for (const root of roots) {
    expect([...root.querySelectorAll('li')].map(({ textContent }) => textContent)).toEqual(items);
    expect(root.querySelector('p p')).toBe(null);
  }
});

test('definitions without references are shown as a list of sources', () => {
  const root = arrive([...'As known.\n\n[1]: https://a.example "The study"\n[2]: https://b.example\n']);
  expect(htmlOf(root)).toBe(
    '<p>As known.</p><p>[1] <a href="https://a.example/">The study</a><br>[2] <a href="https://b.example/">https://b.example</a></p>',
  );
  expect(arrive(['See [1].\n\n[1]: https://a.example\n']).textContent).toBe('See 1.');
});

describe('Chinese, Japanese and Korean', () => {
  test.each([
    ['**注意：**请', '<p><strong>注意：</strong>请</p>'],
    ['这是**“重点”**内容', '<p>这是<strong>“重点”</strong>内容</p>'],
    ['**これは太字です。**この文', '<p><strong>これは太字です。</strong>この文</p>'],
    ['**스크립트(script)**라고', '<p><strong>스크립트(script)</strong>라고</p>'],
    ['~~注意：~~请', '<p><del>注意：</del>请</p>'],
    ['https://a.example/x。谢谢', '<p><a href="https://a.example/x">https://a.example/x</a>。谢谢</p>'],
    ['（https://a.example/x）好', '<p>（<a href="https://a.example/x">https://a.example/x</a>）好</p>'],
    ['www.a.example，好', '<p><a href="http://www.a.example/">www.a.example</a>，好</p>'],
  ])('%s is parsed as intended', (source, expected) => {
    expect(readAnswer(source, htmlOf)).toBe(expected);
  });
});

describe('a row with more cells than the head', () => {
  const cellsOf = (row: string): (string | null)[] => {
    const table = '| a | b |\n|---|---|\n';
    const root = arrive([...table, ...row, ...'\n| c | d |\n']);
    expect(htmlOf(root)).toBe(htmlOf(arrive([`${table}${row}\n| c | d |\n`])));
    return [...root.querySelectorAll('tr:nth-child(1) td')].map(({ textContent }) => textContent);
  };

  // https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1112
  test('keeps the pipes in code', () => {
    expect(cellsOf('| `x | y` | z |')).toEqual(['x | y', 'z']);
    expect(cellsOf('| `(1 | group)` and `a || b` | ``c ` | d`` |')).toEqual([
      '(1 | group) and a || b',
      'c ` | d',
    ]);
  });

  test('drops the surplus cells, as on GitHub', () => {
    expect(cellsOf('| x | y | z | *w* |')).toEqual(['x', 'y']);
    expect(cellsOf('x | y | `z')).toEqual(['x', 'y']);
  });

  test('does not affect rows without surplus cells', () => {
    expect(cellsOf('| ` | ` |')).toEqual(['`', '`']);
    expect(cellsOf('| x |')).toEqual(['x', '']);
  });
});

describe('direction', () => {
  const directionOf = (root: Element, selector: string): string =>
    getComputedStyle(root.querySelector(selector)!).direction;

  test('of lists, quotes and tables is that of their text', () => {
    const root = arrive([
      '- שלום\n\n- עולם\n\n> שלום\n\n| שלום | עולם |\n|---|---|\n| א | ב |\n\n- Hello\n\n- World\n',
    ]);
    for (const selector of ['ul', 'blockquote', 'table']) expect(directionOf(root, selector)).toBe('rtl');
    expect(getComputedStyle(root.querySelectorAll('ul')[1]!).direction).toBe('ltr');
  });

  test('of text is that of its first letter outside code', () => {
    const root = arrive(['`npm i` שלום\n\n- `a` שלום\n\n> `a` שלום\n\n`a` then שלום\n']);
    for (const selector of ['p', 'ul', 'blockquote']) expect(directionOf(root, selector)).toBe('rtl');
    expect(directionOf(root, 'div > p:last-child')).toBe('ltr');
  });

  /** With `dir="auto"` the browser searches the whole block at each change: 50,000 delimiters took ten seconds. */
  test('of a long text is fixed, so that the browser does not search it at each change', () => {
    for (const [unit, direction] of [
      ['*a', 'ltr'],
      ['*א', 'rtl'],
      ['`a ', 'ltr'],
      ['1 ', 'ltr'],
    ] as const) {
      for (const [around, selector] of [
        ['', 'p'],
        ['> ', 'p'],
        ['- ', 'ul'],
        ['# ', 'h1'],
        ['1. a\n\n   ', 'p:last-child'],
      ] as const) {
        const block = arrive([around + unit.repeat(1000)]).querySelector(selector)!;
        expect([around, unit, block.getAttribute('dir')]).toEqual([around, unit, direction]);
      }
    }
  });

  test('of a long cell is the same in pieces as at once', () => {
    const source = `| a | b |\n|---|---|\n| - | ${'word '.repeat(200)}|\n| c | d |\n`;
    expect(arrive(source.match(/[^]{1,40}/g)!).innerHTML).toBe(arrive([source]).innerHTML);
  });

  test('of code is left to right', () => {
    document.body.dir = 'rtl';
    const root = arrive(['שלום `a - b` עולם\n\n```\nlet a;\n```\n\n- א\n  ```\n  b\n  ```\n']);
    expect(directionOf(root, 'p code')).toBe('ltr');
    expect(directionOf(root, 'pre')).toBe('ltr');
    expect(directionOf(root, 'li pre')).toBe('ltr');
    document.body.dir = '';
  });
});

describe('raw HTML', () => {
  test('allows a few harmless tags in text, without attributes', () => {
    expect(htmlOf(arrive(['| a |\n|---|\n| b<br>c |'])).replaceAll(/<\/?t[^>]*>/g, '')).toContain('b<br>c');
    expect(htmlOf(arrive(['Press <kbd>Ctrl</kbd>, H<sub>2</sub>O, <u onclick="x">no</u>']))).toBe(
      '<p>Press <kbd>Ctrl</kbd>, H<sub>2</sub>O, &lt;u onclick="x"&gt;no&lt;/u&gt;</p>',
    );
  });

  test('is passed to the sanitizer, from text and as a block', () => {
    const seen: string[] = [];
    const sanitize = (source: string): Node => {
      seen.push(source);
      const template = document.createElement('template');
      template.innerHTML = source.replaceAll(/ on\w+="[^"]*"/g, '');
      return template.content;
    };
    const root = arrive(['A <mark onclick="x">*b*</mark> c\n\n<div onclick="x">\nd\n</div>\n'], { sanitize });
    expect(root.querySelector('mark')!.innerHTML).toBe('<em>b</em>');
    expect(root.querySelector('mark')!.hasAttribute('onclick')).toBe(false);
    expect(seen).toEqual(['<mark onclick="x">', '<div onclick="x">\nd\n</div>']);
  });

  test('<details> contains the markdown in it', () => {
    const source =
      '<details><summary>The *why*</summary>\n\nText **here**.\n\n- a\n- b\n\n</details>\n\nAfter.';
    for (const root of [arrive([source]), arrive([...source])]) {
      const details = root.querySelector('details')!;
      expect(details.querySelector('summary')!.innerHTML).toBe('The <em>why</em>');
      expect(details.querySelectorAll('li').length).toBe(2);
      expect(details.nextElementSibling!.textContent).toBe('After.');
    }
  });

  test.each([
    ['<details open><summary>a</summary>b</details>\nc', '<summary>a</summary><p>b</p></details><p>c</p>'],
    ['<details>\n\n<div>\na < b\n</details>\nc', '<details><p><div>\na < b</p></details><p>c</p>'],
    ['<details>\n\n$$\na\n</details>\nc', '<details><p>$$\na</p></details><p>c</p>'],
    [
      '<details>\n\n<details>\n\na\n\n</details>\n\nb\n\n</details>\nc',
      '<details><details><p>a</p></details><p>b</p></details><p>c</p>',
    ],
    [
      '<details>\n\n- <details>\n\n  a\n  </details>\n- b\n\n</details>\nc',
      '<li><details><p>a</p></details></li><li>b</li></ul></details><p>c</p>',
    ],
    ['<details>\n\n```\n</details>\n```\n</details>\nc', '</details>\n</code></pre></details><p>c</p>'],
    [
      '<details class="a" markdown="1">\n<summary id="b">\n  *c* d\n  e\n</summary>\n\n- f\n</details>\ng',
      '<details><summary><em>c</em> d\ne</summary><ul><li>f</li></ul></details><p>g</p>',
    ],
    ['> <details>\n> <summary>a\n> b</summary>\n> c\n> </details>\n\nd', '<summary>a\nb</summary><p>c</p>'],
    ['<details>\n<summary>a\n\nb\n</details>\nc', '<summary>a</summary><p>b</p></details><p>c</p>'],
    ['<details>\n<summary>\na\n</summary> b\nc\n</details>', '<summary>a\n</summary> b</summary><p>c</p>'],
    ['<details>\n<summary>a</summary>\n</details>\nb', '<summary>a</summary></details><p>b</p>'],
  ])('%j ends at its end tag, however it is split', (source, end) => {
    for (const pieces of [[source], [...source], source.match(/[^]{1,7}/g)!]) {
      const { innerHTML } = arrive(pieces, { math: () => {} });
      expect(
        innerHTML
          .replaceAll(/ [a-z]+="[^"]*"|<\/?(?:div|span)>/g, '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>'),
      ).toContain(end);
    }
  });

  test('decodes all character references of HTML 5', () => {
    expect(arrive(['&alpha; &CounterClockwiseContourIntegral; &nbsp;x &bogus; &notit;']).textContent).toBe(
      'α ∳ \u00a0x &bogus; &notit;',
    );
  });

  test('decodes them in a browser with Trusted Types and without `setHTML`', () => {
    const { prototype } = Element;
    const own = Object.getOwnPropertyDescriptor(prototype, 'setHTML');
    Object.defineProperty(prototype, 'setHTML', { value: undefined, configurable: true });
    onTestFinished(() => {
      if (own) Object.defineProperty(prototype, 'setHTML', own);
      else Reflect.deleteProperty(prototype, 'setHTML');
    });
    expect(arrive(['&apos;&check;&ngE;&bogus;']).textContent).toBe("'✓≧̸&bogus;");
  });
});

test('a selection survives when a tight list turns loose', async () => {
  const { root, view } = createView();
  view.append('- one\n- two\n');
  const text = root.querySelector('li')!.firstChild!;
  const selection = getSelection()!;
  selection.setBaseAndExtent(text, 0, text, 2);
  // The browser tells of a selection a task later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  view.append('\n- three\n\n  More.');
  view.end?.();
  expect(root.querySelectorAll('li > p').length).toBe(4);
  expect(String(selection)).toBe('on');
  expect(selection.anchorNode).toBe(root.querySelector('li p')!.firstChild);
});

test.each([
  ['> 1. a\n>\n> 2. b', true],
  ['> > - a\n> > lazy\n> >\n> > - b', true],
  ['> - a\n>   ```\n>   b\n>   ```\n>\n> - c', true],
  ['- > a\n  >\n  > b\n- c', false],
  ['> - a\n> - b\n>\n> c', false],
  ['- <details>\n  a\n      </details>\n- b', false],
])('the list in %j is loose: %s', (source, isLoose) => {
  for (const pieces of [[source], [...source]])
    expect(arrive(pieces).querySelector('li > p') !== null).toBe(isLoose);
});
