import { afterEach, describe, expect, test, vi } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { arrive, createView, letterByLetter } from './markdown-view.ts';

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const fail = (): never => {
  throw new Error('no');
};

test.each<[string, MarkdownOptions]>([
  ['highlight', { highlight: fail }],
  ['onBlock', { onBlock: fail }],
  ['math', { math: fail }],
  ['link', { link: fail }],
  ['sanitize', { sanitize: fail }],
])('an error in %s is reported once, and the answer continues without the hook', (_, options) => {
  const errors: unknown[] = [];
  vi.spyOn(globalThis, 'reportError').mockImplementation((error) => void errors.push(error));
  const source = '$a$ [b](https://c.example) <i onclick="x">d</i>\n\n```\ne\n```\n\n';
  const root = arrive([source, source, 'After.'], options);
  expect(errors).toEqual([new Error('no')]);
  for (const text of ['a', 'b', 'd', 'e', 'After.']) expect(root.textContent).toContain(text);
  expect(root.querySelectorAll('a').length).toBe(2);
});

describe('when a hook throws, its content is shown as it is written', () => {
  const failing = (wreck?: (element: HTMLElement) => void) => (element: HTMLElement) => {
    wreck?.(element);
    throw new Error('no');
  };
  test.each<[string, MarkdownOptions]>([
    ['math', { math: failing() }],
    ['math, after changing the element', { math: failing((formula) => formula.replaceChildren('∑')) }],
  ])('%s: formulas are shown as their source', (_, options) => {
    vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    const source =
      'So $a*b*c$, \\(d\\) and $$e$$ be. **Or $f$.**\n\n- $g$ [h][i]\n\n| j |\n|---|\n| $k$ |\n\n';
    const blocks = '$$\nl\n$$\n\n\\[\nm\n\\]\n\n[i]: https://i.example\n';
    for (const pieces of [[source + blocks], [...(source + blocks)]]) {
      const { textContent } = arrive(pieces, options);
      for (const formula of ['$a*b*c$', '\\(d\\)', '$$e$$', '$f$', '$g$', '$k$', '$$\nl\n$$', '\\[\nm\n\\]'])
        expect(textContent).toContain(formula);
    }
  });

  test('sanitize: raw HTML is shown as text', () => {
    vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    const source = 'A <i onclick="x">d</i> <u x>e</u>.\n\n<div>\nf\n</div>\n';
    for (const pieces of [[source], [...source]]) {
      const { textContent } = arrive(pieces, { sanitize: fail });
      expect(textContent).toBe('A <i onclick="x">d</i> <u x>e</u>.<div>\nf\n</div>');
    }
  });

  test('highlight: code is shown without highlighting', () => {
    vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    const root = arrive(['```js\nlet a;\n```\n'], { highlight: failing((code) => code.replaceChildren()) });
    expect(root.textContent).toBe('let a;\n');
  });

  test('sanitize: HTML is shown as text if the result is not a node', () => {
    const source = 'A <i onclick="x">d</i> <a>e</a>.\n\n<div>\nf\n</div>\n';
    const mistakes: ((html: string) => unknown)[] = [
      () => undefined,
      () => null,
      (html) => html,
      () => 5,
      (html) => Object(html),
      () => ({}),
      (html) => new DOMParser().parseFromString(html, 'text/html'),
      () => document.createAttribute('onclick'),
    ];
    for (const sanitize of mistakes) {
      const { textContent } = arrive([...source], { sanitize: sanitize as () => undefined });
      expect(textContent).toBe(source.replaceAll('\n\n', '').trim());
    }
    // An empty fragment removes the tag and its end tag.
    const none = arrive([...source], { sanitize: () => document.createDocumentFragment() });
    expect(none.textContent).toBe('A d e.');
  });

  test('math: a formula may be replaced by other nodes, or removed', () => {
    for (const nodes of [[], ['∑'], ['(', document.createElement('b'), ')', '?']]) {
      const source = `${'So $a$ it is. '.repeat(200)}[b][c] $d$.\n\n[c]: https://c.example\n\nEnd.`;
      const root = arrive(source.match(/[^]{1,40}/g)!, {
        math: (formula) =>
          formula.replaceWith(...nodes.map((node) => (typeof node === 'string' ? node : node.cloneNode()))),
      });
      const shown = nodes.map((node) => (typeof node === 'string' ? node : '')).join('');
      expect(root.textContent).toBe(`${`So ${shown} it is. `.repeat(200)}b ${shown}.End.`);
    }
  });
});

