import { afterEach, describe, expect, test, vi } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { createRandom } from '../random.ts';
import { arrive, letterByLetter } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

/** The text that is shown, without white space, which changes with blocks and lines. */
const shownIn = (root: Element): string => (root.textContent ?? '').replaceAll(/\s+/g, '');

/** Whether another text contains the letters of `part`, in the same order. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (let letter = 0; letter < whole.length; letter++) if (whole[letter] === part[at]) at++;
  return at >= part.length;
}

/** The moments at which text that was shown disappears. */
function takenAway(source: string, options: MarkdownOptions = {}): string[] {
  const taken: string[] = [];
  let before = '';
  letterByLetter(
    source,
    (root, soFar) => {
      const shown = shownIn(root);
      if (!isWithin(before, shown))
        taken.push(`${JSON.stringify(soFar.slice(-20))}: ${before.slice(-20)} → ${shown.slice(-20)}`);
      before = shown;
    },
    options,
  );
  return taken;
}

describe('text that is shown does not disappear', () => {
  test.each([
    [
      'emphasis',
      'It is *mild*, **very** mild, ***quite*** so, and ~~not~~ cold. **Bold *and italic* text.**',
    ],
    ['code', 'Use `let a` and ``a `b` c``, then `x`.'],
    ['links', 'See [the docs](https://example.com/a_b) and [the *other*](<https://example.com> "title").'],
    ['images', 'See ![a sky](https://example.com/sky.png) and ![one](x.png "title").'],
    ['addresses', 'See <https://example.com/a> and <me@example.com>.'],
    ['character references', 'Tom &amp; Jerry &mdash; 5 &lt; 6 &#8364; &hearts;'],
    ['a heading', '# One\n\n## Two ##\n\nThree\n===\n\nFour\n---\n\nText.'],
    ['lists', '- one\n- two\n  - three\n    1. four\n- five\n\n1. one\n2. two\n10. ten\n\n* **a**\n* *b*\n'],
    ['tasks', '- [ ] to do\n- [x] done\n- [X] **done**\n'],
    ['a quote', '> One\n> two\n>\n> - three\n> > four\n\nfive'],
    ['a table', '| a | b |\n|---|:-:|\n| **c** | `d` |\n| [e](f) | g |\n\nAfter.'],
    ['a table after text', 'As follows:\n| a | b |\n|---|---|\n| c | d |\n'],
    ['a table without pipes on its sides', 'a | b\n--- | ---\nc | d\n'],
    ['a table in a list', '- One:\n\n  | a | b |\n  |---|---|\n  | c | d |\n- two\n'],
    ['fences', 'Text:\n```js\nlet a = `b`;\n```\n\n~~~~ts title="x"\n~~~\n~~~~\n\nAfter.'],
    ['code in a list', '1. Run:\n\n   ```sh\n   a *b* c\n   ```\n\n2. Then\n   ```\n   | d |\n   ```\n'],
    ['code in a quote', '> ```js\n> a **b** [c]\n> ```\n> text\n'],
    ['rules', 'One\n\n---\n\nTwo\n\n***\n\n* * *\n\nThree'],
    ['harmless HTML', 'Press <kbd>Ctrl</kbd>, H<sub>2</sub>O<br>and <b>bold</b>.'],
    ['details', '<details>\n<summary>Why</summary>\n\nBecause.\n\n</details>\n\nAfter.'],
    ['footnotes', 'So.[^1]\n\n[^1]: A note.\n'],
    ['escapes', 'A \\*star\\*, 2 \\* 3, C:\\dir, a\\\nb'],
    ['what looks like markdown', '3 * 4 is 12, snake_case_name, a < b, [x], 5 & 6, ~5 minutes, 1. and #1.'],
    [
      'fences in a list in a quote',
      '> - a\n>   ~~~js\n>   let *b*;\n>   ~~~\n>   ```\n>   c\n>   ```\n> - d\n',
    ],
    ['indented code', 'Text:\n\n    let *a*;\n\n    b\n\nAfter.\n\n- c\n\n      d *e*\n'],
    ['headings in a quote and a list', '> # One\n> Two\n> ---\n> text\n\n- # Three\n- Four\n  ===\n'],
    ['blocks of HTML', '<div>\n*a*\n</div>\n\n<!-- no -->\n\nText.\n\n<p align="center">b</p>\n'],
    ['emphasis over lines', 'It *is\nvery* mild, **and\nso on\nto the** end, ~~not\nso~~.\n'],
    ['escaped pipes', '| a \\| b | c |\n|---|---|\n| `d \\| e` | f \\| g |\n'],
    ['a table in a quote in a list', '- a\n\n  > | b | c |\n  > |---|---|\n  > | d | e |\n'],
    ['details in a list', '- a\n\n  <details>\n  <summary>b</summary>\n\n  - c\n\n  </details>\n- d\n'],
    ['bullets that the model wrote', 'So:\n• a\n• *b*\n  ◦ c\n• d\n\n• • •\n\n1. e\n   · f\n'],
    ['nested tasks', '- [ ] a\n  - [x] b\n    - [ ] **c**\n1. [x] d\n'],
    [
      'links with titles, brackets and breaks',
      '[a [b] c](https://d.example "e (f)") [g\nh](i (j)) [k](<l m>) [*n*][o]!\n\n[o]: /p\n'.replace(
        ' [*n*][o]',
        '',
      ),
    ],
    [
      'autolinks',
      'See https://a.example/b_c_d?e=f&g=h. Or www.i.example/j, k@l.example, <m@n.example>, (https://o.example).',
    ],
    [
      'Chinese',
      '注意：**这是“重点”**，请看[文档](https://a.example)。`代码`和~~删除~~。\n\n1. 一\n2. **二**：三\n',
    ],
    ['Arabic', 'هذا **نص** و`code` و[رابط](https://a.example).\n\n- *واحد*\n- اثنان\n'],
    ['footnotes of several blocks', 'A[^1] and B[^b].\n\n[^1]: One\n\n    - two\n\n[^b]: Three *four*\n'],
    ['long code spans and nested marks', '***a** b* and **c *d*** and *e **f*** and ``g`h`` and `` ` ``.'],
    [
      'links with brackets in their addresses',
      'See [docs](https://a.example/docs_(x)_((y))) and [b](<c d> "e \\" (f)").\n\n| [g](h_(i)) | j |\n|---|---|\n| [k](l_(m)) | n |\n',
    ],
    ['marks that touch', '*a*_b_**c**`d`**e**[f](https://g.example)~~h~~**i**<b>j</b>**k**'],
    [
      'mixed marks at the beginning',
      '*_a_* b\n\n_*c*_\n\n**_d_**\n\n- _e_\n- *_f_*\n- - g\n+ *h*\n\n* * *\n\n***i***\n',
    ],
    ['emojis', '🎉 **Yes!** 🎊\n\n- ✅ Done\n- ⚠️ *No*: 👨‍👩‍👧‍👦 🇩🇪\n\n1️⃣ First\n'],
    [
      'leads of items',
      '- **Name:** a\n- **`code`** — b\n- **[c](https://d.example)**: e\n\n1. **First.** f\n2. ***Second***: *g*\n   - **h:** i\n',
    ],
    ['a table with too many cells', '| a | b |\n|---|---|\n| c | d | e |\n| f |\n| `g` | h | i \\| j |\n'],
    ['prose in brackets', 'He [the man] came (or so) [and went] away.'],
  ])('in %s', (_, source) => {
    expect(takenAway(source)).toEqual([]);
  });

  test('in formulas with unambiguous delimiters', () => {
    for (const source of [
      'So \\(a*b*c\\) and \\[d_1\\]. **\\(e\\)** costs 5$, [f \\(g\\)](https://h.example).',
      'So $$y = x^2$$ and $$z$$.',
      '\\[ a_1 \\]\n\n$$ b $$\n\n\\[\nc\n\\]\n\n$$\nd\n$$\n',
      '| a | b |\n|---|---|\n| \\(c_1*d_1*e\\) | $$f$$ |\n',
    ])
      expect(takenAway(source, { math: () => {} })).toEqual([]);
  });

  test('in formulas, which are passed to the hook', () => {
    const source = 'It is $a*b*c$ and \\(x_1 + x_2\\), so\n\n$$\nE = mc^2\n$$\n\n\\[\na_b\n\\]\n\nAfter.';
    const seen: unknown[] = [];
    letterByLetter(source, () => {}, { math: (_, formula, isBlock) => void seen.push([formula, isBlock]) });
    expect(seen).toEqual([
      ['a*b*c', false],
      ['x_1 + x_2', false],
      ['E = mc^2', true],
      ['a_b', true],
    ]);
  });
});

