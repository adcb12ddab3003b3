/** The elements of formulas, which the page renders. */
import { createElement, isElement } from './elements.ts';
import { callInPlace, type Guarded } from './hooks.ts';
import { opaqueSources } from './patch.ts';
import type { MathToken } from './tokens.ts';

export type MathHook = Guarded<[formula: HTMLElement, source: string, isBlock: boolean], unknown>;

/** Elements that the hook has got, or what it has put in their place. They are not passed to it again. */
const given = new WeakSet<Node>();

/** Creates the element of a formula. It contains the source, for the page's hook to replace. */
export function createFormula({ raw, source, isBlock }: Omit<MathToken, 'type'>): HTMLElement {
  const formula = createElement(isBlock ? 'div' : 'span', [source]);
  formula.className = isBlock ? 'math math-display' : 'math math-inline';
  formula.translate = false;
  opaqueSources.set(formula, raw);
  return formula;
}

/**
 * Calls the hook for a formula, and returns what is then in its place. If the hook fails, the formula is shown as it is
 * written.
 */
export function renderFormula(formula: HTMLElement, math: MathHook): HTMLElement {
  const raw = opaqueSources.get(formula)!;
  const isBlock = formula.classList.contains('math-display');
  const onEnd = (isComplete: boolean): void => {
    if (!isComplete) formula.textContent = raw;
    else if (isBlock) formula.classList.add('math-typeset');
  };
  const shown = callInPlace(formula, () => math(onEnd, formula, formula.textContent, isBlock));
  opaqueSources.set(shown, raw);
  given.add(shown);
  return shown;
}

/** Returns the formulas under nodes. */
const formulasIn = (nodes: readonly Node[]): HTMLElement[] =>
  nodes.flatMap((node) =>
    isElement(node)
      ? given.has(node) || node.matches('.math')
        ? [node]
        : [...node.querySelectorAll<HTMLElement>('.math')]
      : [],
  );

/**
 * Renders the formulas of a text again. Those that the page has been given before are reused, wherever they are now.
 *
 * @param replace Replaces the nodes, and returns the new ones
 * @param isArriving Whether the last node may still change, so that new formulas in it are left as they are
 */
export function renderFormulas(
  shown: readonly Node[],
  parent: Node,
  math: MathHook,
  replace: () => readonly Node[],
  isArriving = false,
): readonly Node[] {
  const old = formulasIn(shown).filter((formula) => given.has(formula));
  const nodes = replace();
  if (!nodes.length) return nodes;
  const before = nodes[0]!.previousSibling;
  const after = nodes.at(-1)!.nextSibling;
  const removed = old.filter((formula) => !parent.contains(formula));
  for (const formula of formulasIn(nodes)) {
    const raw = opaqueSources.get(formula);
    if (given.has(formula) || !formula.matches('.math') || raw === undefined) continue;
    const at = removed.findIndex((other) => opaqueSources.get(other) === raw);
    if (at >= 0) formula.replaceWith(...removed.splice(at, 1));
    else if (!isArriving || !nodes.at(-1)!.contains(formula)) renderFormula(formula, math);
  }
  // The page may have replaced a formula by any number of nodes.
  const nodesNow: Node[] = [];
  for (let at = before ? before.nextSibling : parent.firstChild; at && at !== after; at = at.nextSibling)
    nodesNow.push(at);
  return nodesNow;
}
