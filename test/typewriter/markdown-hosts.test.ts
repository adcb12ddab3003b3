import { afterEach, describe, expect, test } from 'vitest';
import { arrive } from './markdown-view.ts';

const ANSWER = [
  '# One',
  'Text with **bold**, *emphasis*, `code`, H<sub>2</sub>O and a [link](https://example.com).',
  '## Two',
  '- item\n- item\n  - nested\n  - nested\n- [ ] task',
  '1. first\n2. second',
  '#### Four',
  `\`\`\`js\n${'long code '.repeat(100)}\n\`\`\``,
  '| a | b |\n|---|---|\n| c | `d` |',
  '> quote\n>\n> > nested',
  '---',
  'Note[^1]',
  '[^1]: The note.',
].join('\n\n');

const added: Element[] = [];
afterEach(() => {
  for (const element of added.splice(0)) element.remove();
});

/** Shows the answer in a page with these styles. */
function showIn(css: string, bubble = ''): HTMLElement {
  const style = document.createElement('style');
  style.textContent = css;
  const box = document.createElement('div');
  box.style.cssText = bubble;
  const root = arrive([ANSWER]);
  box.append(root);
  document.head.append(style);
  document.body.append(box);
  added.push(style, box);
  return root;
}

const styleOf = (root: Element, selector: string): CSSStyleDeclaration =>
  getComputedStyle(root.querySelector(selector)!);
const sizeOf = (root: Element, selector: string): number => parseFloat(styleOf(root, selector).fontSize);

const PREFLIGHT = `
  *, ::before, ::after { box-sizing: border-box; border: 0 solid; margin: 0; padding: 0; }
  h1, h2, h3, h4, h5, h6 { font-size: inherit; font-weight: inherit; }
  a { color: inherit; text-decoration: inherit; }
  code, kbd, samp, pre { font-family: monospace; font-size: 1em; }
  ol, ul, menu { list-style: none; margin: 0; padding: 0; }
  blockquote, h1, h2, h3, h4, p, pre { margin: 0; }
  img { display: block; vertical-align: middle; }
`;
const RESETS = {
  'Tailwind 4’s Preflight': `@layer theme, base, components, utilities; @layer base { ${PREFLIGHT} }`,
  'a reset of everything': `* { margin: 0; padding: 0; list-style: none; box-sizing: border-box; word-break: break-all; }`,
  'Tailwind 3’s Preflight, with the rule of the guide': `${PREFLIGHT}
    [data-teleprinter-markdown] :is(h1, h2, h3, h4, ul, ol, li, p, pre, a) { all: revert-layer; }`,
};

test('the rule of the guide keeps single line breaks, and adds no others', () => {
  const poem = 'Old pond,\na frog jumps in.\n\n1. sound\n   of water\n2. sound\n\n   - *of*\n     water';
  const lines = (): number[] => {
    const root = arrive([...poem]);
    added.push(root);
    return Array.from(root.querySelectorAll('p, li li'), (text) => {
      const { height } = text.getBoundingClientRect();
      return Math.round(height / parseFloat(getComputedStyle(text).lineHeight));
    });
  };
  const heightOf = (source: string): number => {
    const root = arrive([source]);
    added.push(root);
    return root.offsetHeight;
  };
  const height = heightOf(ANSWER);
  expect(lines()).toEqual([1, 1, 1, 1]);
  const style = document.createElement('style');
  style.textContent = '[data-teleprinter-markdown] :is(p, li, td) { white-space: pre-line; }';
  document.head.append(style);
  added.push(style);
  expect(lines()).toEqual([2, 2, 1, 2]);
  expect(heightOf(ANSWER)).toBe(height);
});

test.each(['- ', '> ', '> 1. '])('text in 30 levels of %j has room on a phone', (level) => {
  const root = arrive([`${level.repeat(30)}Some words.`]);
  added.push(root);
  root.style.width = '358px';
  const range = document.createRange();
  range.selectNodeContents([...root.querySelectorAll('li, blockquote')].at(-1)!);
  const { width, right } = range.getBoundingClientRect();
  expect(width).toBeGreaterThan(70);
  expect(right).toBeLessThan(root.getBoundingClientRect().right + 1);
});

