import { afterEach, describe, expect, test } from 'vitest';
import { createView, letterByLetter, readAnswer } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

/** The text of an answer, with its links as `{text|address}`. */
const linksIn = (source: string): string =>
  readAnswer(source, (root) => {
    expect(root.querySelector('a a')).toBe(null);
    for (const link of root.querySelectorAll('a')) link.replaceWith(`{${link.textContent}|${link.href}}`);
    return root.textContent;
  });

test.each([
  'Use std::vector<std::string> or std::map<std::string, int>.',
  'An <xsl:template> in <soap:Envelope>, <BDS:memory_write> and <javascript:alert(1)>',
])('what has the form of an address keeps its brackets where no link is allowed: %s', (source) => {
  expect(linksIn(source)).toBe(source);
  expect(linksIn(`| a |\n|---|\n| **${source}** |\n`)).toBe(`a${source}`);
});

describe('an address in brackets', () => {
  test.each([
    ['[https://a.example](https://b.example)', '{https://a.example|https://b.example/}'],
    [
      '[https://a.example/x_(y)](https://b.example/y "t") c',
      '{https://a.example/x_(y)|https://b.example/y} c',
    ],
    ['[see https://a.example/x?y](https://b.example)', '{see https://a.example/x?y|https://b.example/}'],
    ['**[www.a.example](https://b.example)**', '{www.a.example|https://b.example/}'],
    ['[**https://a.example**](https://b.example)', '{https://a.example|https://b.example/}'],
    ['[me@a.example](mailto:me@a.example)', '{me@a.example|mailto:me@a.example}'],
    ['[<https://a.example>](https://b.example)', '{https://a.example|https://b.example/}'],
    ['[https://a.example][b]\n\n[b]: https://b.example', '{https://a.example|https://b.example/}'],
    ['- [https://a.example](https://a.example)\n', '{https://a.example|https://a.example/}'],
    ['| a |\n|---|\n| [https://a.example](https://b.example) |\n', 'a{https://a.example|https://b.example/}'],
    ['[![x](y) https://a.example](https://b.example)', '{x https://a.example|https://b.example/}'],
  ])('is the text of the link, not a link of its own: %j', (source, links) => {
    expect(linksIn(source)).toBe(links);
  });

  test.each([
    ['[https://a.example/]', '[{https://a.example/|https://a.example/}]'],
    ['[see https://a.example/x] y', '[see {https://a.example/x|https://a.example/x}] y'],
    ['https://a.example/[x]?y=[z]', '{https://a.example/[x]?y=[z]|https://a.example/[x]?y=[z]}'],
    ['a [b c https://a.example/[d]]', 'a [b c {https://a.example/[d]|https://a.example/[d]}]'],
  ])('ends before the closing bracket if there is no link: %j', (source, links) => {
    expect(linksIn(source)).toBe(links);
  });
});

test.each([
  ['_https://a.example/b_c/_', '{https://a.example/b_c/|https://a.example/b_c/}'],
  ['*(http://a.example)*', '({http://a.example|http://a.example/})'],
  ['https://a.example/x;', '{https://a.example/x|https://a.example/x};'],
  ['mailto:me@a.example.', '{mailto:me@a.example|mailto:me@a.example}.'],
  ['https://a.example/x)))', '{https://a.example/x|https://a.example/x})))'],
])('a bare address ends as on GitHub: %j', (source, links) => {
  expect(linksIn(source)).toBe(links);
});

test.each([
  ['[the docs](https://a.example/b "The docs")', '{the docs|https://a.example/b}'],
  ['[the docs][in full]', '{the docs|https://a.example/in-full}'],
  ['[the docs]', '{the docs|https://a.example/the-docs}'],
  ['**[the `docs` of it](https://a.example/b)**', '{the docs of it|https://a.example/b}'],
])('%s is a link wherever it stands in a long paragraph', (link, shown) => {
  const definitions = '\n\n[in full]: https://a.example/in-full\n[the docs]: https://a.example/the-docs\n';
  for (let length = 440; length < 510; length += 3) {
    const text = 'word '.repeat(200).slice(0, length);
    expect(linksIn(`${text} ${link} and ${'more '.repeat(30)}${definitions}`)).toContain(
      `${text} ${shown} and`,
    );
  }
});

describe('a reference whose definition arrives later', () => {
  const answer =
    'See [the *docs*][d], [Python][1] or [more][].\n\n- [in a list][D]\n\n| [cell][1] |\n|---|\n\n[d]: /d "title"\n[1]: <https://a.example>\n[more]: /more\n';

  test('shows its text until then, and arriving definitions are not shown', () => {
    letterByLetter(answer, (root) => {
      expect(root.textContent).not.toMatch(/[[\]]|example|title/);
    });
    expect(linksIn(answer)).toMatch(
      /See \{the docs\|\S+\/d\}, \{Python\|https:\/\/a.example\/\} or \{more\|\S+more\}.\{in a list\|/,
    );
  });

  test('shows its source if no definition arrives', () => {
    expect(linksIn('See [the docs][d] and [more][].\n\nText.')).toBe('See [the docs][d] and [more][].Text.');
  });

  test('is distinguished from lists of sources and indices', () => {
    const source = 'So[1][2], a[i][j], x[ii][jj] and `y`[0][1].';
    letterByLetter(`${source}\n\nText.`, (root, soFar) => {
      if (soFar.length > source.length)
        expect(root.textContent).toMatch(/^So\[1]\[2], a\[i]\[j], x\[ii]\[jj] and y\[0]\[1]\./);
    });
  });

  test('becomes a link within a few frames, however many thousands wait for the same definition', () => {
    const { root, view } = createView();
    const links = (): number => root.querySelectorAll('a').length;
    const count = 3000;
    view.append('See [the docs][d].\n\n'.repeat(count));
    view.append('[d]: /d\n\n');
    let before = 0;
    // At most some hundreds in each frame.
    for (; links() < count && links() > before; view.append('Text ')) {
      expect(links() - before).toBeLessThan(500);
      before = links();
    }
    expect(links()).toBe(count);
  });

  test('is a link at the end, even if the answer ends with its definition', () => {
    const { root, view } = createView();
    view.append(`${'See [the docs][d].\n\n'.repeat(1000)}[d]: /d`);
    view.end?.();
    expect(root.querySelectorAll('a[href$="/d"]').length).toBe(1000);
  });
});
