/** What models write in published answers to benchmarks, such as alpaca_eval, WildBench and MisguidedAttention. */
import { afterEach, describe, expect, test } from 'vitest';
import { arrive, letterByLetter } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

/** The formulas in an answer that arrives letter by letter. */
function formulasIn(source: string): string[] {
  const root = arrive([...source], { math: () => {} });
  return [...root.querySelectorAll('.math')].map(({ textContent }) => textContent);
}

describe('formulas', () => {
  test.each([
    ['is $ P(D) = \\frac{1}{4} $ ($ \\frac{2}{3} $) or', ['P(D) = \\frac{1}{4}', '\\frac{2}{3}']],
    ['from $ x $, $ x - y $ and $ P(A) $ to $ 2x + 1 = 1.10 $.', ['x', 'x - y', 'P(A)', '2x + 1 = 1.10']],
    ['- $ P(G | D) = 1 $: if\n- $ K_B = \\text{True} $).\n', ['P(G | D) = 1', 'K_B = \\text{True}']],
    // https://github.com/LostRuins/koboldcpp/issues/1688
    ['are $ 0 < a < 1 $ and $ 3 > x $.', ['0 < a < 1', '3 > x']],
    // https://github.com/mity/md4c/issues/279, https://github.com/hackmdio/codimd/issues/669
    ['the $n$th has $ \\frac{3}{4} $', ['n', '\\frac{3}{4}']],
    ['30$\\mu$m, $\\sim$100 and $^{13}$C/$^{12}$C', ['\\mu', '\\sim', '^{13}', '^{12}']],
  ])('in %j are found', (source, formulas) => {
    expect(formulasIn(source)).toEqual(formulas);
  });

  test.each([
    // https://github.com/danny-avila/LibreChat/pull/15181, https://github.com/nimbalyst/nimbalyst/issues/1385
    'from $2bn to at least $4bn, "$990/mo" and a "$1,500 freebie"',
    // https://github.com/omnigent-ai/omnigent/pull/4026, https://github.com/NousResearch/hermes-agent/pull/80331
    'Set $LLM_API_KEY or ${LLM_KEY}, $VERIFIED_COUNT/$TOTAL_COUNT.',
    '55,000 $ x (1 - 0.3) = 38,500 $ and 5.000 $ * 30% = 1.500 $ a year',
    'It is $ 5 and $ 10 = $ 15, or 5 $ a month and 10 $ a_year',
    "5$ l'unité = 500$, 50 outils à 2$, smartphones (10 à 100$ l'unité)",
    'in "${srcdir}/usr/share/${_icons}/apps/${pkgname}.png"',
    'Price in $ and the number of_items in $ too',
    'It is $ 5 < $ 10, $ 5 > 3 and $ 4, or $ 3 < 5 of $ 6',
  ])('are not in %j', (source) => {
    const root = arrive([...source], { math: () => {} });
    expect(root.querySelector('.math')).toBe(null);
    expect(root.textContent).toBe(source);
  });

  test.each([
    'Total: $0.05 + $1.05 = **$1.10**, so "$1.10 to be "$1 more.',
    'The final answer is: $\\boxed{A is a Knave and B is a Knight}$ or $p = \\text{number of ways to}$.',
  ])('in %j do not flash, nor do amounts', (source) => {
    let shown = '';
    const dollars = (text: string): number => text.split('$').length;
    letterByLetter(
      source,
      (root) => {
        expect(dollars(root.textContent)).toBeGreaterThanOrEqual(dollars(shown));
        shown = root.textContent;
      },
      { math: () => {} },
    );
  });

  test('that begin with a number are found as soon as it has an exponent', () => {
    letterByLetter(
      'So $365^{30}$ and $1\\times 2$.',
      (root, soFar) => expect(root.textContent).not.toMatch(soFar.endsWith('$1') ? '$3' : /\$\d+[\^\\]/),
      { math: () => {} },
    );
  });

  test('with spaces inside their delimiters are shown without these from the start', () => {
    letterByLetter(
      'So $ P(D) = \\frac{1}{4} $ and $ x $.',
      (root) => expect(root.textContent).not.toContain('$'),
      { math: () => {} },
    );
  });
});

describe('bold text that begins with a space, as DeepSeek, GLM and Grok write before foreign words in Chinese', () => {
  test.each([
    ['- ** accessibility：** 全球专家\n- ** strangulation**：当星系', [' accessibility：', ' strangulation']],
    ['带来的** catharsis（情感宣泄）** 和希望', [' catharsis（情感宣泄）']],
    [
      '**模型**：** Lagrangian模型**（如a）可。** Eulerian模型（CTM）**（如',
      ['模型', ' Lagrangian模型', ' Eulerian模型（CTM）'],
    ],
    [
      '年轻木星的** disk**（环行星盘），类似于**protoplanetary disk**（原行星盘）',
      [' disk', 'protoplanetary disk'],
    ],
    ['**优点：** Fast and **快速**，好', ['优点：', '快速']],
    ['- ** агрессив/叛逆型角色**：', [' агрессив/叛逆型角色']],
    ['** foo bar** b', []],
    ['乘方** 表示 x**2', []],
  ])('%j', (source, bold) => {
    const root = letterByLetter(source, (shown, soFar) => {
      if (bold.length && soFar.length < source.length) expect(shown.textContent).not.toContain('*');
    });
    expect([...root.querySelectorAll('strong')].map(({ textContent }) => textContent)).toEqual(bold);
  });
});

// https://github.com/FiligranHQ/filigran-ui/issues/327
test.each(['|---|---|---|---|', '| --- | :-: |', '|---|---|---|---|---|---|'])(
  'a table whose second line is %j, of fewer or more cells than its head, has the columns of the head',
  (line) => {
    const source = `| Day | Mon | Tue | Wed |\n${line}\n| a | b | c | d |\n| e | f |\n`;
    const root = letterByLetter(source, (shown) => expect(shown.textContent).not.toContain('-'));
    expect([...root.querySelectorAll('tr')].map(({ children }) => children.length)).toEqual([4, 4, 4]);
    expect(root.querySelectorAll('td')[3]!.textContent).toBe('d');
    expect(arrive([source]).innerHTML).toBe(root.innerHTML);
  },
);

test('a mark before a pipe, which may separate cells, does not disappear', () => {
  let shown = '';
  letterByLetter('so (1/2) * |a| and ** |b', (root) => {
    expect(root.textContent.trim().startsWith(shown)).toBe(true);
    shown = root.textContent.trim();
  });
});