test('keeps lines under a reset of everything', () => {
  const root = showIn('* { margin: 0; padding: 0; border: 0; }');
  expect(styleOf(root, 'blockquote').borderLeftWidth).toBe('4px');
  expect(styleOf(root, 'blockquote').borderLeftStyle).toBe('solid');
  expect(styleOf(root, 'blockquote').borderTopWidth).toBe('0px');
  expect(styleOf(root, 'hr').borderTopWidth).toBe('1px');
  expect(styleOf(root, 'section').borderTopWidth).toBe('1px');
  expect(styleOf(root, 'td').borderLeftWidth).toBe('1px');
  expect(styleOf(root, 'p > code').paddingLeft).not.toBe('0px');
});

describe.each(Object.entries(RESETS))('under %s', (_, css) => {
  test('keeps lists', () => {
    const root = showIn(css);
    expect(styleOf(root, 'ul').listStyleType).not.toBe('none');
    expect(styleOf(root, 'ol').listStyleType).toBe('decimal');
    expect(styleOf(root, 'li').display).toBe('list-item');
    expect(parseFloat(styleOf(root, 'ul').paddingLeft)).toBeGreaterThan(20);
    expect(styleOf(root, '.task-list-item').listStyleType).toBe('""');
    expect(parseFloat(styleOf(root, '.task-list-item input').marginLeft)).toBeLessThan(-10);
    expect(styleOf(root, 'ul ul').marginBottom).toBe('0px');
  });

  test('keeps headings, emphasis, links and space between blocks', () => {
    const root = showIn(css);
    expect(sizeOf(root, 'h1')).toBeGreaterThan(sizeOf(root, 'h2'));
    expect(sizeOf(root, 'h2')).toBeGreaterThan(sizeOf(root, 'p'));
    expect(Number(styleOf(root, 'h4').fontWeight)).toBeGreaterThan(400);
    expect(Number(styleOf(root, 'strong').fontWeight)).toBeGreaterThan(400);
    expect(styleOf(root, 'em').fontStyle).toBe('italic');
    expect(styleOf(root, 'sub').verticalAlign).toBe('sub');
    expect(styleOf(root, 'sub').position).toBe('static');
    expect(styleOf(root, 'a').textDecorationLine).toBe('underline');
    expect(styleOf(root, 'p').marginBottom).toBe('16px');
    expect(styleOf(root, 'p').lineHeight).toBe('24px');
    expect(root.querySelector('h1')!.getBoundingClientRect().top).toBe(root.getBoundingClientRect().top);
  });

  test('keeps code and tables', () => {
    const root = showIn(css);
    expect(styleOf(root, 'pre > code').fontFamily).toContain('mono');
    expect(styleOf(root, 'pre').overflowX).toBe('auto');
    expect(parseFloat(styleOf(root, 'pre').paddingLeft)).toBeGreaterThan(10);
    expect(parseFloat(styleOf(root, 'td').borderBottomWidth)).toBeGreaterThan(0);
    expect(parseFloat(styleOf(root, 'td').paddingLeft)).toBeGreaterThan(5);
    expect(styleOf(root, 'td').wordBreak).toBe('normal');
    expect(styleOf(root, 'blockquote').paddingLeft).toBe('16px');
  });
});

