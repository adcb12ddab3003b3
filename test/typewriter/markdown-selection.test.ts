import { afterEach, describe, expect, test } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';
import { createView } from './markdown-view.ts';

afterEach(() => {
  getSelection()!.removeAllRanges();
  document.body.replaceChildren();
});

/** Replaces all nodes in the element, as most highlighters do. */
function highlight(code: HTMLElement): void {
  const words = code.textContent.split(/\b/).map((word) => {
    const span = document.createElement('span');
    span.textContent = word;
    return span;
  });
  code.replaceChildren(...words);
}

const math = (formula: HTMLElement, source: string): void => {
  const shown = document.createElement('b');
  shown.textContent = source;
  formula.replaceChildren(shown);
};

/** Selects from the first occurrence of one text to the last occurrence of another. */
function select(root: Element, from: string, to: string): Selection {
  const texts = document.createNodeIterator(root, NodeFilter.SHOW_TEXT);
  let start: [Text, number] | undefined;
  let end: [Text, number] | undefined;
  for (let text = texts.nextNode() as Text | null; text; text = texts.nextNode() as Text | null) {
    if (!start && text.data.includes(from)) start = [text, text.data.indexOf(from)];
    if (text.data.includes(to)) end = [text, text.data.lastIndexOf(to) + to.length];
  }
  const selection = getSelection()!;
  selection.setBaseAndExtent(...start!, ...end!);
  return selection;
}

/** The browser tells of a selection a task later. */
const told = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** Without marks, which may vanish or turn out to be text. */
const written = (selection: Selection): string =>
  String(selection)
    .replaceAll(/\[\^?\d\]|(?<=e)1|[![\]]/g, '')
    .replaceAll(/\s+/g, ' ');

const CODE = 'const one = 1;\nconst two = 2;\n'.repeat(30);

/** The text that has arrived, the ends of the selection in it, and the text that follows. */
const CASES: Record<string, readonly [arrived: string, from: string, to: string, follows: string]> = {
  'code ends and is highlighted': ['```js\nconst one = 1;\nconst two', 'one', 'two', ' = 2;\n```\n\nEnd.\n'],
  'more of long code is highlighted': [`Words.\n\n\`\`\`js\n${CODE}`, 'Words', 'two', `${CODE}\`\`\`\n`],
  'indented code ends': ['Words.\n\n    const one = 1;', 'Words', '1;', '\n\nEnd.\n'],
  'a paragraph turns out to be a heading': ['Some *words* here', 'ome', 'here', '\n---\n\nEnd.\n'],
  'words become a link': ['Words [in brackets](https://a.ex', 'Words', 'brackets', 'ample/) and more.\n'],
  'an address becomes a link': ['Words. https:', 'Words', 'https:', '//a.example/ and more.\n'],
  'a formula is complete': ['Words $a + b$ and', 'Words', 'and', ' more.\n\nEnd.\n'],
  'a list turns loose': ['- one\n- two\n', 'one', 'two', '\n- three\n'],
  'its footnote moves to the end': ['One[^1].\n\n[^1]: A note\n\nTwo.\n', 'note', 'note', '\nEnd.\n'],
  'the definitions of links arrive': [
    'One [or][a] two [b], three [b] and ![c] four\n\n',
    'three',
    'four',
    '[a]: https://a.example/\n[b]: https://b.example/\n[c]: https://c.example/\n\nEnd.\n',
  ],
  'a reference has no definition': ['One [or][1] two', 'ne', 'tw', '.\n\nEnd.\n'],
  'its note is not defined': ['One[^1] two', 'ne', 'tw', '.\n\nEnd.\n'],
  'its line is the head of a table': ['Some words\nhead | two', 'words', 'head', '\n--- | ---\none | two\n'],
  'a formula that is a block is complete': ['Words\n\n$$\na + b', 'Words', 'b', '\n$$\n\nEnd.\n'],
  'another block follows': ['Words here', 'ords', 'here', '.\n\n| a | b |\n|---|---|\n| c | d |\n'],
};

describe('a selection survives when', () => {
  test.each(Object.entries(CASES))('%s', async (_, [arrived, from, to, follows]) => {
    const options: MarkdownOptions = { highlight, math };
    for (const isBackward of [false, true]) {
      const { root, view } = createView(options);
      view.append(arrived);
      const selection = select(root, from, to);
      const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
      if (isBackward) selection.setBaseAndExtent(focusNode!, focusOffset, anchorNode!, anchorOffset);
      await told();
      const before = written(selection);
      expect(before).not.toBe('');
      for (const letter of follows) view.append(letter);
      view.end?.();
      expect(written(selection)).toBe(before);
      const range = selection.getRangeAt(0);
      const isAnchorFirst =
        selection.anchorNode === range.startContainer && selection.anchorOffset === range.startOffset;
      expect(isAnchorFirst).toBe(!isBackward);
    }
  });
});

test('a selection around the answer does not change', async () => {
  const around = document.createElement('div');
  around.innerHTML = '<p>Before</p><div></div><p>After</p>';
  document.body.append(around);
  const view = markdown({ highlight })(around.querySelector('div')!);
  view.append('Some words\n---\n\n```\ncode\n');
  const selection = select(around, 'Before', 'After');
  const { anchorNode, focusNode } = selection;
  await told();
  view.append('```\n\n[link');
  view.append('](https://a.example/)');
  view.end?.();
  expect([selection.anchorNode, selection.focusNode]).toEqual([anchorNode, focusNode]);
});
