import { afterEach, describe, expect, test } from 'vitest';
import type { MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { arrive, htmlOf, letterByLetter, readAnswer } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

const html = (source: string, options?: MarkdownOptions): string => readAnswer(source, htmlOf, options);

/** Bugs that users of other chat renderers have reported. */
describe('bugs of other renderers: basics', () => {
  test('an ordered list that starts late, or is broken by code, keeps its numbers', () => {
    const root = arrive(['3. three\n4. four\n\n```\ncode\n```\n\n5. five\n']);
    expect([...root.querySelectorAll('ol')].map(({ start }) => start)).toEqual([3, 5]);
  });

  test('a fence within a longer fence is code', () => {
    expect(html('````md\n```js\nx\n```\n````\n')).toBe(
      '<pre><code class="language-md">```js\nx\n```\n</code></pre>',
    );
  });

  // https://github.com/openai/chatkit-js/issues/88, https://github.com/danny-avila/LibreChat/issues/3508
  test('a code block of markdown does not end with the code in it', () => {
    const readme = '# T\n\n```jsx\nx\n```\n\n- a\n  ```sh\n  y\n  ```\n\n';
    for (const language of ['markdown', 'md', ' MDX title=a'])
      expect(arrive([...`\`\`\`${language}\n${readme}\`\`\`\n\nAfter`]).textContent).toBe(`${readme}After`);
    expect(arrive([...`\`\`\`\`md\n\`\`\`js\n\`\`\`\`\n\nAfter`]).textContent).toBe('```js\nAfter');
    // As in CommonMark.
    expect(arrive([...`\`\`\`js\n\`\`\`md\n\`\`\`\n\nAfter`]).textContent).toBe('```md\nAfter');
  });

  test('a fence that is never closed is code to the end', () => {
    expect(html('```\na\n\n# b')).toBe('<pre><code>a\n\n# b\n</code></pre>');
  });

  test('a pipe in the code of a table’s cell, escaped, stays in its cell', () => {
    const root = arrive(['| a | b |\n|---|---|\n| `x \\| y` | z |\n']);
    expect([...root.querySelectorAll('td')].map(({ textContent }) => textContent)).toEqual(['x | y', 'z']);
  });

  test('bold text with a colon, code or a link at its edge is bold', () => {
    expect(html('**Note:** a, **`code`** and **[b](https://c.example)**.')).toBe(
      '<p><strong>Note:</strong> a, <strong><code>code</code></strong> and <strong><a href="https://c.example/">b</a></strong>.</p>',
    );
  });

  test('an unmatched asterisk does not affect later blocks', () => {
    expect(html('5 * 3 and *not closed\n\nNext *one*.')).toBe(
      '<p>5 * 3 and *not closed</p><p>Next <em>one</em>.</p>',
    );
  });

  test('names with underscores are not emphasis', () => {
    expect(html('Set MAX_RETRY_COUNT, _private or snake_case_name.')).toBe(
      '<p>Set MAX_RETRY_COUNT, _private or snake_case_name.</p>',
    );
    expect(html('foo_bar_baz')).toBe('<p>foo_bar_baz</p>');
    // As on GitHub.
    expect(html('__init__.py')).toBe('<p><strong>init</strong>.py</p>');
  });

  test('a bare URL ends before the closing parenthesis and the full stop', () => {
    expect(html('(see https://a.example/b_(c)). Or https://a.example/d?e=f&g.')).toBe(
      '<p>(see <a href="https://a.example/b_(c)">https://a.example/b_(c)</a>). Or <a href="https://a.example/d?e=f&amp;g">https://a.example/d?e=f&amp;g</a>.</p>',
    );
  });

  test('prices are not formulas, with formulas switched on', () => {
    const seen: string[] = [];
    const math = (_: HTMLElement, source: string): void => void seen.push(source);
    arrive(['From $20 to $30, US$5, $1,000.50 and $x$; a `$y$`.\n\n| $1 | $2 |\n|---|---|\n| $3 | $4 |\n'], {
      math,
    });
    expect(seen).toEqual(['x']);
  });

  test('text between unknown tags is shown, not dropped', () => {
    expect(arrive(['<think>\nIt is so.\n</think>\n\nYes.']).textContent).toContain('It is so.');
    expect(arrive(['Use a List<String> and <T>.']).textContent).toBe('Use a List<String> and <T>.');
  });

  test('a heading needs no blank line before or after it', () => {
    expect(html('Text\n# One\nMore')).toBe('<p>Text</p><h1>One</h1><p>More</p>');
  });

  test('an arriving dash under a line does not turn it into a heading', () => {
    letterByLetter('Shopping:\n- milk\n- eggs\n', (root) => expect(root.querySelector('h1, h2')).toBe(null));
  });

  test('a checkbox in an ordered list, and one with an upper case X, is a checkbox', () => {
    const root = arrive(['1. [X] a\n2. [ ] b\n']);
    expect([...root.querySelectorAll('input')].map(({ checked }) => checked)).toEqual([true, false]);
  });

  test('CRLF line endings and a byte order mark within the text are harmless', () => {
    expect(html('# a\r\n\r\n- b\r\n- c\r\n')).toBe('<h1>a</h1><ul><li>b</li><li>c</li></ul>');
  });

  // https://github.com/vercel/streamdown/issues/67, https://github.com/coder/xum/pull/909
  test('delimiters in code do not close delimiters after it', () => {
    expect(html('```\n\n```\n\n```sql\nSELECT * WHERE $__timeFilter(x) _a*\n```\n')).toBe(
      '<pre><code>\n</code></pre><pre><code class="language-sql">SELECT * WHERE $__timeFilter(x) _a*\n</code></pre>',
    );
  });

  // https://github.com/vercel/streamdown/issues/90, https://github.com/vercel/streamdown/issues/97
  test('delimiters without content are text', () => {
    expect(html('** __\n')).toBe('<p>** __</p>');
    expect(html('- __\n- **\n')).toBe('<ul><li>__</li><li>**</li></ul>');
  });

  // https://github.com/vercel/streamdown/issues/68
  test('the text of an item stays beside its marker when the next one arrives', () => {
    letterByLetter('1. A long item.\n2. Another one.\n\nText.\n', (root) => {
      expect(root.querySelector('li > p')).toBe(null);
    });
  });

  // https://github.com/huggingface/chat-ui/pull/2311
  test('ranges are not struck out, and a tag that is arriving does not flash', () => {
    letterByLetter('20~25°C and 30~35°C', (root) => expect(root.querySelector('del')).toBe(null));
    letterByLetter('text <kbd>a</kbd>', (root) => expect(root.textContent).not.toContain('<'));
  });

  const formulasIn = (source: string): string[] => {
    const seen: string[] = [];
    arrive([...source], { math: (_, formula) => void seen.push(formula) });
    return seen;
  };

  test.each([
    // https://github.com/Infinitix-LLC/gpt_markdown/issues/52
    ['$123 - $234', []],
    // https://github.com/unslothai/unsloth/issues/5164
    ['**$30^\\circ$** is warm', ['30^\\circ']],
    // https://github.com/ggml-org/llama.cpp/issues/21795
    ['pay $\\$0.60$ now', ['\\$0.60']],
    // https://github.com/open-webui/open-webui/issues/12036
    ['\\(\\xi = (\\xi_1, \\dots)\\)xx', ['\\xi = (\\xi_1, \\dots)']],
    // https://github.com/open-webui/open-webui/issues/2629
    ['read:\n\\( p^* \\)\n\\[\np^*\n\\]\n', [' p^* ', 'p^*']],
  ])('the formulas in %j are found', (source, formulas) => {
    expect(formulasIn(source)).toEqual(formulas);
  });

  // https://github.com/open-webui/open-webui/issues/23526
  test('a stray $$ leaves the rest of the answer as it is', () => {
    const root = arrive(['It costs $$ and more.\n\n**Next** and $x$.'], { math: () => {} });
    expect(root.querySelector('strong')!.textContent).toBe('Next');
    expect(root.textContent).toContain('It costs $$ and more.');
  });
});

describe('bugs of other renderers: text while it arrives', () => {
  const frames = (source: string, options?: MarkdownOptions): string[] => {
    const seen: string[] = [];
    letterByLetter(source, (root) => seen.push(root.innerHTML), options);
    return seen;
  };

  test('an arriving delimiter is not shown while it is ambiguous', () => {
    for (const [source, mark] of [
      ['my name is **Bob**.', '*'],
      ['- item\n  - inner', '-'],
      ['- item\n- **bold** text', '*'],
    ] as const)
      for (const frame of frames(source)) expect(frame.replaceAll(/<[^>]*>/g, '')).not.toContain(mark);
  });

  test('an asterisk between numbers or names is shown, and italicises nothing while text arrives', () => {
    for (const source of [
      'It is 234234*123, I say.',
      'So 2*3 is 6, and more.',
      '2**10 is 1024.',
      'f(a)*b or c',
    ])
      for (const frame of frames(source)) expect(frame).not.toMatch(/<(?:em|strong)/);
    expect(html('un*believ*able and 注意**重要**的')).toBe(
      '<p>un<em>believ</em>able and 注意<strong>重要</strong>的</p>',
    );
    expect(frames('注意**重要').at(-2)).toContain('<strong>重要</strong>');
  });

  test('amounts are not formulas', () => {
    const seen: string[] = [];
    const math = (_: HTMLElement, source: string): void => void seen.push(source);
    for (const source of [
      'from $2bn to at least $4bn per operation',
      '月成本 **$148+ → $19**（省 **87%**，年省 ~$1,550）；后续释放老 EIP 可再降到 $15.4/月',
      'the $2k cohort and the $25-50k tier, $7 front end, $10k whales, $50k+, $5-10k',
      'A receita saiu de US$ 680 mi para US$ 720 mi. Revenue: $50M to $72M.',
      '~$0.79/m³ … $300/t',
      'between $5/month and $10/month, or $100-$200',
      'I have $5, you have $6.',
    ]) {
      const { textContent } = arrive([...source], { math });
      expect(textContent).toBe(source.replaceAll('**', ''));
    }
    expect(seen).toEqual([]);
  });

  test('text after a blank line within an item is a paragraph of the item', () => {
    expect(html('- Item 1\n\n  Some paragraph\n- Item 2\n')).toBe(
      '<ul><li><p>Item 1</p><p>Some paragraph</p></li><li><p>Item 2</p></li></ul>',
    );
  });

  test('parses line breaks, code in bold text, code in lists and breaks in cells', () => {
    expect(html('First line.\nother things\n')).toBe('<p>First line.\nother things</p>');
    expect(html('3.  **估计 (`longTermDeviation()`)**\n')).toBe(
      '<ol start="3"><li><strong>估计 (<code>longTermDeviation()</code>)</strong></li></ol>',
    );
    expect(html('*   **融合机制**: `longTermDeviation()` 方法会根据 `shingleSize` 的类型。\n')).toContain(
      '<code>longTermDeviation()</code> 方法会根据 <code>shingleSize</code>',
    );
    const inList = arrive(['- ```html\n  <d'], {}, false);
    expect(inList.querySelector('li pre code')!.textContent).toBe('<d');
    expect(html('| a |\n|---|\n| • b<br>• c |\n')).toContain('<td>• b<br>• c</td>');
  });

  test('a footnote may have several references, and definitions may be in another order', () => {
    const root = arrive([
      'A[^m], b[^m], and c[^r].\n\n[^r]: of r\n[^m]: of m\n\n| C1 | C2 |\n|---|---|\n| k | v |\n',
    ]);
    expect([...root.querySelectorAll('sup')].map(({ textContent }) => textContent)).toEqual(['1', '1', '2']);
    expect([...root.querySelectorAll('section li')].map(({ textContent }) => textContent)).toEqual([
      'of m ↩',
      'of r ↩',
    ]);
    // Chrome lays out n items with a value in a time of n².
    expect(root.querySelector('section li[value]')).toBe(null);
    expect(root.querySelectorAll('td').length).toBe(2);
  });
});

describe('bugs of other renderers: later reports', () => {
  const mark = (formula: HTMLElement): void => formula.replaceChildren(`<${formula.textContent}>`);
  const text = (source: string, options?: MarkdownOptions): string =>
    readAnswer(source, ({ textContent }) => textContent, options);

  test.each([
    // https://github.com/Prism-Shadow/penguin-harness/pull/437
    ['中文https://penguin.example英文', 'https://penguin.example/'],
    // https://github.com/abcwyc/pi-agent-desktop/pull/51
    ['https://a.example/docs了解更多', 'https://a.example/docs'],
    ['https://a.example에서 보기', 'https://a.example/'],
    ['https://a.example/x1です', 'https://a.example/x1'],
    // https://github.com/SkillfulAgents/SuperAgent/pull/1135
    ['推送：**https://a.example/kit**（public，MIT）。', 'https://a.example/kit'],
    // https://github.com/vm0-ai/vm0/pull/28046
    ['**https://a.example/pull/28031**。做 PR-2', 'https://a.example/pull/28031'],
    // https://github.com/openchamber/openchamber/issues/3039
    ['https://a.example/docs（中文说明）了解更多', 'https://a.example/docs'],
    ['https://a.example/wiki/中国。', 'https://a.example/wiki/%E4%B8%AD%E5%9B%BD'],
    ['https://例子.example/路径 好', 'https://xn--fsqu00a.example/%E8%B7%AF%E5%BE%84'],
  ])('an address in %j ends where its sentence goes on', (source, href) => {
    const root = arrive([...source]);
    expect([...root.querySelectorAll('a')].map((link) => link.href)).toEqual([href]);
    expect(root.textContent).toBe(source.replaceAll('**', ''));
  });

  // https://github.com/ZenNotes/zennotes/issues/319
  test('a pipe in code or in a formula does not split its cell, or the head of a table', () => {
    const cells = (source: string): (string | null)[] =>
      [...arrive([...source], { math: mark }).querySelectorAll('th, td')].map(
        ({ textContent }) => textContent,
      );
    expect(cells('| A | B |\n|---|---|\n| $P(A|B)$ | \\(|x|\\) |\n| $5 | $10 |\n')).toEqual([
      'A',
      'B',
      '<P(A|B)>',
      '<|x|>',
      '$5',
      '$10',
    ]);
    expect(cells('| $|x|$ | `a|b` |\n|---|---|\n')).toEqual(['<|x|>', 'a|b']);
  });

  // https://github.com/gradio-app/gradio/issues/6421, https://github.com/danny-avila/LibreChat/issues/7894
  test.each([
    ['The sum of $3000 and $3000 is 6000. Example equation is $e=mc^2$ .', '$e=mc^2$'],
    ['(R$ 12,29/metro), **Polo** (R$ 15,83/metro) e **M** (R$ 18,60/metro).', ''],
    // https://github.com/lobehub/lobehub/issues/8553
    ['pay **$1.50** for kale, her **MR**. She makes $1.50.', ''],
    ['$$ Sushi Bar\n$$$ Nobu\n', ''],
  ])('in %j only formulas are formulas', (source, formula) => {
    const expected = source.replaceAll('**', '').trimEnd();
    expect(text(source, { math: mark })).toBe(
      formula ? expected.replace(formula, `<${formula.slice(1, -1)}>`) : expected,
    );
  });

  test('an unclosed formula does not swallow the rest of the answer', () => {
    for (const [source, rest] of [
      ['$$ a\n\n**b** c\n\n- d\n', 'strong, li'],
      ['$$\na\n## Head\n\n**b**\n', 'h2, strong'],
      ['\\[\n**b** c\n\n- d\n', 'strong, li'],
      ['$$\n```js\nx\n```\n\n- d\n', 'pre, li'],
    ] as const) {
      const root = arrive([...source], { math: mark });
      expect([source, root.querySelectorAll(rest).length]).toEqual([source, 2]);
      expect(root.textContent).not.toContain('<');
    }
  });

  test('a formula ends at its closing delimiter, even if text follows in the line', () => {
    for (const [source, shown] of [
      ['\\[\na\n\\], where $b$ is *c*.\n\nd', '<a>, where <b> is c.d'],
      ['> $$\n> a\n> $$.\n\nb', '<a>.b'],
      ['$$\n\na\n\n$$\nb', '<a>b'],
    ] as const)
      expect(text(source, { math: mark })).toBe(shown);
  });

  test('a formula shows its source while it arrives', () => {
    expect(arrive([...'$$\na = b\n+ c'], { math: mark }, false).textContent.trim()).toBe('a = b\n+ c');
    for (const end of ['$', '$$']) {
      const { textContent } = arrive([...`$$\na\n${end}`], { math: mark }, false);
      expect(textContent.trim()).toBe('a');
    }
  });

  // https://github.com/SillyTavern/SillyTavern/issues/4120
  test('details end after a list in a quote, without a blank line', () => {
    const root = arrive([
      '<details>\n<summary>S</summary>\n\n> **E**\n>\n> - [a]\n>   - [b]\n</details>\nafter',
    ]);
    expect(root.querySelectorAll('details > blockquote li').length).toBe(2);
    expect(root.querySelector('details + p')!.textContent).toBe('after');
  });

  // https://github.com/RickStrahl/MarkdownMonster/issues/1236
  test('a table may directly follow the text of an item', () => {
    const root = arrive([
      '* One\n    | A | B |\n    |---|---|\n    | c | d |\n* Two\n  three\n  | A |\n  |---|\n',
    ]);
    expect(root.querySelectorAll('li > table').length).toBe(2);
    expect(root.querySelectorAll('li')[1]!.textContent).toBe('Two\nthreeA');
  });

  test.each([
    // https://github.com/danny-avila/LibreChat/issues/6694
    ['| Code |\n|---|\n| LON:DGE |\n', 'CodeLON:DGE'],
    // https://github.com/Simon-He95/markstream-vue/issues/199
    ['- HR_负责人\n- 部件_IT项目_报价申请\n', 'HR_负责人部件_IT项目_报价申请'],
    // https://github.com/thetarnav/streaming-markdown/pull/29
    ['[read_md.md](https://a.example/b_c)', 'read_md.md'],
    // https://github.com/quantizor/markdown-to-jsx/issues/188
    ['*See [a](https://a.example/b_c.pdf), and [d](https://d.example).*', 'See a, and d.'],
    // https://github.com/ueberdosis/tiptap/pull/7864, https://github.com/Niek/chatgpt-web/issues/354
    [
      '<enter existing CID here if available> \\<foo\\> x..<y',
      '<enter existing CID here if available> <foo> x..<y',
    ],
    // https://github.com/exercism/exercism/issues/4247
    ['IEnumerable<string> f = new List<int> { 3 };', 'IEnumerable<string> f = new List<int> { 3 };'],
    // https://github.com/github/task_list/issues/51
    ['- [ ] [Try] one\n- [x] [What](https://a.example)?\n', ' [Try] one What?'],
    // https://github.com/jinghaihan/vue-stream-markdown/issues/61
    ['a_b and a\\_b_', 'a_b and a_b_'],
    // https://github.com/thetarnav/streaming-markdown/issues/18
    ['**A:**\n- b\n\n**C:**\n```cpp\nd\n```\n', 'A:bC:d\n'],
    ['So[^1]: a[^2](https://a.example).\n\n[^1]: b\n', 'So1: a^2.b ↩'],
  ])('%j is read as it is meant', (source, shown) => {
    expect(text(source)).toBe(shown);
  });

  // https://github.com/commonmark/commonmark-spec/issues/650, https://github.com/NousResearch/hermes-agent/issues/92814
  test.each(
    '**“공개 문서는 점검한다”**는|**이 [링크](https://a.example)**만을|**한국어 구문(괄호 포함)**을|**日本語の文章（括弧付き）。**この|**C#**や|税込**¥10,000**で|正解は**④**です|.NET**（不可）**では|**真“**她|**真…**她|**真·**她|**真～**她|**真—**她|真**（她**|葛󠄀**（かつら）**です|**葛󠄀**"x"|**さようなら︙**と|太郎は**「Hello」**と|先頭の**`コード`も注意。**|Git**（注：不是GitHub）**是|**⻲田太郎**と|・**㋐**:選択肢|a**〜**b'.split(
      '|',
    ),
  )('%s is bold', (source) => {
    const root = arrive([...source]);
    expect(root.querySelectorAll('strong').length).toBe(1);
    expect(root.textContent).not.toContain('*');
  });

  // https://github.com/Mintplex-Labs/anything-llm/issues/5588
  test('no line is shown as a heading for a moment', () => {
    letterByLetter('연수 일정\n- 항목\n\nText\n--- a\n=b\n', (root) =>
      expect(root.querySelector('h1, h2')).toBe(null),
    );
  });

  test('property names of Object.prototype are ordinary labels', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const root = arrive([
      names.map((name) => `[${name}][] \`&${name};\` &${name}; <${name}> [^${name}]\n\n`).join(''),
      names.map((name) => `\`\`\`${name}\nx\n\`\`\`\n\n`).join(''),
      names.map((name) => `[${name}]: https://a.example/${name}\n\n[^${name}]: of ${name}\n\n`).join(''),
    ]);
    expect([...root.querySelectorAll('p > a[href^=https]')].map((link) => link.getAttribute('href'))).toEqual(
      names.map((name) => `https://a.example/${name}`),
    );
    expect(root.querySelectorAll('sup').length).toBe(names.length);
    expect([...root.querySelectorAll('pre code')].map(({ className }) => className)).toEqual(
      names.map((name) => `language-${name}`),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  // https://github.com/vmg/redcarpet/issues/558, https://github.com/vmg/redcarpet/issues/402
  test.each([
    ['x_b_and_c@bar.example', ['x_b_and_c@bar.example']],
    ['*first_last@a.example*, a__b.c_d@e-f.example.', ['first_last@a.example', 'a__b.c_d@e-f.example']],
    ['_x_ y_@a.example \\_b@a.example', ['b@a.example']],
    // https://github.com/github/cmark-gfm/issues/57
    ['via @a.b.domain@. n@. x_y@z.example- a@b_', []],
  ])('the email addresses in %j are linked whole, or not at all', (source, addresses) => {
    const root = arrive([...source]);
    expect([...root.querySelectorAll('a')].map(({ href }) => href)).toEqual(
      addresses.map((address) => `mailto:${address}`),
    );
  });

  // https://github.com/goessner/markdown-it-texmath/issues/49, https://github.com/I7T5/Edmund/pull/328
  test.each([
    ['So, with $y$, it is: $$\nx = 1\n$$\nand more\n\n$$\ny\n$$\n', ['y', 'x = 1', 'y']],
    ['- so $$\n  a\n  $$\n- b\n\n$$\nc\n$$', ['a', 'c']],
    ['so $$x$$\n$$\ny\n$$\nend', ['x', 'y']],
    ['Sushi: $$\n- good\n\n$$\nx\n$$\n', ['x']],
  ])('a formula that begins at the end of a line ends with its own mark: %j', (source, formulas) => {
    for (const pieces of [[source], [...source]]) {
      const seen: string[] = [];
      arrive(pieces, { math: (_, formula) => void seen.push(formula.trim()) });
      expect(seen).toEqual(formulas);
    }
  });
});