describe('gives way to', () => {
  test('classes of the page', () => {
    const root = showIn(`
      .mine { line-height: 2; }
      .mine ul { list-style: none; padding: 0; }
      .mine :where(h1) { font-size: 77px; }
      .mine a { text-decoration: none; }`);
    root.classList.add('mine');
    expect(getComputedStyle(root).lineHeight).toBe('32px');
    expect(styleOf(root, 'ul').listStyleType).toBe('none');
    expect(styleOf(root, 'ul').paddingLeft).toBe('0px');
    expect(styleOf(root, 'h1').fontSize).toBe('77px');
    expect(styleOf(root, 'a').textDecorationLine).toBe('none');
  });

  test('any rule of the page in no layer', () => {
    const root = showIn(`
      h1 { font-size: 77px; margin: 7px; }
      ul { list-style: none; padding: 0; }
      li { display: flex; }
      a { text-decoration: none; color: green; }
      pre { padding: 5px; display: block; }
      code { padding: 1px; }
      table { border-collapse: separate; }
      td { padding: 3px; border: 0; word-break: break-all; }
      :where(.answer) { line-height: 3; }`);
    root.classList.add('answer');
    expect(styleOf(root, 'h1').fontSize).toBe('77px');
    expect(styleOf(root, 'h1').marginBottom).toBe('7px');
    expect(styleOf(root, 'ul').listStyleType).toBe('none');
    expect(styleOf(root, 'ul').paddingLeft).toBe('0px');
    expect(styleOf(root, 'li').display).toBe('flex');
    expect(styleOf(root, 'a').textDecorationLine).toBe('none');
    expect(styleOf(root, 'a').color).toBe('rgb(0, 128, 0)');
    expect(styleOf(root, 'pre').padding).toBe('5px');
    expect(styleOf(root, 'pre').display).toBe('block');
    expect(styleOf(root, 'p > code').padding).toBe('1px');
    expect(styleOf(root, 'table').borderCollapse).toBe('separate');
    expect(styleOf(root, 'td').padding).toBe('3px');
    expect(styleOf(root, 'td').borderLeftWidth).toBe('0px');
    expect(styleOf(root, 'td').wordBreak).toBe('break-all');
    expect(getComputedStyle(root).lineHeight).toBe('48px');
  });

  test('utilities in a layer', () => {
    const root = showIn(`
      @layer theme, base, components, utilities;
      @layer base { ${PREFLIGHT} }
      @layer utilities {
        .leading { line-height: 2; }
        .prose :where(ul) { list-style-type: square; padding-left: 7px; }
        .prose :where(pre) { background: black; color: white; }
      }`);
    root.className += ' leading prose';
    expect(getComputedStyle(root).lineHeight).toBe('32px');
    expect(styleOf(root, 'ul').listStyleType).toBe('square');
    expect(styleOf(root, 'ul').paddingLeft).toBe('7px');
    expect(styleOf(root, 'pre').backgroundColor).toBe('rgb(0, 0, 0)');
  });

  test.each(['', '@layer base'])('the colours of elements %s', (layer) => {
    const rules = `pre { background: black; color: white; padding: 5px } a { color: green }`;
    const root = showIn(layer ? `${layer} { ${rules} }` : rules);
    expect(styleOf(root, 'pre').backgroundColor).toBe('rgb(0, 0, 0)');
    expect(styleOf(root, 'pre > code').color).toBe('rgb(255, 255, 255)');
    expect(styleOf(root, 'a').color).toBe('rgb(0, 128, 0)');
  });
});

test('has the colour of the text, also in links and nested quotes, so that it is readable in any bubble', () => {
  const root = showIn('', 'color: rgb(1, 2, 3)');
  for (const selector of ['a', 'blockquote blockquote', 'code', 'th'])
    expect(styleOf(root, selector).color).toBe('rgb(1, 2, 3)');
});

test.each(['display: flex', 'display: grid', 'display: flex; white-space: nowrap', 'display: table'])(
  'long code scrolls in a bubble with `%s`',
  (bubble) => {
    const root = showIn('', `width: 300px; ${bubble}`);
    const wrapper = document.createElement('div');
    root.replaceWith(wrapper);
    wrapper.append(root);
    expect(wrapper.offsetWidth).toBeLessThanOrEqual(300);
    const pre = root.querySelector('pre')!;
    expect(pre.scrollWidth).toBeGreaterThan(pre.clientWidth);
  },
);

test('a bubble of the width of its content is as wide as its code', () => {
  const root = showIn('', 'width: max-content');
  const pre = root.querySelector('pre')!;
  expect(pre.offsetWidth).toBeGreaterThan(1000);
  expect(pre.scrollWidth).toBe(pre.clientWidth);
});
