import type { Snapshot } from '../contract/result.ts';

/** Selects a value from a snapshot. */
export type Select<S> = (snapshot: Snapshot) => S;

/**
 * Creates a function that selects a value, and returns the previous one while it is shallowly equal. React compares
 * selected values by identity.
 */
export function createSelector(): <S>(snapshot: Snapshot, select: Select<S>) => S {
  let last:
    | { readonly snapshot: Snapshot; readonly select: Select<unknown>; readonly selected: unknown }
    | undefined;
  return <S>(snapshot: Snapshot, select: Select<S>): S => {
    if (last?.snapshot !== snapshot || last.select !== select) {
      const selected = select(snapshot);
      const isEqual = last && isShallowEqual(last.selected, selected);
      last = { snapshot, select, selected: isEqual ? last!.selected : selected };
    }
    return last.selected as S;
  };
}

/** Whether two values have the same own properties. False for values without any, such as a Map or a number. */
function isShallowEqual(a: unknown, b: unknown): boolean {
  const entries = Object.entries(a ?? {});
  const others = Object.entries(b ?? {});
  return (
    typeof a === typeof b &&
    entries.length > 0 &&
    entries.length === others.length &&
    entries.every(([name, value], index) => name === others[index]![0] && value === others[index]![1])
  );
}
