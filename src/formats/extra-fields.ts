import { toJson, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/**
 * Emits, as data parts, the fields of a vendor's object that the format does not know.
 * @param kind Which of the objects of a chunk this is, from 0 to 2, where a chunk has several.
 */
export type EmitExtraFields = (fields: Wire, write: Pick<Writer, 'data'>, kind?: number) => void;

/**
 * Makes the function that emits the unknown fields of one answer. A value that every chunk repeats is emitted once.
 * @param known The names of the known fields, separated by spaces.
 * @param areObjects Whether only lists and objects count: what a format without known fields has of strings and numbers
 * are IDs and times.
 */
export function createExtraFields(known: string, areObjects = false): EmitExtraFields {
  const knownNames = known.split(' ');
  /** For each kind, the known names of the previous object, in order: comparing takes a third of looking all names up. */
  const previousNames: string[][] = [[], [], []];
  const emitted = new Map<string, unknown>();
  return (fields, write, kind = 0) => {
    const previous = previousNames[kind]!;
    let index = 0;
    for (const name in fields) {
      if (previous[index++] === name || (areObjects && typeof fields[name] !== 'object')) continue;
      if (knownNames.includes(name)) {
        previous[index - 1] = name;
        continue;
      }
      const json = toJson(fields[name]);
      if (!json || json === '[]' || json === '{}' || emitted.get(name) === json) continue;
      emitted.set(name, json);
      write.data(name, fields[name]);
    }
  };
}
