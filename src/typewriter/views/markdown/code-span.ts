/** Finds the end of code in text. https://spec.commonmark.org/0.31.2/#code-spans */
import { matchAt } from './match-at.ts';

export const BACKTICKS: RegExp = /`+/y;

/** The index after the run of backticks that is as long as the one before `from`, or -1 if none follows. */
export function endOfCodeSpan(source: string, from: number, ticks: string): number {
  let at = source.indexOf(ticks, from);
  while (at >= 0) {
    const [run] = matchAt(BACKTICKS, source, at)!;
    const end = at + run.length;
    if (run.length === ticks.length) return end;
    at = source.indexOf(ticks, end);
  }
  return -1;
}
