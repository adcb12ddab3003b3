/** What hooks do to the elements that they get, as libraries do it: late, by replacing, wrapping, or with an error. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { arrive, createView } from './markdown-view.ts';

const errors: unknown[] = [];
const onRejection = (event: PromiseRejectionEvent): void => void errors.push(event);
beforeEach(() => {
  vi.spyOn(globalThis, 'reportError').mockImplementation((error) => void errors.push(error));
  addEventListener('unhandledrejection', onRejection);
});
afterEach(() => {
  errors.length = 0;
  removeEventListener('unhandledrejection', onRejection);
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const later = (ms = 0): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

function element(tag: string, text: string, className = ''): HTMLElement {
  const created = document.createElement(tag);
  created.textContent = text;
  created.className = className;
  return created;
}

describe('a hook that fails for one piece of an answer is called for the next, and the error is reported once', () => {
  const CASES: Record<
    string,
    [source: string, options: (fail: () => void) => MarkdownOptions, shown: string]
  > = {
    math: [
      '$a$ $b$ and\n\n$$\nb\n$$\n\n$c$',
      (fail) => ({
        math(formula, source) {
          formula.replaceChildren();
          if (source === 'b') fail();
          formula.append(`<${source}>`);
        },
      }),
      '<a> $b$ and$$\nb\n$$<c>',
    ],
    highlight: [
      '```js\na\n```\n```nope\nb\n```\n```js\nc\n```\n',
      (fail) => ({
        highlight(code, language) {
          const text = code.textContent;
          code.replaceChildren();
          if (language === 'nope') fail();
          code.append(`<${text.trim()}>`);
        },
      }),
      '<a>b\n<c>',
    ],
    sanitize: [
      '<i x>a</i> <b x>c</b>\n\n<div>d</div>\n',
      (fail) => ({
        sanitize(html) {
          if (html.startsWith('<b')) fail();
          return document.createElement(html.slice(1, 2));
        },
      }),
      'a <b x>c</b>',
    ],
    link: [
      '[a](https://a.example) [*b*](https://b.example) [c](https://c.example)',
      (fail) => ({
        link(link, { host }) {
          link.replaceChildren();
          if (host === 'b.example') fail();
          link.append(`<${host}>`);
        },
      }),
      '<a.example> b <c.example>',
    ],
    onBlock: [
      'a\n\nb\n\nc\n',
      (fail) => ({
        onBlock(block) {
          if (block.textContent === 'b') fail();
          block.append('!');
        },
      }),
      'a!bc!',
    ],
  };
  test.each(Object.entries(CASES))('%s', (_, [source, options, shown]) => {
    const error = new Error('no');
    const fail = (): never => {
      throw error;
    };
    for (const pieces of [[source], [...source]]) {
      expect(arrive(pieces, options(fail)).textContent).toBe(shown);
      expect(errors.splice(0)).toEqual([error]);
    }
  });
});

test('a promise that rejects is an error as well: the formula and the code are shown as they are written', async () => {
  const fail = async (changed: HTMLElement): Promise<void> => {
    changed.replaceChildren();
    await later();
    throw new Error('late');
  };
  const source = '$a$ and $b$.\n\n\\[\nc\n\\]\n\n```js\nd\n```\n';
  const root = arrive([source], { math: fail, highlight: fail });
  await later(50);
  expect(root.textContent).toBe('$a$ and $b$.\\[\nc\n\\]d\n');
  expect(errors).toEqual([new Error('late'), new Error('late')]);
  errors.length = 0;
  arrive(['One.\n\nTwo.\n\n'], { onBlock: async () => Promise.reject(new Error('late')) });
  await later(50);
  expect(errors).toEqual([new Error('late')]);
});

describe('highlight', () => {
  const highlightLines = (code: HTMLElement): void =>
    code.replaceChildren(...code.textContent.split(/(?<=\n)/).map((line) => element('b', line)));
  const LINE = 'const a = 1;\n';

  test.each([1, 70, 200])('gets code of %i lines as one text node', (count) => {
    const seen: Node[][] = [];
    const highlight = (code: HTMLElement): void => void seen.push([...code.childNodes]);
    for (const pieces of [[LINE.repeat(count)], [...LINE.repeat(count)]])
      arrive(['```js\n', ...pieces, '```\n'], { highlight });
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(seen.every(([text, ...others]) => text instanceof Text && !others.length)).toBe(true);
  });

  test('may be late: arriving code is highlighted, and text that has come since follows', async () => {
    const waiting: (() => void)[] = [];
    const root = document.createElement('div');
    document.body.append(root);
    const code = (): HTMLElement => root.querySelector('code')!;
    const view = markdown({
      async highlight(copy) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        highlightLines(copy);
        copy.classList.add('theme');
      },
    })(root);
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    view.append(`\`\`\`js\n${LINE.repeat(50)}`);
    expect(waiting.length).toBe(1);
    view.append(`${LINE.repeat(3)}con`);
    waiting[0]!();
    await later();
    expect(code().textContent).toBe(`${LINE.repeat(53)}con`);
    expect(code().querySelectorAll('b').length).toBe(50);
    expect(code().className).toBe('language-js theme');
    // A result that is older than another call is dropped.
    now.mockReturnValue(2000);
    view.append(`st a = 1;\n${LINE.repeat(26)}`);
    now.mockReturnValue(3000);
    view.append(LINE.repeat(100));
    expect(waiting.length).toBe(3);
    waiting[2]!();
    await later();
    waiting[1]!();
    await later();
    expect(code().querySelectorAll('b').length).toBe(180);
    now.mockReturnValue(4000);
    view.append(`${LINE.repeat(120)}let`);
    view.append(' b;\n```\n\nEnd.');
    view.end?.();
    for (const resolve of waiting) resolve();
    await later();
    expect(code().textContent).toBe(`${LINE.repeat(300)}let b;\n`);
    expect(code().querySelectorAll('b').length).toBe(301);
    expect(root.textContent.endsWith('End.')).toBe(true);
  });

  test('may replace the block, also while it arrives', () => {
    const blocks: HTMLElement[] = [];
    const { root, view } = createView({
      highlight(code) {
        const pre = element('pre', '', 'theme');
        pre.append(element('code', code.textContent));
        highlightLines(pre.firstElementChild as HTMLElement);
        code.parentElement!.replaceWith(pre);
      },
      onBlock: (block) => void blocks.push(block),
    });
    view.append(`One.\n\n\`\`\`js\n${LINE.repeat(60)}`);
    expect(root.querySelectorAll('code b').length).toBe(60);
    view.append('```\n\nTwo.\n\n');
    view.end?.();
    expect(blocks.map(({ className, nodeName }) => nodeName + className)).toEqual(['P', 'PREtheme', 'P']);
    expect(blocks[1]).toBe(root.querySelector('pre'));
    expect(blocks[1]!.dir).toBe('ltr');
    expect(view.takeWords!().complete).toBe('One.\nCode.\nTwo.\n');
    expect(errors).toEqual([]);
  });

  test('a selection in the code stays, also where the block is replaced', () => {
    const { root, view } = createView({
      highlight(code, _, isComplete) {
        highlightLines(code);
        const block = code.parentElement!;
        if (isComplete) block.replaceWith(block.cloneNode(true));
      },
    });
    view.append('```js\nlet a = 1;\nlet b = 2;\n');
    const text = root.querySelector('code span')!.firstChild!;
    getSelection()!.setBaseAndExtent(text, 4, text, 15);
    document.dispatchEvent(new Event('selectionchange'));
    view.append('```\n\nEnd.');
    view.end?.();
    expect(root.querySelectorAll('code b').length).toBe(2);
    expect(getSelection()!.toString()).toBe('a = 1;\nlet ');
  });

  test('may remove the block: the block after it is complete only when it is', () => {
    const blocks: string[] = [];
    arrive([...'One.\n\n```\nx\n```\nTwo *and*\n\n'], {
      highlight: (code) => code.parentElement!.remove(),
      onBlock: (block) => void blocks.push(block.textContent),
    });
    expect(blocks).toEqual(['One.', 'Two and']);
  });
});

describe('math', () => {
  const REPLACE: Record<string, (formula: HTMLElement, source: string) => void> = {
    'fills the element': (formula, source) => void (formula.innerHTML = `<i>${source}</i>`),
    'replaces the element': (formula, source) =>
      void (formula.outerHTML = `<i>${source}<b aria-hidden>${source}</b></i>`),
    'wraps the element': (formula) => {
      const wrapper = document.createElement('span');
      formula.replaceWith(wrapper);
      wrapper.append(formula);
    },
  };
  test.each(Object.entries(REPLACE))(
    'is called once, and the formula spoken, where the hook %s and a link before it is defined later',
    (_, math) => {
      const seen: string[] = [];
      const root = document.createElement('div');
      document.body.append(root);
      const blocks: HTMLElement[] = [];
      const view = markdown({
        math(formula, source) {
          seen.push(source);
          math(formula, source);
        },
        onBlock: (block) => void blocks.push(block),
      })(root);
      view.append('See [a][1], $x^2$ and *b* $y$ [c][1].\n\n$$\nz\n$$\n\n');
      const shown = [...root.querySelectorAll('i, .math')];
      const { complete } = view.takeWords!();
      view.append('[1]: https://a.example\n');
      view.end?.();
      expect(seen).toEqual(['x^2', 'y', 'z']);
      expect([...root.querySelectorAll('i, .math')]).toEqual(shown);
      expect(root.querySelectorAll('a').length).toBe(2);
      expect(complete).toBe('See [a][1], x^2 and b y [c][1].\nz\n');
      expect(blocks.length).toBe(2);
      expect(blocks.every((block) => root.contains(block))).toBe(true);
    },
  );

  test('keeps a formula in emphasis that a later definition moves', () => {
    const seen: string[] = [];
    const root = arrive(['[a][1] **so $x$ is** $x$.\n\n', '[1]: https://a.example\n'], {
      math(formula, source) {
        formula.replaceChildren(`<${seen.push(source)}>`);
      },
    });
    expect(root.textContent).toBe('a so <1> is <2>.');
    expect(seen).toEqual(['x', 'x']);
  });

  test('a late result is shown, though a definition has moved the formula', async () => {
    const root = arrive(['[a][1] $x$.\n\n', '[1]: https://a.example\n'], {
      async math(formula) {
        await later();
        formula.replaceChildren('∑');
      },
    });
    await later(20);
    expect(root.textContent).toBe('a ∑.');
  });

  test('text after a formula in its last line is a block: it is spoken, and the page gets it', () => {
    const blocks: string[] = [];
    const view = markdown({
      math: (formula) => formula.replaceChildren('∑'),
      onBlock: (block) => void blocks.push(block.textContent),
    })(document.createElement('div'));
    view.append('$$\nx\n$$ where *x* is\n\nEnd.\n\n');
    expect(blocks).toEqual(['∑', 'where x is', 'End.']);
    expect(view.takeWords!().complete).toBe('x\nwhere x is\nEnd.\n');
  });
});

test('development builds say once that a sanitizer gives a string, whose HTML is shown as text', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const root = arrive(['A <b x>b</b>.\n\n<p>c</p>\n'], { sanitize: (html) => html as never });
  expect(root.textContent).toBe('A <b x>b</b>.<p>c</p>');
  expect(warn.mock.calls.flat().join()).toContain('RETURN_DOM_FRAGMENT');
  expect(warn).toHaveBeenCalledTimes(1);
});

describe('link', () => {
  test('is called for the links of a list of sources, too', () => {
    const source = 'One.\n\n[1]: https://a.example/ "The book"\n[2]: https://b.example/\n[3]: javascript:x\n';
    const root = arrive([source], {
      link(link, { host }) {
        link.target = '_blank';
        return host === 'a.example';
      },
    });
    expect(Array.from(root.querySelectorAll('a'), ({ href, target }) => href + target)).toEqual([
      'https://a.example/_blank',
    ]);
    expect(root.textContent).toBe('One.[1] The book[2] https://b.example/[3] javascript:x');
  });

  test('what the page makes of a link stays while the paragraph arrives', () => {
    let count = 0;
    const { root, view } = createView({ link: (link) => void (link.id = `link-${count++}`) });
    view.append('See [the *docs*](https://a.example) ');
    const link = root.querySelector('a')!;
    const { id } = link;
    for (const letter of 'for [more](https://b.example).\n\nEnd.') view.append(letter);
    view.end?.();
    expect(root.querySelector('a')).toBe(link);
    expect(link.id).toBe(id);
  });
});

describe('onBlock', () => {
  /** Turns citations into buttons, as a page does. */
  function cite(block: HTMLElement): void {
    const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      const parts = text.data.split(/【(\d+)†[^】]*】/);
      text.replaceWith(...parts.map((part, at) => (at % 2 ? element('button', part) : part)));
    }
  }

  test('is called again for a text that it has changed, where a definition makes a link in it', () => {
    const source =
      'Tea 【1†a】 and [docs][d].\n\n- item 【2†b】 [docs][d]\n- other 【3†c】\n  ```\n  x\n  ```\n\n> quote 【4†d】 [d]\n\n| a |\n|---|\n| 【5†e】 [d] |\n\nText [docs][none] 【6†f】.\n\n[d]: https://d.example\n\nEnd 【7†g】 [d].';
    for (const pieces of [[source], [...source]]) {
      const blocks: string[] = [];
      const root = arrive(pieces, {
        onBlock(block) {
          blocks.push(block.nodeName);
          cite(block);
        },
      });
      expect(root.textContent.replaceAll('\n', '')).toBe(
        'Tea 1 and docs.item 2 docsother 3xquote 4 da5 dText [docs][none] 6.End 7 d.',
      );
      expect(root.querySelectorAll('button').length).toBe(7);
      expect(root.querySelectorAll('a').length).toBe(5);
      expect(blocks.toSorted()).toEqual('BLOCKQUOTE LI P P P P P P TABLE TD UL'.split(' '));
    }
  });

  test('is called once where it leaves the text as it is', () => {
    const blocks: string[] = [];
    arrive([...'See [docs][d].\n\n- [d]\n\n  ```\n  x\n  ```\n\n[d]: https://d.example\n\nEnd.'], {
      onBlock(block) {
        blocks.push(block.nodeName);
        for (const pre of block.querySelectorAll('pre')) pre.before(element('div', 'Copy'));
      },
    });
    expect(blocks).toEqual(['P', 'UL', 'P']);
  });
});

test('code without a language gets no empty class while it is highlighted', () => {
  const highlight = (code: HTMLElement): void => {
    const mark = document.createElement('i');
    mark.append(code.textContent);
    code.replaceChildren(mark);
  };
  const root = arrive(['```\n', 'a\n'.repeat(400), '```\n'], { highlight });
  expect(root.querySelector('code')!.hasAttribute('class')).toBe(false);
});

test.each([
  ['\\begin{align}\na &= b\n\\end{align}\n\nEnd.\n\n', '\\begin{align}\na &= b\n\\end{align}\nEnd.\n'],
  ['\\[\na\n\\]\n\nEnd.\n\n', 'a\nEnd.\n'],
])('%j is spoken without its delimiters, and an environment with its name', (source, words) => {
  const view = markdown({ math: () => {} })(document.createElement('div'));
  view.append(source);
  expect(view.takeWords!().complete).toBe(words);
});
