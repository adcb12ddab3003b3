import { describe, expect, inject, test } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { createView } from './markdown-view.ts';
import { hostileMarkdown, prose } from '../fuzz/markdown.ts';
import { createRandom } from '../random.ts';

const { from, count, isLong } = inject('markdown');

/** The longest frame in milliseconds: a second even where the machine is busy. The long run is on an idle one. */
const MAX_FRAME = isLong ? 100 : 1000;

/** Shows an answer in pieces, and measures the longest piece and the total, in milliseconds. */
function show(pieces: readonly string[], options: MarkdownOptions) {
  const { root, view } = createView(options);
  let longest = 0;
  const start = performance.now();
  for (const piece of [...pieces, undefined]) {
    const before = performance.now();
    if (piece === undefined) view.end?.();
    else view.append(piece);
    longest = Math.max(longest, performance.now() - before);
  }
  const total = performance.now() - start;
  root.normalize();
  const html = root.innerHTML.replaceAll(/footnote-\d+/g, 'footnote');
  root.remove();
  return { html, longest, total };
}

function cut(source: string, size: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < source.length; at += size) pieces.push(source.slice(at, at + size));
  return pieces;
}

/** The text around the first difference. */
function difference(one: string, other: string): string {
  let at = 0;
  while (one[at] === other[at]) at++;
  return `${JSON.stringify(one.slice(Math.max(0, at - 60), at + 40))} or ${JSON.stringify(other.slice(Math.max(0, at - 60), at + 40))}`;
}

const OPTIONS: MarkdownOptions = { math: () => {} };

describe('no answer blocks the page', () => {
  const plain = show(cut(prose(20_000), 40), OPTIONS);

  test(`in ${count} hostile and repetitive answers from seed ${from}`, { timeout: 1e8, retry: 0 }, () => {
    const faults: string[] = [];
    for (let seed = from; seed < from + count; seed++) {
      const { int, chance } = createRandom(seed + 1e6);
      const length = chance(0.1) ? 100_000 : chance(0.3) ? 20_000 : 2000;
      const source = hostileMarkdown(seed, length);
      const what = `${seed}: ${JSON.stringify(source.slice(0, 60))} × ${length}`;
      const options = chance(0.3) ? OPTIONS : {};
      const pieces = cut(source, length === 2000 ? 1 + int(9) : length / 500);
      const inFrames = show(pieces, options);
      const atOnce = show([source], options);
      if (inFrames.html !== atOnce.html)
        faults.push(`${what} depends on its pieces: ${difference(inFrames.html, atOnce.html)}`);
      // Times are checked only in the long run, on an idle machine.
      if (!isLong) continue;
      let { total, longest } = inFrames;
      const isSlow = (beside = plain): boolean =>
        total > Math.max(beside.total * 15, 3000) * Math.max(1, length / 20_000) ||
        longest > Math.max(100, beside.longest * 15);
      // Other processes may use the machine: a slow answer is slow each time, and compared with prose at the same time.
      for (let again = 0; again < 4 && isSlow(); again++) {
        const next = show(pieces, options);
        total = Math.min(total, next.total);
        longest = Math.min(longest, next.longest);
      }
      if (isSlow() && isSlow(show(cut(prose(20_000), 40), OPTIONS)))
        faults.push(`${what}: ${Math.round(total)} ms, longest frame ${Math.round(longest)} ms`);
    }
    expect(faults).toEqual([]);
  });
});

/** Units that once took seconds when repeated, or whose result depended on the pieces. */
test.each([
  '*a',
  '`a ',
  'https://a.b ',
  '[^a]: ',
  '*_',
  '_ *',
  '_ *__',
  '|-``',
  '\ufeff',
  '[^a]> ',
  '[^a]',
  'x [^a] ',
  '[^a]<b>',
  '<[^a]',
  '[]([^a]',
  '``_',
  '[^a]:',
  '[a]:',
  '[a]:&a',
  '[a]:b"',
  '[a]:b"-\n',
  '[^a]: 1\n',
  '|-|-\n',
  '>|-|-\n',
  '- |-|-\n  ',
  '[a]:\\(a\\)',
  '- 1\n',
  '`1` ',
  '> 1\n>\n',
  '1\n\n',
  '1. 1\n\n',
  '- - a\n',
  '1. 1. 1.\n',
  '- ***\n',
  '> ***\n\n',
  '\ufeff- ',
  'a@b.c ',
  'a@b.c d ',
  '[\\',
  '<!--\n-\n',
  '\\``',
  '• ',
  '• • a',
  '[a]: b "\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a" x',
])('%j, repeated, has the same result in any pieces, in linear time', { timeout: 60_000 }, (unit) => {
  const of = (length: number) => {
    const source = unit.repeat(length).slice(0, length);
    const inFrames = show(cut(source, length / 400), {});
    expect(inFrames.html).toBe(show([source], {}).html);
    return inFrames;
  };
  of(8000);
  if (!isLong) return;
  let bound = Infinity;
  for (let again = 0; again < 3; again++) {
    const { total, longest } = of(40_000);
    bound = Math.min(bound, Math.max(total / 3000, longest / 500));
  }
  expect(bound).toBeLessThan(1);
});

