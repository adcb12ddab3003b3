import { afterEach, describe, expect, inject, test } from 'vitest';
import { typewriter, type TypewriterOptions, type View } from '../../src/typewriter.ts';
import { markdown } from '../../src/typewriter/views/markdown/index.ts';
import { text } from '../../src/typewriter/views/text.ts';
import { readBack, TOOLS, writeAgain } from './page-tools.ts';

const TEXT = 'Boil the 🍵 water.\nWarm the pot, then empty it.\n\nWait three minutes.';

const MARKDOWN = `Boil *fresh* [water](https://a.example/) and \`wait\` 🍵.

## The *pot*

- Warm the **tea pot** here
- Empty \`it\`
  - well

1. One

   more [see][1]

- [ ] Clean it

> Quoted *words*

| a | b |
|---|---|
| c *d* | e |

\`\`\`js
const tea = 1;
let pot = tea;
\`\`\`

See [the book][1] now.

[1]: https://b.example/

The end *of it*.`;

const LONG = `Begin. ${'Words of *tea* and more, see [here][1] then. '.repeat(30)}End.\n\n[1]: https://b.example/\n`;

const made: Element[] = [];
afterEach(() => {
  for (const element of made.splice(0)) element.remove();
});

function add(tag = 'div'): HTMLElement {
  const element = document.createElement(tag);
  document.body.append(element);
  made.push(element);
  return element;
}

type CreateView = (element: HTMLElement) => View;

/** Shows an answer in pieces, and calls a tool before some of them. */
function show(
  create: CreateView,
  pieces: Iterable<string>,
  tool: (root: HTMLElement) => void,
  isDue: (at: number) => boolean,
): HTMLElement {
  const root = add();
  const view = create(root);
  let at = 0;
  for (const piece of pieces) {
    if (isDue(at++)) tool(root);
    view.append(piece);
  }
  view.end?.();
  root.remove();
  return root;
}

const none = (): void => {};
const render: CreateView = (root) => markdown({ math: none, highlight: (code) => writeAgain(code) })(root);

const ANSWERS: Record<string, [create: CreateView, source: string, step: number]> = {
  'a text': [text(), TEXT, 1],
  markdown: [markdown(), MARKDOWN, 11],
  'markdown with hooks': [render, MARKDOWN, 37],
  'a long paragraph': [markdown(), LONG, 371],
};

/** One of so many moments is tried. */
const stride = inject('isWhole') ? 1 : 120;

describe.each(Object.entries(ANSWERS))('%s arrives whole and in order where', (_, [create, source, step]) => {
  const letters = [...source];
  const shown = readBack(show(create, letters, none, () => false));

  test.each(Object.entries(TOOLS))('%s', (__, tool) => {
    const faults: string[] = [];
    const check = (when: string, isDue: (at: number) => boolean): void => {
      const read = readBack(show(create, letters, tool, isDue));
      if (read !== shown) faults.push(`${when}: ${read}`);
    };
    for (let moment = 0; moment < letters.length; moment += step * stride)
      check(`once, before ${letters.slice(moment, moment + 10).join('')}`, (at) => at === moment);
    check('often', (at) => at % (source === LONG ? 41 : 3) === 0);
    if (source !== LONG) check('before each letter', () => true);
    expect(faults.slice(0, 3)).toEqual([]);
  });
});

const VIEWS: Record<string, CreateView> = { 'a text': text(), markdown: markdown() };
const ALL: TypewriterOptions = { follow: true, speed: 600, reducedMotion: 'ignore' };
const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);

/** An answer whose words come one by one. */
async function* words(source: string): AsyncGenerator<string> {
  for (const word of source.match(/\s*\S+/g)!) {
    yield word;
    await frame();
  }
}

