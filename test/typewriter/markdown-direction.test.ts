import { afterEach, describe, expect, test } from 'vitest';
import { arrive } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

const SOURCE = `# React: מדריך קצר למתחילים

React היא ספריית JavaScript לבניית ממשקי משתמש.

שלום \`npm install react\` ו-https://a.example/b עולם.

1. התקן את Node.js (גרסה 20+).
2. API: ממשק לתכנות
   - nested English.
   - Skill רוטינג של מודלים
3. English second item.

- English item first.
- عنصر عربي ثانٍ.

> Note: זה ציטוט ארוך מאוד

| שם | Price |
|---|---|
| API | -3% |
| CSS הוא תקן | 5 |

The word שלום means hello.

AutoClaw چطور کار میکنه؟

✅ 2024 הייתה שנה טובה.
`;

const directionOf = (element: Element | undefined | null): string => getComputedStyle(element!).direction;

describe('the direction of a text that begins with a Latin word', () => {
  // https://github.com/openclaw/openclaw/issues/147732, https://github.com/NousResearch/hermes-agent/issues/51318
  test('is that of most of its words', () => {
    const root = arrive([SOURCE]);
    for (const selector of ['h1', 'p', 'blockquote', 'table'])
      expect([selector, directionOf(root.querySelector(selector))]).toEqual([selector, 'rtl']);
    const paragraphs = [...root.querySelectorAll('div > p')];
    expect(paragraphs.map(directionOf)).toEqual(['rtl', 'rtl', 'ltr', 'rtl', 'rtl']);
    expect([...root.querySelectorAll('ul, ol')].map(directionOf)).toEqual(['rtl', 'ltr', 'ltr']);
    expect([...root.querySelectorAll('td')].map(directionOf)).toEqual(['ltr', 'rtl', 'rtl', 'rtl']);
  });

  test.each([
    SOURCE,
    '>]s://a',
    '- 1\n- s://a\n',
    '| 1 |\n|---|\n| s://a |\n',
    '<details>\ns://a\n</details>',
    '[^1]: s://a\n',
    '- a\n- The `x` is mild and warm here\n  today שלום שלום שלום שלום שלום שלום\n',
    `- a\n- ${'שלום the '.repeat(60)}\n- b\n`,
  ])('does not depend on the pieces in which %j arrives', (source) => {
    const htmlOf = (pieces: readonly string[]): string =>
      arrive(pieces).innerHTML.replaceAll(/footnote-\d+/g, '');
    for (const size of [1, 2, 3, 7, 50])
      expect(htmlOf(source.match(new RegExp(`[^]{1,${size}}`, 'g'))!)).toBe(htmlOf([source]));
  });

  test('is found while it arrives', () => {
    const root = arrive(['React היא ספרייה ל'], {}, false);
    expect(directionOf(root.querySelector('p'))).toBe('rtl');
  });
});

test('markers are within the answer in lists of both directions', () => {
  document.body.style.cssText = 'margin: 0; width: 300px; overflow: auto; height: 200px';
  const root = arrive(['- English.\n- עברית\n\n1. עברית\n2. English\n']);
  expect(document.body.scrollWidth).toBe(document.body.clientWidth);
  const [, second] = root.querySelectorAll('ul > li');
  expect(second!.getBoundingClientRect().right).toBeLessThan(300 - 16);
  const [, english] = root.querySelectorAll('ol > li');
  expect(getComputedStyle(english!).textAlign).toBe('right');
  document.body.style.cssText = '';
});

test('a number in a table from right to left keeps its sign before it', () => {
  const [, number] = arrive([SOURCE]).querySelectorAll('td');
  expect(getComputedStyle(number!).unicodeBidi).toBe('plaintext');
  expect(getComputedStyle(number!).textAlign).toBe('right');
});

test('blocks are on the side on which their text begins, whatever the direction of the page', () => {
  for (const page of ['ltr', 'rtl']) {
    document.body.dir = page;
    const root = arrive([
      '| a |\n|---|\n| b |\n\n| א |\n|---|\n| ב |\n\n<details><summary>c</summary>\n\nd\n\n</details>\n',
    ]);
    const [english, hebrew] = [...root.querySelectorAll('table')].map((table) =>
      table.getBoundingClientRect(),
    );
    const { left, right } = root.getBoundingClientRect();
    expect([english!.left, hebrew!.right]).toEqual([left, right]);
    expect(directionOf(root.querySelector('details'))).toBe('ltr');
  }
  document.body.dir = '';
});
