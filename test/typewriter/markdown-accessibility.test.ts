import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import { arrive } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

const ANSWER = `# A title

Words with [a link](https://a.example), \`code\` and a note[^1], and again[^1].

## Tasks

- [x] done
- [ ] to do

  > - [X] in a quote

| one | two | ${'wide'.repeat(200)} |
|---|--:|---|
| 1 | 2 | 3 |
| 4 | | |

\`\`\`js
const wide = '${'wide '.repeat(200)}';
\`\`\`

<details>
<summary>More</summary>

1. one
   - two

</details>

[^1]: A note

[1]: https://b.example
`;

/** The faults that axe finds in an answer: [rule, elements]. */
async function faultsOf(root: HTMLElement): Promise<unknown> {
  const { violations } = await axe.run(root);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

test('axe finds no fault in an answer, while it arrives and after', { timeout: 30_000 }, async () => {
  for (const length of [200, 300, 1000, 1200, 2500]) {
    const root = arrive(Array.from(ANSWER.slice(0, length)), {}, false);
    expect(await faultsOf(root)).toEqual([]);
    root.remove();
  }
  expect(await faultsOf(arrive([...ANSWER]))).toEqual([]);
});

test('boxes of tasks have a name, and the list keeps its role without its marks', () => {
  const root = arrive(['- [x] done\n- [ ] to do\n']);
  expect([...root.querySelectorAll('input')].map(({ ariaLabel }) => ariaLabel)).toEqual([
    'Completed task',
    'Incomplete task',
  ]);
  // Safari takes a list with `list-style: none` for layout.
  expect(getComputedStyle(root.querySelector('li')!).listStyleType).not.toBe('none');
});

test('code and formulas are not translated', () => {
  const root = arrive(['`git push` and $a$\n\n```sh\ngit push\n```\n\n$$\nb\n$$\n'], { math: () => {} });
  expect([...root.querySelectorAll('code, .math')].map((code) => (code as HTMLElement).translate)).toEqual(
    Array(4).fill(false),
  );
  expect(root.querySelector('p')!.translate).toBe(true);
});

test('the link at the end of a note leads back to the mark that the reader has followed', () => {
  const root = arrive(['One[^a], two[^a].\n\n[^a]: A note\n\n[^b]: Without a mark\n']);
  const [one, two] = root.querySelectorAll<HTMLElement>('[data-footnote-ref]');
  const [back, ...others] = root.querySelectorAll<HTMLAnchorElement>('[data-footnote-backref]');
  expect(others).toEqual([]);
  // By its address, too, as in a saved page.
  expect(root.querySelector(back!.hash)).toBe(one);
  back!.click();
  expect(document.activeElement).toBe(one);
  two!.click();
  expect(document.activeElement).toBe(back!.closest('li'));
  back!.click();
  expect(document.activeElement).toBe(two);
  expect(root.querySelector(back!.hash)).toBe(two);
});