describe.each(Object.entries(VIEWS))('%s', (name, view) => {
  const tools = Object.entries(TOOLS);

  test('is typed to its end in one time, whatever tools do in each frame', { timeout: 60_000 }, async () => {
    const source = name === 'markdown' ? MARKDOWN : TEXT;
    const shown = readBack(show(view, source, none, () => false));
    const faults: unknown[] = [];
    const listen = (event: ErrorEvent): void => void faults.push(event.message);
    addEventListener('error', listen);
    await Promise.all(
      tools.map(async ([tool, change]) => {
        const element = add();
        const typed = typewriter(words(source), element, { ...ALL, view });
        const observer = new MutationObserver(() => {
          change(element);
          observer.takeRecords();
        });
        observer.observe(element, { childList: true, subtree: true, characterData: true });
        await typed.finished;
        observer.disconnect();
        if (typed.playState !== 'finished' || readBack(element) !== shown)
          faults.push(`${tool}: ${readBack(element)}`);
        expect(element.querySelector('[data-teleprinter-caret], [data-teleprinter-end]')).toBeNull();
      }),
    );
    removeEventListener('error', listen);
    expect(faults).toEqual([]);
  });

  test('takes a time in proportion to its length where a tool changes it in each frame', () => {
    const source = 'Words of *tea* and more, then again. '.repeat(inject('isWhole') ? 2000 : 500);
    const pieces = source.match(/[^]{1,200}/g)!;
    for (const tool of [
      'Google Translate replaces text by elements',
      'Safari and Firefox translate text in place',
    ]) {
      const root = add();
      const shown = view(root);
      const start = performance.now();
      let spent = 0;
      for (const piece of pieces) {
        TOOLS[tool]!(root);
        const before = performance.now();
        shown.append(piece);
        spent += performance.now() - before;
      }
      shown.end?.();
      expect([tool, spent < 3000], `${spent} of ${performance.now() - start} ms`).toEqual([tool, true]);
      root.remove();
    }
  });

  test('appears again where an extension removes what is arriving', () => {
    const root = add();
    const shown = view(root);
    for (const piece of ['One.\n\nTwo ', 'and ', 'more.']) {
      root.lastElementChild?.lastElementChild?.remove();
      shown.append(piece);
    }
    expect(root.textContent.replaceAll('\n', '')).toBe('One.Two and more.');
    root.lastElementChild!.remove();
    shown.append('\n\nThree.');
    shown.end?.();
    expect(root.textContent.replaceAll('\n', '')).toBe('Two and more.Three.');
  });

  test('has its caret after the last letter, not in what an extension adds', async () => {
    const element = add();
    const { readable, writable } = new TransformStream<string, string>();
    const writer = writable.getWriter();
    const typed = typewriter(readable, element, { ...ALL, view });
    void writer.write('One. ');
    await expect.poll(() => element.textContent.trim()).toBe('One.');
    const bar = document.createElement('div');
    bar.innerHTML = '<p>Copy</p>';
    element.append(bar);
    void writer.write('Two. ');
    await expect.poll(() => element.textContent).toContain('Two.');
    const caret = element.querySelectorAll('[data-teleprinter-end] [data-teleprinter-caret]');
    expect(Array.from(caret, ({ textContent }) => textContent.trim())).toEqual(['One. Two.']);
    void writer.close();
    await typed.finished;
  });
});

describe('markdown', () => {
  const letters = (root: HTMLElement, source: string, options = {}): View => {
    const view = markdown(options)(root);
    for (const letter of source) view.append(letter);
    return view;
  };
  const [translate, highlight] = [
    'Google Translate replaces text by elements',
    'a search highlights letters',
  ];

  test.each([translate, highlight])('has the links that are defined at its end where %s', (tool) => {
    const source = `One [book][1] here.\n\n- Two *more* [book][1] here\n\n${'Many words, see the [book][1] here. '.repeat(30)}\n\n| a |\n|---|\n| [book][1] here |\n\n`;
    for (const isOften of [false, true]) {
      const root = add();
      const view = letters(root, '');
      for (const letter of source) {
        view.append(letter);
        if (isOften && letter === ' ') TOOLS[tool]!(root);
      }
      TOOLS[tool]!(root);
      for (const letter of '[1]: https://b.example/\n') view.append(letter);
      view.end?.();
      expect(Array.from(root.querySelectorAll('a'), (link) => link.href)).toEqual(
        Array(33).fill('https://b.example/'),
      );
      expect(readBack(root)).toBe(readBack(letters(add(), source) && made.at(-1)!));
    }
  });

  test('keeps the highlighting that a page adds to arriving code', () => {
    const root = add();
    const view = letters(root, '```js\nlet a = 1;\nlet b');
    TOOLS['a highlighter renders all code']!(root);
    for (const letter of ' = 2;\n```\n\nEnd.') view.append(letter);
    view.end?.();
    expect(root.querySelector('pre')!.textContent).toBe('let a = 1;\nlet b = 2;\n');
    expect(root.querySelectorAll('.hljs').length).toBeGreaterThan(5);
  });

  test('gives its code to the page as it was written, also where a translator has changed it', () => {
    const given: string[] = [];
    const code = `let a = 1;\n`.repeat(90);
    const root = add();
    const view = letters(root, `\`\`\`js\n${code}`, {
      highlight: (element: HTMLElement) => void given.push(element.textContent),
    });
    TOOLS[translate]!(root);
    for (const letter of 'let b;\n```\n') view.append(letter);
    view.end?.();
    expect(given.at(-1)).toBe(`${code}let b;\n`);
    expect(root.querySelector('code')!.textContent).toBe(`${code}let b;\n`);
  });

  test.each(['a script writes the HTML of the answer again', 'comments are removed'])(
    'shows its sources where %s',
    (name) => {
      const root = add();
      const view = letters(root, 'One.\n\n[1]: https://b.example/\n\nTwo.');
      const comments = document.createNodeIterator(root, NodeFilter.SHOW_COMMENT);
      const change = TOOLS[name] ?? (() => (comments.nextNode() as Comment).remove());
      change(root);
      view.append('\n\nThree.');
      view.end?.();
      expect(root.textContent).toContain('[1] https://b.example/');
      expect(readBack(root).match(/three/g)).toHaveLength(1);
    },
  );

  test('keeps the elements around what it writes again', () => {
    const root = add();
    const view = letters(root, 'One *two* [three](https://a.example/) four');
    const [emphasis, link] = [root.querySelector('em'), root.querySelector('a')];
    TOOLS[translate]!(root);
    view.append(' five');
    expect([root.querySelector('em'), root.querySelector('a')]).toEqual([emphasis, link]);
    expect(root.innerHTML).not.toContain('font');
    expect(root.textContent).toBe('One two three four five');
  });
});
