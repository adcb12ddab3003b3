/** Where an answer may be: in a frame or another window, moved while it arrives, beside a copy, after others. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { typewriter } from '../../src/typewriter.ts';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { collectsGarbage, leaks } from '../leaks.ts';

const ANSWER = `# Tea \`x\`

Boil *fresh* [water][1] and \`wait\`, see[^1] $x^2$ here.

- Warm the **pot**
- Empty \`it\`
  - well done

- then

  > Quoted *words*

- [ ] Clean it

| a | b |
|---|---|
| plain | plain <br> two |

<details><summary>More</summary>

Inner text <u>here</u>

</details>

\`\`\`js
const tea = 1;
\`\`\`

$$
y^2
$$

[^1]: A note *here*

[1]: https://b.example/

The end of it.`;

const made: Element[] = [];
afterEach(() => {
  for (const element of made.splice(0)) element.remove();
  vi.restoreAllMocks();
});

function add<Tag extends keyof HTMLElementTagNameMap>(tag: Tag): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  document.body.append(element);
  made.push(element);
  return element;
}

const bodyOfFrame = (): HTMLElement => add('iframe').contentDocument!.body;

/** Makes nodes as a script of the window does that an element is in. */
const nodesIn = ({ ownerDocument }: Element, html: string): ChildNode[] => {
  const range = ownerDocument.createRange();
  range.selectNodeContents(ownerDocument.body);
  return [...range.createContextualFragment(html).childNodes];
};

const WITH_NODES: MarkdownOptions = {
  math: (formula, source) => formula.replaceWith(...nodesIn(formula, `<b>${source}</b>`)),
  highlight(code, _, isComplete) {
    if (isComplete)
      code.parentElement!.replaceWith(...nodesIn(code, `<pre><code>${code.innerHTML}</code></pre>`));
  },
  onBlock(block) {
    block.append(...nodesIn(block, 'and <i>more</i>'));
    for (const emphasis of block.querySelectorAll('em'))
      emphasis.replaceWith(...nodesIn(block, '<em>new</em>'));
  },
};

/** Shows the answer letter by letter, and moves it before one of them. Returns its HTML and its words. */
function show(root: HTMLElement, options: MarkdownOptions, moveAt = -1, to?: HTMLElement) {
  const view = markdown(options)(root);
  let words = '';
  for (const [at, letter] of [...ANSWER].entries()) {
    if (at === moveAt) to!.append(root);
    view.append(letter);
    words += view.takeWords!().complete;
  }
  view.end!();
  words += view.takeWords!().complete;
  return { html: root.innerHTML.replaceAll(/footnote-\d+/g, 'footnote'), words };
}

describe.each(Object.entries({ 'an answer': {}, 'an answer with hooks': WITH_NODES }))('%s', (_, options) => {
  test('in a frame is the same, and is spoken with the same words', () => {
    const root = bodyOfFrame().appendChild(document.createElement('div'));
    expect(show(root, options)).toEqual(show(add('div'), options));
  });

  test('may be moved into a frame, and back, before any letter', () => {
    const expected = show(add('div'), options);
    const frame = bodyOfFrame();
    for (let at = 5; at < ANSWER.length; at += 23) {
      expect(show(add('div'), options, at, frame)).toEqual(expected);
      const root = frame.appendChild(document.createElement('div'));
      expect(show(root, options, at, document.body)).toEqual(expected);
      root.remove();
      frame.replaceChildren();
    }
  });
});

test('an answer that is moved while it arrives keeps its looks and its caret', async () => {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  const root = document.createElement('div');
  const typed = typewriter(readable, root, { view: markdown(), reducedMotion: 'ignore' });
  const styleOf = (selector: string, pseudo?: string): CSSStyleDeclaration => {
    const element = root.querySelector(selector)!;
    return element.ownerDocument.defaultView!.getComputedStyle(element, pseudo);
  };
  const places = [document.body, add('div').attachShadow({ mode: 'open' }), bodyOfFrame()];
  for (const [at, place] of places.entries()) {
    place.append(root);
    void writer.write(`Word ${at} `);
    await expect.poll(() => root.textContent).toContain(`Word ${at}`);
    expect(styleOf('p').lineHeight).toBe('24px');
    expect(styleOf('[data-teleprinter-caret]', '::after').display).toBe('inline-block');
  }
  void writer.close();
  await typed.finished;
  root.remove();
});

test('an answer may be typed and followed where nothing is laid out, as in a template', async () => {
  const template = document.createElement('template');
  const root = document.createElement('div');
  template.content.append(root);
  await typewriter('One *two*.', root, { view: markdown(), follow: true }).finished;
  expect(root.querySelector('em')!.textContent).toBe('two');
});

describe('footnotes', () => {
  const NOTES = 'One[^a], two[^a].\n\n[^a]: A note\n';
  const type = async (root: HTMLElement): Promise<void> =>
    typewriter(NOTES, root, { view: markdown(), announce: 'off' }).finished;

  test('lead to each other within their answer, also beside a saved copy of it', async () => {
    const [copy, root] = [add('div'), add('div')];
    await type(root);
    copy.innerHTML = root.innerHTML;
    const [, two] = root.querySelectorAll<HTMLElement>('[data-footnote-ref]');
    const back = root.querySelector<HTMLElement>('[data-footnote-backref]')!;
    for (const [link, target] of [
      [two!, back.closest('li')],
      [back, two!],
      [two!, back.closest('li')],
      [back, two!],
    ] as const) {
      link.click();
      expect(document.activeElement).toBe(target);
    }
    expect(location.hash).toBe('');
  });

  test('stay in a page whose addresses have another base', async () => {
    const base = document.createElement('base');
    base.href = '/elsewhere/';
    document.head.append(base);
    made.push(base);
    const root = add('div');
    await type(root);
    root.querySelector<HTMLElement>('[data-footnote-ref]')!.click();
    expect(document.activeElement).toBe(root.querySelector('section li'));
  });

  test('lead to those of the newest of several answers in one element', async () => {
    const root = add('div');
    for (let answer = 0; answer < 3; answer++) await type(root);
    root.querySelector<HTMLElement>('[data-footnote-ref]')!.click();
    expect(document.activeElement).toBe(root.querySelector('section li'));
  });

  test.skipIf(!collectsGarbage)('are not kept by the element when the next answer is in it', async () => {
    const root = add('div');
    const left = await leaks(async () => {
      await type(root);
      return { note: root.querySelector('section li')! };
    });
    expect(left).toEqual([]);
  });
});