describe('only the text that docs/guide/markdown.md names disappears', () => {
  const math = (): void => {};
  test.each<[string, string, readonly string[], MarkdownOptions?]>([
    [
      'brackets alone, by a definition that follows',
      'See [docs], [the *manual*].\n\n[docs]: https://example.com "title"\n[the *manual*]: /m\n\nAfter.',
      ['e[docs],[themanual]. → Seedocs,[themanual].', 'Seedocs,[themanual]. → Seedocs,themanual.'],
    ],
    ['asterisks within a word', 'So 2*3*4, a**b**c', ['So2*3 → So234', 'So234,a**b → So234,abc']],
    ['four marks', 'A ****mark**** here.', ['A****mark → Amark']],
    ['the dollar of an amount', 'So $2 + 2$ is.', ['So$2+2 → So2+2'], { math }],
    ['the dollar of prose', 'So $one two three$ is.', ['So$onetwothree → Soonetwothree'], { math }],
    ['the dollar behind a word', 'So x$a$ is.', ['Sox$a → Soxa'], { math }],
    ['no dollar before a line break', 'So $5\\\n![a](b) costs $6\\\n*c*.', [], { math }],
  ])('%s', (_, source, changes, options) => {
    expect(takenAway(source, options).map((taken) => taken.slice(taken.indexOf('": ') + 3))).toEqual(changes);
  });

  /** Markdown of the kinds that models write, without the cases named above. */
  const PARTS = [
    'Use **`npm i`**, *then* ~~not~~ run. ',
    'See [https://a.example](https://a.example/b_(c)) or <https://d.example>, www.e.example. ',
    'In [the docs][d], [it][]. ',
    'H<sub>2</sub>O &amp; 5 &lt; 6, 3 * 4, snake_case_name, C:\\dir\\*.txt, \\*no\\*, !\\![a](b). ',
    '中文**加粗：**文字`码`，한국어 **굵게**는 *기울임*을. ',
    'Costs $5, so $x_1*y*z$, \\(a*b*c\\), $\\{1\\}$ and 30$^\\circ$; 因此$x$是. ',
    '\n\n- [ ] **a**: b\n- [x] [c](d)\n  - *e*\n\n    ```js\n    f(`*g*`);\n    ```\n',
    '\n\n1. **One**\n   > - *two*\n   > - `three`\n2. Four\n\n   | **a** | `b` |\n   |---|:-:|\n   | [c](d) | *e* |\n',
    '\n\n| a | b |\n|---|---|\n| **c**<br>d | `e \\| f` |\n| ![g](h) | $i*j*k$ |\n',
    '\n\n## A *b* `c` ##\n\nTwo\n---\n\n> Three **four**\n> five\n\n***\n',
    '\n\n```md\n# *a* [b](c)\n```\n\n~~~\n```\n~~~\n',
    '\n\n<details>\n<summary>A **b**</summary>\n\n- c *d*\n\n</details>\n\n',
    'As said.[^1] And[^b]. ',
    '\n\n[d]: /d "A \\"b\\""\n[it]: <https://a.example>\n\n',
    '\n\n$$\na_1*b*c\n$$\n\n\\[ d*e*f \\]\n\n',
    '👩‍👩‍👧 **🎉 Yes**, e\u0301*e\u0301*, שלום **עולם**, **نص**. ',
  ];

  /** Footnotes come last, because they move to the end. */
  const LAST = '\n\n[^1]: A *note*.\n[^b]: B\n\n    `c`\n\n';

  test.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'no text disappears in generated answer %i',
    (seed) => {
      const random = createRandom(seed);
      const source = Array.from({ length: 8 }, () => random.pick(PARTS)).join('') + LAST;
      expect(takenAway(source, { math: () => {} })).toEqual([]);
    },
  );
});

