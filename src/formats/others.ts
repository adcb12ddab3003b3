import { jsonOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/** Emits as data what a vendor adds: every field that is not among the known ones. */
export type AddOthers = (fields: Wire, write: Writer) => void;

/** Makes that for one answer. A value that is repeated in each chunk comes once. */
export function createOthers(known: string): AddOthers {
  const names = new Set(known.split(' '));
  const added = new Map<string, unknown>();
  return (fields, write) => {
    for (const name in fields) {
      if (names.has(name)) continue;
      const json = jsonOf(fields[name]);
      if (!json || json === '[]' || json === '{}' || added.get(name) === json) continue;
      added.set(name, json);
      write.data(name, fields[name]);
    }
  };
}