describe('math', () => {
  const formulasOf = (source: string): unknown[] => {
    const seen: unknown[] = [];
    letterByLetter(source, () => {}, {
      math(element, formula, isBlock) {
        seen.push(isBlock ? ['block', formula] : formula);
        element.replaceChildren('∑');
      },
    });
    return seen;
  };

  test('is called once for each formula, with its exact source', () => {
    expect(
      formulasOf(
        'Let $a*b*c$ and \\(\\frac{a}{b}\\\\ c_1\\) be. Then\n\n$$\n\\sum_{i}^n *x*\n\n$$\n\n\\[ y \\]\n',
      ),
    ).toEqual(['a*b*c', '\\frac{a}{b}\\\\ c_1', ['block', '\\sum_{i}^n *x*'], ['block', 'y']]);
  });

  test('finds formulas in lists, tables and within a line', () => {
    expect(formulasOf('- $x$ and $$y$$\n\n  $$\n  z\n  $$\n\n| a |\n|---|\n| $b$ |\n')).toEqual([
      'x',
      ['block', 'y'],
      ['block', 'z'],
      'b',
    ]);
  });

  test('is not called for prices', () => {
    const root = arrive(['It costs $5 or $6, and `$x$` is code.'], { math: fail });
    expect(root.textContent).toBe('It costs $5 or $6, and $x$ is code.');
  });

  test('leaves formulas as text without a hook', () => {
    expect(arrive(['$a$ and \\(b\\)']).textContent).toBe('$a$ and (b)');
  });
});

describe('highlight', () => {
  test('is called for arriving code from time to time, with work linear in its length', async () => {
    const lengths: number[] = [];
    const { root, view } = createView({
      highlight(code, language, isComplete) {
        expect(language).toBe('js');
        lengths.push(isComplete ? 0 : code.textContent.length);
        const text = code.textContent;
        code.replaceChildren(
          ...text
            .split(/(?<=\n)/)
            .map((line) => Object.assign(document.createElement('b'), { textContent: line })),
        );
      },
    });
    view.append('```js\n');
    let source = '';
    const now = vi.spyOn(performance, 'now');
    for (let at = 0; at < 400; at++) {
      now.mockReturnValue(at * 100);
      const line = `const a${at} = ${at};\n`;
      source += line;
      view.append(line);
      expect(root.querySelector('code')!.textContent).toBe(source);
    }
    view.append('```\n');
    view.end?.();
    expect(root.querySelector('code')!.textContent).toBe(source);
    expect(root.querySelectorAll('code > b').length).toBe(400);
    expect(lengths.length).toBeGreaterThan(5);
    expect(lengths.at(-1)).toBe(0);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(source.length * 6);
  });

  test('is not called for short code that is still arriving', () => {
    const highlight = vi.fn();
    const root = arrive(['```js\nlet a;\n'], { highlight }, false);
    expect(root.querySelector('code')!.textContent).toBe('let a;\n');
    expect(highlight).not.toHaveBeenCalled();
  });
});

test('the link hook may set a target, replace the address, or turn a link into text', () => {
  const root = arrive(['[a](https://a.example/x) [b](https://b.example) https://a.example'], {
    link(link, { origin, href }) {
      if (origin !== 'https://a.example') return false;
      link.target = '_blank';
      link.href = `/leave?to=${encodeURIComponent(href)}`;
      return true;
    },
  });
  const links = [...root.querySelectorAll('a')];
  expect(links.map(({ target }) => target)).toEqual(['_blank', '_blank']);
  expect(links[0]!.getAttribute('href')).toBe('/leave?to=https%3A%2F%2Fa.example%2Fx');
  expect(root.textContent).toBe('a b https://a.example');
});

test('the words for screen readers name code by its language and read tables by cells', () => {
  const root = document.createElement('div');
  const view = markdown()(root);
  view.append(
    '# Tea **now**\n\nSee [the docs](https://a.example).\n\n```js\nlet a;\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n- [x] one\n- tw',
  );
  expect(view.takeWords!()).toEqual({
    complete: 'Tea now\nSee the docs.\nCode in js.\na, b\nc, d\n',
    arriving: 'done: one\ntw',
  });
  view.append('o\n');
  view.end?.();
  expect(view.takeWords!()).toEqual({ complete: 'done: one\ntwo\n', arriving: '' });
});