describe('text does not stand still while its line arrives', () => {
  /** The longest run of letters, and of what follows them, with which nothing new was shown. */
  function longestStandstill(source: string, options?: MarkdownOptions): string {
    let longest = '';
    let run = '';
    let before = 0;
    letterByLetter(
      source,
      (root, soFar) => {
        const { length } = shownIn(root);
        run = length > before ? '' : run + soFar.at(-1)!;
        before = length;
        if (run.length > longest.length) longest = run;
      },
      options,
    );
    return longest;
  }

  const LINES = [
    '<3 you all, and so do all of us',
    '< 1 MB is fine for everything here',
    '<10% of the users do so in a year',
    '<-- this is an arrow to what comes first',
    '<= 5 means at most five things in all',
    'if a<b, then it is smaller than the other',
    'if x <y and z, then so it is for all',
    'a <b and so on, which goes on for long',
    'Map<K, V> and so on, which goes on for long',
    '[^ is how a class of letters begins here',
    '[^a-z] is a class of letters, and [^ is not',
    '<details>\n<summary>What it is, and what it is not</summary>\n</details>',
  ];

  test.each(LINES)('in %j', (line) => {
    // The head of a table waits for the line below it.
    const sources = [line, `- ${line}`, `> 1. ${line}`, `Text\n${line}`, `| a | b |\n|---|---|\n| ${line} |`];
    expect(
      sources
        .map((source) => longestStandstill(source).replace(/^[^]*\n/, ''))
        .filter((run) => run.length > 16),
    ).toEqual([]);
  });

  test('a tag in a line of its own is no block until its line ends', () => {
    for (const source of ['- <span>a</span> b\n', '> <i-con> text\n', '<my-name>: c\n'])
      letterByLetter(source, (root) => expect(root.querySelector('li p, p + p')).toBe(null));
  });

  // A page that takes 3 ms for each look at the clock.
  test.each([30, 300, 3000])(
    'no letter of %i is missing while the model pauses, in a slow page',
    (length) => {
      let now = 0;
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 3));
      const source = 'The **quick** `brown` [fox](https://a.example) *jumps*. '.repeat(60).slice(0, length);
      const once = arrive([source], {}, false).textContent;
      const root = document.createElement('div');
      const view = markdown()(root);
      for (const letter of source) {
        now += 16;
        view.append(letter);
      }
      clock.mockRestore();
      expect(root.textContent).toBe(once);
    },
  );
});

