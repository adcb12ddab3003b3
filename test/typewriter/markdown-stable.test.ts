import { afterEach, describe, expect, test } from 'vitest';
import { createOutput } from '../../src/typewriter/output.ts';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { arrive, letterByLetter } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** The words that are shown, and where. */
function wordsIn(root: Element): Word[] {
  const words: Word[] = [];
  const range = document.createRange();
  const texts = document.createNodeIterator(root, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode() as Text | null; text; text = texts.nextNode() as Text | null) {
    for (const { 0: word, index } of text.data.matchAll(/\S+/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const [box] = range.getClientRects();
      if (box) words.push({ text: word, x: Math.round(box.x), y: Math.round(box.y + scrollY) });
    }
  }
  return words;
}

const BLOCKS = 'p, li, pre, table, tr, td, th, blockquote, section, h2';

/**
 * What happens to text that was shown while an answer arrives letter by letter, with a caret: words that move or change, and
 * blocks that shrink or go. The last word may grow, and move to the next line.
 */
function movesOf(source: string, options: MarkdownOptions = {}, width = 390): string[] {
  const root = document.createElement('div');
  root.style.cssText = `width: ${width}px; font: 16px/1.5 sans-serif`;
  document.body.append(root);
  const output = createOutput(root, { view: markdown(options) }, () => {}, {});
  const moves: string[] = [];
  let words: Word[] = [];
  let blocks = new Map<Element, DOMRect>();
  const compare = (soFar: string): void => {
    const at = JSON.stringify(soFar.slice(-15));
    const now = wordsIn(root);
    const moved = words.slice(0, -1).findIndex(({ text, x, y }, index) => {
      const word = now[index];
      return word?.text !== text || Math.abs(word.x - x) > 1 || Math.abs(word.y - y) > 1;
    });
    if (moved >= 0) moves.push(`${at}: ${words[moved]!.text} moves`);
    for (const [block, { height, width: before }] of blocks) {
      const box = block.getBoundingClientRect();
      if (!block.isConnected) moves.push(`${at}: ${block.nodeName} goes`);
      else if (box.height < height - 1 || box.width < before - 1)
        moves.push(`${at}: ${block.nodeName} shrinks`);
    }
    words = now;
    blocks = new Map(
      [...root.querySelectorAll(BLOCKS)].map((block) => [block, block.getBoundingClientRect()]),
    );
  };
  for (let end = 1; end <= source.length; end++) {
    output.append(source[end - 1]!);
    compare(source.slice(0, end));
  }
  output.end();
  output.settle('finished');
  compare(`${source}<end>`);
  output.dispose();
  root.remove();
  return moves;
}

describe('text that has been read stays where it is', () => {
  test.each<[string, string, MarkdownOptions?]>([
    [
      'in a heading of several lines',
      '## A heading that is long enough for more than one line of a phone\n\nText.\n',
    ],
    [
      'in a paragraph whose last line the caret would not fit in',
      `${'An even line. '.repeat(9)}\n\nAfter.\n`,
    ],
    ['in cells that the caret leaves', '| a | b |\n|---|---|\n| c | d |\n| e | f |\n\nAfter.\n'],
    ['in cells to the right', '| a | b |\n|---|--:|\n| c | 1 |\n| e | 3 |\n\nAfter.\n'],
    ['in a table that fills the line', `| ${'a long head | '.repeat(5)}\n|${'---|'.repeat(5)}\n| a |\n`],
    ['in code whose last line is complete', '```js\na;\n\nb;\n```\n\n    c;\n\nAfter.\n'],
    ['in code in a list', '- a\n  ```js\n  b;\n  ```\n- c\n'],
    ['in code that is highlighted', '```js\na;\n```\n\nAfter.\n', { highlight }],
    ['in items before a list turns loose', '1. **One**\n   - a\n   - b\n\n2. **Two**\n   - c\n\n   d\n'],
    ['in code of an item before a list turns loose', '1. One:\n   ```\n   a\n   ```\n\n2. Two\n'],
    ['in a quote of an item before a list turns loose', '- One\n  > a\n\n- Two\n'],
    ['in tasks', '- [ ] One\n- [x] Two\n\n  - [ ] Three\n'],
    ['in items from right to left', '1. אחת\n2. שתיים\n   - שלוש\n\n> ארבע\n'],
    [
      'in items that begin with marks',
      '- **One** two\n- `three`\n- [four](https://example.com)\n> 1. **five**\n',
    ],
    ['in citations', 'One [1], two [2][3]. Three [4, 5] and [6–8][9].\n\n- Four [10].\n\n[11] Five.\n'],
    // https://github.com/Mintplex-Labs/anything-llm/issues/5588
    ['in a line before a list', 'Title\n- item\n- **two**\n\nTitle\n1. item\n'],
    // https://github.com/vercel/streamdown/issues/68
    [
      'in items of several lines',
      `1. ${'A long item. '.repeat(9)}\n2. ${'A long item. '.repeat(9)}\n\nAfter.\n`,
    ],
    // https://github.com/kylepelham/Drift/issues/22
    ['in a cell whose link arrives', '| a | b |\n|---|---|\n| c | [d](https://example.com/long/path) |\n'],
    ['in a list after a heading', '### A\n1. **B**: c\n   - d\n     > e\n\n---\n\n#### F\n- g\n'],
    ['in details', '<details open>\n<summary>A</summary>\n\nB\n\n- c\n\n</details>\n\nAfter.\n'],
    ['in an alert', '> [!NOTE]\n> A\n>\n> B\n\n> c\n'],
    ['in Chinese', '茶**饮**`料`。\n\n- **一：**二\n- 三\n\n| 四 | 五 |\n|---|---|\n| 六 | 七 |\n'],
  ])('%s', (_, source, options) => {
    expect(movesOf(source, options)).toEqual([]);
    expect(movesOf(source, options, 900)).toEqual([]);
  });

  test('the text of an image is not shown before it, where the page shows images', () => {
    const images = ['https://example.com'];
    for (const source of ['A ![b', 'A ![b c](https://', 'A [![b'])
      expect(arrive([source], { images }, false).textContent).toBe('A ');
    expect(arrive(['A ![b'], {}, false).textContent).toBe('A b');
    expect(arrive(['A ![b](https://example.net)'], { images }, false).textContent).toBe('A b');
  });

  test('a formula is typeset as soon as text follows it, and once', () => {
    const seen: string[] = [];
    const options: MarkdownOptions = {
      math(formula, source) {
        seen.push(source);
        typeset(formula);
      },
    };
    const seenAfter = (source: string): string[] => {
      seen.length = 0;
      letterByLetter(
        source,
        (root, soFar) => soFar === source && seen.push(`(${root.querySelectorAll('i').length})`),
        options,
      );
      return seen;
    };
    expect(seenAfter('So $a$ an')).toEqual(['a', '(1)', '(1)']);
    expect(seenAfter('So $a$')).toEqual(['(0)', 'a', '(1)']);
    expect(seenAfter('So **$a$, \\(b\\)** and $$c$$ is *$d$ an')).toEqual(['a', 'b', 'c', '(3)', 'd', '(4)']);
    expect(seenAfter('| a |\n|---|\n| $b$ is')).toEqual(['b', '(1)', '(1)']);
  });

  test('the source of a formula is centred only once it is typeset', () => {
    const alignOf = (source: string): string => {
      const root = arrive([source], { math: typeset }, false);
      return getComputedStyle(root.querySelector('.math-display')!).textAlign;
    };
    expect(alignOf('$$\nx +')).toBe('start');
    expect(alignOf('$$\nx + y\n$$\n')).toBe('center');
  });

  test('in a paragraph, however wide the caret is', () => {
    for (let width = 140; width < 170; width++)
      expect(movesOf('A line of a few words.\n\nAfter.\n', {}, width)).toEqual([]);
  });

  test('a bullet is not shown before what follows it: that may be a checkbox, or a text from right to left', () => {
    for (const source of ['- ', '- [', '- [x] ', '1. ', '> ', '- **', '> - '])
      expect(arrive([source], {}, false).querySelector('li, blockquote')).toBe(null);
    for (const source of ['- a', '- [x] a', '- [x]y', '-\n', '- ```\n'])
      expect(arrive([source], {}, false).querySelector('li')).not.toBe(null);
  });

  function typeset(formula: HTMLElement): void {
    const math = document.createElement('i');
    math.textContent = formula.textContent;
    formula.replaceChildren(math);
  }

  function highlight(code: HTMLElement): void {
    const span = document.createElement('span');
    span.textContent = code.textContent;
    code.replaceChildren(span);
  }
});

describe('the caret', () => {
  /** Shows a caret at the end of a block, and returns the block in a box. */
  function withCaret(text: string, style = ''): HTMLElement {
    const root = document.createElement('div');
    root.style.cssText = `font: 16px/1 sans-serif; overflow: auto; width: max-content; ${style}`;
    document.body.append(root);
    createOutput(root, {}, () => {}, {}).append(text);
    return root;
  }

  test.each(['', '--teleprinter-caret: "▍▍▍▍"', '--teleprinter-caret-width: 3em', 'direction: rtl'])(
    'takes no space, and makes no scroller scroll: %s',
    (style) => {
      const root = withCaret('One', style);
      const caret = root.querySelector('[data-teleprinter-caret]')!;
      expect(getComputedStyle(caret, '::after').content).not.toBe('none');
      const sizes = (): number[] => {
        const { width, height } = root.getBoundingClientRect();
        return [width, height, root.scrollWidth, root.scrollHeight];
      };
      const before = sizes();
      caret.removeAttribute('data-teleprinter-caret');
      expect(before).toEqual(sizes());
    },
  );

  test('is at the end of highlighted code, not in its last word', () => {
    const root = document.createElement('div');
    document.body.append(root);
    const output = createOutput(root, { view: markdown() }, () => {}, {});
    output.append('```js\nlet a');
    root.querySelector('code')!.innerHTML = '<span>let</span> a';
    output.append(' ');
    output.append('= 1');
    const caret = root.querySelector('[data-teleprinter-caret]')!;
    expect(caret.textContent).toBe('let a = 1');
  });
});
