/** Whether every case is to be tried, as `npm run test:whole` does, and not the share that `npm test` takes. */
export const isWhole = process.env.WHOLE !== undefined;

/** Every `nth` of these cases, or all in a whole run: what takes minutes and seldom breaks by itself. */
export function shareOf<T>(cases: readonly T[], nth: number): T[] {
  return cases.filter((_, at) => isWhole || at % nth === 0);
}