test('the words for screen readers keep spaces around markup, and contain the source of a formula once', () => {
  const math: MarkdownOptions['math'] = (formula, source) => {
    formula.innerHTML = `<math><mi>${source}</mi></math><span aria-hidden="true">${source}</span>`;
  };
  const view = markdown({ math })(document.createElement('div'));
  view.append(
    'A [b ](https://a.example)c<br>d <b>e </b>f\n\nSo $\\alpha_1$ and \\(\\alpha\\), ![a *b* ](/c)d.\n\n$$\ny\n$$\n\n',
  );
  expect(view.takeWords!().complete).toBe('A b c\nd e f\nSo \\alpha_1 and \\alpha, a b d.\ny\n');
});

describe('the words of long blocks', () => {
  const row = (at: number): string => `| ${at} | **b** |\n`;
  const LONG = {
    list: (count: number) => Array.from({ length: count }, (_, at) => `- item **${at}**\n`).join(''),
    'loose list': (count: number) =>
      Array.from({ length: count }, (_, at) => `${at}. item\n\n   more\n\n   - in\n\n`).join(''),
    quote: (count: number) => Array.from({ length: count }, (_, at) => `> one ${at}\n>\n> ---\n`).join(''),
    table: (count: number) =>
      `| a | b |\n|---|---|\n${Array.from({ length: count }, (_, at) => row(at)).join('')}`,
  };
  const CHANGED =
    '- a\n- b\n-\n- c\n--\n- d\n  -\n  ---\n- - e\n\n- [ ] f\n***\n> g\n> -\n> --\nlazy\n\n- h\n';

  test.each([...Object.values(LONG).map((of) => of(6)), CHANGED])(
    'are returned once, however the text is split: %j',
    (source) => {
      const wordsIn = (pieces: readonly string[]): string => {
        const view = markdown()(document.createElement('div'));
        let words = '';
        for (const piece of pieces) {
          view.append(piece);
          words += view.takeWords!().complete;
        }
        view.end!();
        return words + view.takeWords!().complete;
      };
      const whole = wordsIn([source]);
      expect(wordsIn([...source])).toBe(whole);
      expect(wordsIn(source.match(/[^]{1,7}/g)!)).toBe(whole);
    },
  );

  test.each(Object.entries(LONG))('are returned while they arrive, without earlier words: %s', (_, of) => {
    const view = markdown()(document.createElement('div'));
    view.append(of(2000));
    view.takeWords!();
    view.append(of(3).split('\n').at(-2)!);
    const { complete, arriving } = view.takeWords!();
    expect((complete + arriving).length).toBeLessThan(100);
  });
});

test('the caret is in the arriving cell or item', () => {
  const caretIn = (source: string): string | undefined =>
    arrive([source], {}, false)
      .querySelector('[data-teleprinter-caret]')
      ?.outerHTML.replaceAll(/<input[^>]*>| \S+="[^"]*"/g, '');
  expect(caretIn('| a | b |\n|---|---|\n| c | d')).toBe('<td>d</td>');
  expect(caretIn('| a | b |\n|---|---|\n| c')).toBe('<td>c</td>');
  expect(caretIn(`${'- '.repeat(8)}deep`)).toBe('<li>deep</li>');
  expect(arrive(['| a |\n|---|\n| c |\n']).querySelector('[data-teleprinter-caret]')).toBe(null);
});

test('text of the model never goes into a style or script that sanitize allows', () => {
  const sanitize = (html: string) => document.createRange().createContextualFragment(html);
  for (const tag of [
    'style',
    'script',
    'svg',
    'template',
    'textarea',
    'noscript',
    'iframe',
    'xmp',
    'title',
    'math',
  ]) {
    const source = `A <${tag}>b { color: red } **c**</${tag}> d.`;
    const root = arrive([...source], { sanitize });
    expect(root.querySelector(tag)?.textContent ?? '').toBe('');
    expect(root.textContent).toContain('b { color: red } c');
  }
  const root = arrive(['A <mark title="x">b *c*</mark> d.'], { sanitize });
  expect(root.querySelector('mark')!.innerHTML).toBe('b <em>c</em>');
});
