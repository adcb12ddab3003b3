import { afterEach, describe, expect, test } from 'vitest';
import { arrive, htmlOf, readAnswer } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

const html = (source: string): string => readAnswer(source, htmlOf);

/** What differed from GitHub’s renderer, cmark-gfm, in 13,500 public documents and examples. */
describe('documents are shown as on GitHub', () => {
  test('a version of a package is no email address', () => {
    expect(html('Use react@18.2.0 and core@2.5.2, not a@b.c.2.')).not.toContain('<a');
    expect(html('Ask me@a1.example or me@a.b2.dev.').match(/<a /g)).toHaveLength(2);
  });

  test('an exclamation mark before a footnote belongs to the sentence', () => {
    const root = arrive([...'It works![^1]\n\n[^1]: So they say.']);
    expect(root.querySelector('p')!.textContent).toBe('It works!1');
    expect(root.querySelector('[data-footnote-ref]')).not.toBe(null);
  });

  test('an address in the text of a link has no backslashes', () => {
    expect(html('[https://a.example/b\\_c](https://a.example/b_c)')).toBe(
      '<p><a href="https://a.example/b_c">https://a.example/b_c</a></p>',
    );
  });

  test('white space in a blank line of code is kept in lists and footnotes, as in a diff', () => {
    const diff = '```diff\n-a\n \n+b\n```\n';
    const indented = diff.replaceAll(/^(?=.)/gm, '  ');
    expect(arrive([...`- x\n${indented}`]).querySelector('code')!.textContent).toBe('-a\n \n+b\n');
    expect(
      arrive([...`1. x\n   - y\n${indented.replaceAll(/^(?=.)/gm, '   ')}`]).querySelector('code')!
        .textContent,
    ).toBe('-a\n \n+b\n');
  });

  test.each([
    ['a\\|b', 'a|b'],
    ['`a\\|b`', 'a|b'],
    ['a\\\\|b', 'a|b'],
    ['`a\\\\|b`', 'a\\|b'],
  ])('a pipe after a backslash separates no cells: %j', (source, cell) => {
    const root = arrive([...`| x | y |\n|---|---|\n| ${source} | c |\n`]);
    expect([...root.querySelectorAll('td')].map(({ textContent }) => textContent)).toEqual([cell, 'c']);
  });

  test('the head of a table with one column needs no pipe', () => {
    const table = '<table><thead><tr><th>Name</th></tr></thead><tbody><tr><td>Ann</td></tr></tbody></table>';
    expect(html('Name\n|---|\n| Ann |\n')).toBe(table);
    expect(html('All of them:\n\nName\n|---|\nAnn\n')).toBe(`<p>All of them:</p>${table}`);
    expect(html('Name\n---\n')).toBe('<h2>Name</h2>');
  });

  test('the head of a table may follow a long paragraph', () => {
    for (let length = 380; length < 520; length += 7) {
      const text = 'word '.repeat(200).slice(0, length).trim();
      const source = `${text}\nA name of a thing | What it is\n---|---\na | b\n`;
      expect(html(source)).toMatch(new RegExp(`^<p>${text}</p><table>.*>A name of a thing</th>.*</table>$`));
    }
  });

  test('a long definition is not shown, in whatever pieces it arrives', () => {
    const root = arrive([...`[a]: https://a.example/${'x'.repeat(4000)}\n\nSee [a].`]);
    expect(root.textContent).toBe('See a.');
  });

  test('a checkbox may be followed by a no-break space', () => {
    expect(html('- [ ] \u00A0a')).toContain('<input');
  });

  test('a line of no-break spaces is not blank', () => {
    expect(html('- a\n\u00A0\u00A0\n- b')).not.toContain('<p>');
  });

  test('spaces at the ends of lines move nothing in a long paragraph', () => {
    for (let spaces = 0; spaces < 12; spaces++) {
      const lines = Array.from({ length: 40 }, (_, at) => `some words ${at}${at < spaces ? ' ' : ''}\n`);
      const { textContent } = arrive([`${lines.join('')}${'`a b` *c d* '.repeat(100)}`]);
      expect(textContent).not.toMatch(/[`*]/);
    }
  });

  test('a long paragraph without spaces keeps its links, code and emphasis', () => {
    const root = arrive([...'见[文档](https://a.example/x)、`代码`、**重要**的事。'.repeat(400)]);
    expect(root.querySelectorAll('a')).toHaveLength(400);
    expect(root.querySelectorAll('code')).toHaveLength(400);
    expect(root.querySelectorAll('strong')).toHaveLength(400);
  });
});