/** Lines whose arriving start looks like another block, mark or cell. */
test.each([
  ['<details>\n<summary>a</summary>b\n\n</details>', 'details > p'],
  ['<details>\n<summary>a</summary>- b\n- c\n</details>', 'details > ul > li + li'],
  ['<details>\n<summary>a</summary>```js\nb\n```\nc\n</details>', 'details > pre + p'],
  ['[^a]:[^b]:c', 'li[id$="-1"]'],
  ['`[^b]` [^a]\n\n[^a]: c', 'sup a[href$="-1"]'],
  ['![[^a]](b) [^c]\n\n[^a]: d\n\n[^c]: e', 'sup a[href$="-1"]'],
  ['[^a]: [^b]:c\n\n[^b]: d', 'li[data-footnote="a"] + li[data-footnote="b"]'],
  ['|a|b|c|\n|-|-|-|\n|$d|e|f|$|\n', 'td:has(.math) + td:empty + td:empty'],
  ['|a|b|c|\n|-|-|-|\n|`d|e|f|`|\n', 'td:has(code) + td:empty + td:empty'],
  ['- a\n  $$b$$*\n\n  c', 'li > p + p'],
  ['-\n  [ ] a', 'li > input'],
  ['<details><!A\n </details>x', 'details > p'],
  ['a||\n-|-\n_p://q', 'td:not([dir])'],
])('%j has the same result in any pieces', (source, selector) => {
  for (const options of [{}, OPTIONS]) {
    const { html } = show([source], options);
    for (const size of [1, 2, 3, 5]) expect(show(cut(source, size), options).html).toBe(html);
    const root = document.createElement('div');
    root.innerHTML = html;
    if (options === OPTIONS) expect(root.querySelector(selector)).not.toBe(null);
  }
});

/** Names that are all different, as no repeated unit has them: marks or references, then what they refer to. */
test.each([
  ['footnotes', (at: number) => `a[^${at}]\n\n`, (at: number) => `[^${at}]: b\n`],
  ['links', (at: number) => `[a][${at}]\n\n`, (at: number) => `[${at}]: https://a.example/${at}\n`],
  ['sources', () => '[1] ', (at: number) => `[${at + 2}]: https://a.example/${at}\n`],
])(
  'thousands of %s have the same result in any pieces, and the end takes linear time, layout included',
  { timeout: 60_000 },
  (_, refer, define) => {
    const repeat = (count: number, unit: (at: number) => string): string =>
      Array.from({ length: count }, (__, at) => unit(at)).join('');
    const sourceOf = (count: number): string => `${repeat(count, refer)}\n\n${repeat(count, define)}`;
    const source = sourceOf(isLong ? 1000 : 200);
    expect(show(cut(source, 40), {}).html).toBe(show([source], {}).html);
    if (!isLong) return;
    const endOf = (count: number): number => {
      const { root, view } = createView();
      for (const piece of cut(sourceOf(count), 1000)) view.append(piece);
      void root.offsetHeight;
      const start = performance.now();
      view.end?.();
      void root.offsetHeight;
      const took = performance.now() - start;
      root.remove();
      return took;
    };
    let ratio = Infinity;
    for (let again = 0; again < 4; again++) ratio = Math.min(ratio, endOf(4000) / endOf(1000));
    expect(ratio).toBeLessThan(8);
  },
);

test.each([
  ['[^a]', '[^a]: b\n'],
  ['x [^A] ', '[^a]: b\n'],
  ['- *[^a]*\n', '[^b]: c\n[^a]: b\n\nd'],
  ['|[^straße]|\n|-|\n', '[^STRASSE]: b\n'],
  ['[^a]\n\n', '> [^a]: b\n\n[^a]'],
])('thousands of %j are links once their definition has arrived, in any pieces', (unit, definition) => {
  const source = `${unit.repeat(2500)}\n\n${definition}`;
  const { html } = show([source], {});
  for (const size of [40, 1000]) expect(show(cut(source, size), {}).html).toBe(html);
  expect(html.match(/data-footnote-ref/g)!.length).toBeGreaterThanOrEqual(2500);
  expect(html).not.toContain('[^');
});