describe('code', () => {
  test('in a list grows with each letter', () => {
    const source = '1. Run this:\n\n   ```js\n   const a = 1; // **no**\n   const b = 2;\n   ```\n';
    const lengths = new Set<number>();
    letterByLetter(
      source,
      (root) => void lengths.add(root.querySelector('li pre')?.textContent?.length ?? 0),
    );
    expect(lengths.size).toBeGreaterThan('const a = 1; // **no**const b = 2;'.length);
  });

  test('is never shown as prose', () => {
    letterByLetter('> - ```\n>   **a** [b](c) `d`\n>   ```\n', (root) => {
      expect(root.querySelector('strong, a, pre code code')).toBe(null);
    });
  });
});

test('an image is not fetched before its address is complete', () => {
  const addresses = new Set<string>();
  letterByLetter(
    'See ![a][pixel] and ![b](https://example.com/b.png).\n\n[pixel]: https://example.com/sky.png\n\nAfter.',
    (root) => {
      for (const { src } of root.querySelectorAll('img')) addresses.add(src);
    },
    { images: ['https://example.com'] },
  );
  expect([...addresses].toSorted()).toEqual(['https://example.com/b.png', 'https://example.com/sky.png']);
});

describe('an image whose definition arrives later', () => {
  const options = { images: [location.origin] };
  const answer =
    'A ![blue *sky*][i] and ![a tree][], or ![no][where].\n\n- ![in a list][I]\n\n| a |\n|---|\n| ![cell][i] |\n\nText.\n\n[i]: /sky.png?flicker "Sky"\n[a tree]: /tree.png?flicker\n\nEnd.';

  test('shows its alt text until then, and its source if no definition arrives', () => {
    const raw: string[] = [];
    const root = letterByLetter(
      answer,
      (shown, soFar) => {
        if (soFar.length < answer.length && /[[\]!]/.test(shown.textContent)) raw.push(soFar.slice(-20));
      },
      options,
    );
    expect(raw).toEqual([]);
    expect(root.textContent).toContain('![no][where]');
    expect([...root.querySelectorAll('img')].map(({ alt }) => alt)).toEqual([
      'blue sky',
      'a tree',
      'in a list',
      'cell',
    ]);
  });

  test('is created once', () => {
    const made: string[] = [];
    const observer = new MutationObserver(() => {});
    const root = letterByLetter(
      `${answer}\n\n[x]: /x\n\nSee [x] and [y].\n\n[y]: /y\n`,
      (shown, soFar) => {
        if (soFar.length === 1) observer.observe(shown, { childList: true, subtree: true });
        for (const record of observer.takeRecords())
          for (const node of record.addedNodes) {
            const images = node instanceof Element ? node.querySelectorAll('img') : [];
            for (const image of node instanceof HTMLImageElement ? [node] : images) made.push(image.alt);
          }
      },
      options,
    );
    expect(made.toSorted()).toEqual(['a tree', 'blue sky', 'cell', 'in a list']);
    expect(root.querySelectorAll('img').length).toBe(4);
  });
});

