import { afterEach, describe, expect, test } from 'vitest';
import type { MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { arrive, letterByLetter } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

const html = (source: string, options?: MarkdownOptions): string => {
  const once = shown(arrive([source], options));
  expect(shown(arrive([...source], options))).toBe(once);
  return once;
};
const shown = (root: Element): string => {
  root.normalize();
  return [...root.children]
    .map(({ outerHTML }) => outerHTML)
    .join('')
    .replaceAll(/ (?:dir|rel|tabindex)="[^"]*"|^<div>|<\/div>$|<\/?span[^>]*>/g, '');
};

/** What users of other renderers of chats have reported. */
describe('what has been reported elsewhere does not happen here', () => {
  test('an ordered list that starts late, or is broken by code, keeps its numbers', () => {
    const root = arrive(['3. three\n4. four\n\n```\ncode\n```\n\n5. five\n']);
    expect([...root.querySelectorAll('ol')].map(({ start }) => start)).toEqual([3, 5]);
  });

  test('a fence within a longer fence is code', () => {
    expect(html('````md\n```js\nx\n```\n````\n')).toBe(
      '<pre><code class="language-md">```js\nx\n```\n</code></pre>',
    );
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

  test('an asterisk that opens nothing is not left hanging over later blocks', () => {
    expect(html('5 * 3 and *not closed\n\nNext *one*.')).toBe(
      '<p>5 * 3 and *not closed</p><p>Next <em>one</em>.</p>',
    );
  });

  test('names with underscores are not emphasis', () => {
    expect(html('Set MAX_RETRY_COUNT and __init__.py or snake_case_name.')).toContain('MAX_RETRY_COUNT');
    expect(html('foo_bar_baz')).toBe('<p>foo_bar_baz</p>');
  });

  test('a bare address ends before the bracket and the full stop around it', () => {
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

  test('a thought between tags that nobody knows is shown, not dropped', () => {
    expect(arrive(['<think>\nIt is so.\n</think>\n\nYes.']).textContent).toContain('It is so.');
    expect(arrive(['Use a List<String> and <T>.']).textContent).toBe('Use a List<String> and <T>.');
  });

  test('a heading right after a paragraph, and one without a blank line behind it, is a heading', () => {
    expect(html('Text\n# One\nMore')).toBe('<p>Text</p><h1>One</h1><p>More</p>');
  });

  test('a dash under a line while it arrives does not make a heading of it', () => {
    letterByLetter('Shopping:\n- milk\n- eggs\n', (root) => expect(root.querySelector('h1, h2')).toBe(null));
  });

  test('a checkbox in an ordered list, and one with an upper case X, is a checkbox', () => {
    const root = arrive(['1. [X] a\n2. [ ] b\n']);
    expect([...root.querySelectorAll('input')].map(({ checked }) => checked)).toEqual([true, false]);
  });

  test('Windows line ends and a byte order mark within do no harm', () => {
    expect(html('# a\r\n\r\n- b\r\n- c\r\n')).toBe('<h1>a</h1><ul><li>b</li><li>c</li></ul>');
  });
});