/** Units for which Chrome once searched a whole paragraph at each change, or laid out a letter a line. */
test.each(['a@b.co,', '[^a]', '*[^a]*', '[^a] ', 'the quick brown fox ', '> 1. ', '>'])(
  '20,000 characters of %j block no frame, layout included',
  { timeout: 60_000 },
  (unit) => {
    const source = unit.repeat(20_000 / unit.length);
    const longestFrame = (): number => {
      const { root, view } = createView();
      root.style.width = '640px';
      let longest = 0;
      for (const piece of [...cut(source, 200), undefined]) {
        const start = performance.now();
        if (piece === undefined) view.end?.();
        else view.append(piece);
        void root.offsetHeight;
        longest = Math.max(longest, performance.now() - start);
      }
      root.remove();
      return longest;
    };
    let bound = Infinity;
    for (let again = 0; again < 5 && bound >= MAX_FRAME; again++) bound = Math.min(bound, longestFrame());
    expect(bound).toBeLessThan(MAX_FRAME);
  },
);

/** Rows are shown while they arrive, however long they are, and code in them may turn a pipe into text. */
test.each(['*_', 'a ', '`|', '` |', '$a|b$', '\\|', '<br>', '🙂', '``|` ', '\\[', '\\('])(
  'a table row of 50,000 characters of %j arrives without a long frame',
  { timeout: 60_000 },
  (unit) => {
    const head = '| a | b |\n|---|---|\n| ';
    const source = `${head}${unit.repeat(50_000 / unit.length)} | \`c|d\` |\n| e | f |`;
    const { root, view } = createView(OPTIONS);
    view.append(source.slice(0, 20_000));
    expect(root.querySelector('td')!.innerHTML).not.toBe('');
    root.remove();
    let bound = Infinity;
    for (let again = 0; again < 4 && bound >= MAX_FRAME; again++) {
      const inFrames = show(cut(source, 100), OPTIONS);
      expect(inFrames.html).toBe(show([source], OPTIONS).html);
      bound = Math.min(bound, inFrames.longest);
    }
    expect(bound).toBeLessThan(MAX_FRAME);
  },
);

test('a list item of invisible characters interrupts a paragraph, in whatever pieces it arrives', () => {
  const source = `a\n* ${'\ufeff'.repeat(1000)}b`;
  const { html } = show(cut(source, 10), {});
  expect(html).toBe(show([source], {}).html);
  expect(html).toContain('<li>');
});

/** A rule, an underline, a fence or a list, until the end of the line says otherwise: all of it is shown in one frame. */
test.each([
  ['* ', 'a'],
  ['- ', 'a'],
  ['_ ', 'a'],
  ['-', ' a'],
  ['*** ', 'a'],
  ['- : ', 'a'],
  ['* ', '*a_'.repeat(20_000)],
  ['```*a_', '`'],
  ['~', '[a](b'.repeat(10_000)],
  ['~~~* ', 'a'],
  ['- -          ', 'a'],
  ['```     ', '`a'],
  ['<     ', 'a'],
  ['<details>\n<summary>*a ', '</summary>'],
])('a line of 100,000 characters of %j that turns out to be text blocks no frame', (unit, tail) => {
  const [, start = '', repeated = ''] = /^(```|~~~|- -|<details>\n<summary>|<)?(.*)$/s.exec(unit)!;
  const source = `${start}${repeated.repeat(100_000).slice(0, 100_000 - tail.length)}${tail}`;
  let bound = Infinity;
  for (let again = 0; again < 4 && bound >= MAX_FRAME; again++) {
    const inFrames = show(cut(source, 200), {});
    expect(inFrames.html).toBe(show([source], {}).html);
    bound = Math.min(bound, inFrames.longest);
  }
  expect(bound).toBeLessThan(MAX_FRAME);
});

test.each(['~', '`'])(
  'a long run of %j may begin a fence, until more follows it than a fence has',
  (mark) => {
    const { root, view } = createView();
    for (let count = 0; count < 200; count++) view.append(mark.repeat(100));
    for (let count = 0; count < 30 && !root.textContent; count++) view.append('[a](b'.repeat(20));
    expect(root.textContent).toContain(`${mark}[a](b`);
  },
);

test.each(['* ', '- ', '_ ', '= ', '# '])(
  'text after a long run of %j in the same line is shown as soon as it arrives',
  (unit) => {
    const root = document.createElement('div');
    const view = markdown()(root);
    for (let count = 0; count < 40; count++) view.append(unit.repeat(100));
    view.append('x*y');
    expect(root.textContent).toContain('x*y');
  },
);
