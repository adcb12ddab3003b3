import { jsonOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/**
 * Emits as data what a vendor adds: every field that is not among the known ones.
 * @param kind Tells the objects of a chunk apart, where it has several.
 */
export type AddOthers = (fields: Wire, write: Writer, kind?: number) => void;

/** Makes that for one answer. A value that is repeated in each chunk comes once. */
export function createOthers(known: string): AddOthers {
  const names = known.split(' ');
  /** The known names of the chunk before, in their order: to compare takes a third of looking all up. */
  const before: string[][] = [[], [], []];
  const added = new Map<string, unknown>();
  return (fields, write, kind = 0) => {
    const last = before[kind]!;
    let at = 0;
    for (const name in fields) {
      if (last[at++] === name) continue;
      if (names.includes(name)) {
        last[at - 1] = name;
        continue;
      }
      const json = jsonOf(fields[name]);
      if (!json || json === '[]' || json === '{}' || added.get(name) === json) continue;
      added.set(name, json);
      write.data(name, fields[name]);
    }
  };
}
