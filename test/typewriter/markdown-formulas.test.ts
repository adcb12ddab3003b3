import { afterEach, describe, expect, test } from 'vitest';
import { arrive, readAnswer } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

/** The text of an answer, with its formulas as `‹x›`, those in display style as `«x»`. */
const formulas = (source: string): string => {
  const math = (formula: HTMLElement, text: string, isBlock: boolean): void =>
    formula.replaceChildren(isBlock ? `«${text}»` : `‹${text}›`);
  return readAnswer(source, ({ textContent }) => textContent, { math });
};

test.each([
  // https://github.com/omnigent-ai/omnigent/pull/5013, https://github.com/omnigent-ai/omnigent/pull/4026
  '$/PR is down but $/session is up',
  "Unresolved '$LLM_API_KEY' in 'env:X'. Set $LLM_API_KEY or $OMNIGENT_KEY.",
  // https://github.com/NousResearch/hermes-agent/pull/80331, https://github.com/TouchAI-org/TouchAI/pull/419
  '$VERIFIED_COUNT/$TOTAL_COUNT of $RESULTS',
  'PATH=${HOME}/bin:${PATH}, $(A)/$(B), $HOME/$PATH, $env:A and $env:B',
  '$? and $!, "$?"/"$!", ^foo$|^bar$, (a$)|(b$)',
  // https://github.com/shd101wyy/vscode-markdown-preview-enhanced/issues/138
  '$12.5/月，$15/月，花了$5，又花了$10。',
  'Q1 ($100K), Q2 ($115K), and the total ($215K)',
  'US$5 … US$10, A$5, R$ 12 e R$ 15, $5-$10, $5–$10, $5/$10',
  '$5 or 10$, $5 (or 10$), $5/month or 10$',
  'Es kostet 5$, nicht 6$. 5$/6$, 5$–6$',
  '$100 billion to 200 billion$',
  'Nopa ($$), Zuni ($$), Quince ($$$). $, $$, $$$',
  'from $$ to $$ per head, $$5 and $$10',
  'cost ($/PR) vs ($/session), $/h or A$, $12k–$24k/yr ($/yr)',
  '$AAPL/$TSLA, $TH',
])('in %s there is no formula', (source) => {
  expect(formulas(source)).toBe(source);
});

test.each([
  ['the $n$th and $i$-th, _$x$_, __$y$__', 'the ‹n›th and ‹i›-th, ‹x›, ‹y›'],
  [
    '$2 \\text{ or } 3$, $10 \\text{ kg}$, $3 \\times 10^8$',
    '‹2 \\text{ or } 3›, ‹10 \\text{ kg}›, ‹3 \\times 10^8›',
  ],
  ['设$x=1$，则$y$为$z$的函数', '设‹x=1›，则‹y›为‹z›的函数'],
  ['ค่า$x$และ$y$ قيمة $x$ هي', 'ค่า‹x›และ‹y› قيمة ‹x› هي'],
  ['$5 and $x$ and $10, $f$(x), $|x|$, $.5$', '$5 and ‹x› and $10, ‹f›(x), ‹|x|›, ‹.5›'],
  ['so $$x$$, and $$ y $$.', 'so «x», and « y ».'],
])('in %s the formulas are found', (source, shown) => {
  expect(formulas(source)).toBe(shown);
});

describe('an environment', () => {
  test.each([
    [
      '\\begin{align}\nx &= 1 \\\\\n- y &= 2\n\\end{align}',
      '«\\begin{align}\nx &= 1 \\\\\n- y &= 2\n\\end{align}»',
    ],
    // https://github.com/silverbulletmd/silverbullet-katex/issues/2
    [
      'So:\n\\begin{equation*}\na = b\n\\end{equation*}\nand',
      'So:«\\begin{equation*}\na = b\n\\end{equation*}»and',
    ],
    ['- \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}\n- b', '«\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}»b'],
    ['So \\[\n\\begin{cases}\na\n\\end{cases}\n\\]', 'So «\n\\begin{cases}\na\n\\end{cases}\n»'],
    ['\\begin{itemize}\n\\item *a*\n\\end{itemize}', '\\begin{itemize}\n\\item a\n\\end{itemize}'],
  ])('of mathematics is a formula without delimiters: %j', (source, shown) => {
    expect(formulas(source)).toBe(shown);
  });
});

test('a line that begins with $$ keeps its markup where no formula ends', () => {
  const root = arrive(['$$ – **moderate**\n\nNext'], { math: () => {} });
  expect(root.querySelector('strong')!.textContent).toBe('moderate');
  expect(root.textContent).toBe('$$ – moderateNext');
});

test('a formula is read from left to right in text that is not', () => {
  const root = arrive(['שלום $f(x)=1$ עולם\n\n$$\ny\n$$\n'], { math: () => {} });
  for (const formula of root.querySelectorAll('.math')) {
    expect(getComputedStyle(formula).direction).toBe('ltr');
    expect(getComputedStyle(formula).unicodeBidi).toBe('isolate');
  }
});