describe('the selection survives changes', () => {
  /** Selects the first letters of an element after `before` has arrived, and returns the selected text at the end. */
  function selectedAtEnd(before: string, after: string, selector: string): string {
    let selected = '';
    letterByLetter(before + after, (root, soFar) => {
      if (soFar === before) {
        const text = document
          .createTreeWalker(root.querySelector(selector)!, NodeFilter.SHOW_TEXT)
          .nextNode()!;
        getSelection()!.setBaseAndExtent(text, 0, text, 3);
      }
      selected = String(getSelection());
    });
    return selected;
  }

  test.each([
    [
      'a cell, while its row arrives',
      '| a | b |\n|---|---|\n| cell | ',
      'other [x](y) |\n| c |\n',
      'td',
      'cel',
    ],
    ['a cell that grows', '| a | b |\n|---|---|\n| *xyz* cell', 's and **more** | b |\n', 'td em', 'xyz'],
    ['text before brackets', 'See the [WIP', '] and [1] of a[0][1].\n', 'p', 'See'],
    ['text before an address', 'See the https:/', '/a.example/b?c=d#e.\n', 'p', 'See'],
    ['an address that grows', 'https://a.example', '/b?c=d#e and so on.\n', 'a', 'htt'],
    ['raw HTML', '<think>\nSo **it', '** is.\n</think>\n\nYes.\n', 'p', '<th'],
    ['text that is hidden at its end', 'One two  ', '\nthree `four` | five\n', 'p', 'One'],
  ])('in %s', (_, before, after, selector, selected) => {
    expect(selectedAtEnd(before, after, selector)).toBe(selected);
  });
});
