import type { Snapshot } from '../contract/result.ts';

/** Picks from a snapshot. */
export type Select<S> = (snapshot: Snapshot) => S;

/** Remembers what a selector picked last: the same object, as long as the same is in it. */
export function createSelection(): <S>(snapshot: Snapshot, select: Select<S>) => S {
  let last:
    | { readonly snapshot: Snapshot; readonly select: Select<unknown>; readonly picked: unknown }
    | undefined;
  return <S>(snapshot: Snapshot, select: Select<S>): S => {
    // React asks again and again, and needs the same answer until something has changed.
    if (last?.snapshot !== snapshot || last.select !== select) {
      const picked = select(snapshot);
      last = { snapshot, select, picked: last && isSame(last.picked, picked) ? last.picked : picked };
    }
    return last.picked as S;
  };
}

/** Whether two values have the same directly in them. What has nothing there, as a Map or a number, is not compared. */
function isSame(one: unknown, other: unknown): boolean {
  const entries = Object.entries(one ?? {});
  const others = Object.entries(other ?? {});
  return (
    typeof one === typeof other &&
    entries.length > 0 &&
    entries.length === others.length &&
    entries.every(([name, value], index) => name === others[index]![0] && value === others[index]![1])
  );
}
