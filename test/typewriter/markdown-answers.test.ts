/** What models write in published answers to benchmarks, such as alpaca_eval, WildBench and MisguidedAttention. */
import { afterEach, describe, expect, test } from 'vitest';
import { arrive, letterByLetter } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

/** The formulas in an answer that arrives letter by letter. */
function formulasIn(source: string): string[] {
  const seen: string[] = [];
  arrive([...source], { math: (_, formula) => void seen.push(formula) });
  return seen;
}

describe('formulas', () => {
  test.each([
    ['is $ P(D) = \\frac{1}{4} $ ($ \\frac{2}{3} $) or', ['P(D) = \\frac{1}{4}', '\\frac{2}{3}']],
    ['from $ x $, $ x - y $ and $ P(A) $ to $ 2x + 1 = 1.10 $.', ['x', 'x - y', 'P(A)', '2x + 1 = 1.10']],
    ['- $ P(G | D) = 1 $: if\n- $ K_B = \\text{True} $).\n', ['P(G | D) = 1', 'K_B = \\text{True}']],
    ['30$\\mu$m, $\\sim$100 and $^{13}$C/$^{12}$C', ['\\mu', '\\sim', '^{13}', '^{12}']],
  ])('in %j are found', (source, formulas) => {
    expect(formulasIn(source)).toEqual(formulas);
  });

  test.each([
    '55,000 $ x (1 - 0.3) = 38,500 $ and 5.000 $ * 30% = 1.500 $ a year',
    'It is $ 5 and $ 10 = $ 15, or 5 $ a month and 10 $ a_year',
    "5$ l'unité = 500$, 50 outils à 2$, smartphones (10 à 100$ l'unité)",
    'in "${srcdir}/usr/share/${_icons}/apps/${pkgname}.png"',
    'Price in $ and the number of_items in $ too',
  ])('are not in %j', (source) => {
    const root = arrive([...source], { math: () => {} });
    expect(root.querySelector('.math')).toBe(null);
    expect(root.textContent).toBe(source);
  });

  test('with spaces inside their delimiters are shown without these from the start', () => {
    letterByLetter(
      'So $ P(D) = \\frac{1}{4} $ and $ x $.',
      (root) => expect(root.textContent).not.toContain('$'),
      { math: () => {} },
    );
  });
});

test('a mark before a pipe, which may separate cells, does not disappear', () => {
  let shown = '';
  letterByLetter('so (1/2) * |a| and ** |b', (root) => {
    expect(root.textContent.trim().startsWith(shown)).toBe(true);
    shown = root.textContent.trim();
  });
});
