/** A vendor's JSON as it arrived: any field may be missing, or have any type. */
export type Wire = { readonly [field: string]: Wire } | undefined;

/** The elements of an array; an empty list for any other value. */
export const listOf = (value: unknown): readonly Wire[] => (Array.isArray(value) ? (value as Wire[]) : NONE);

const NONE: readonly Wire[] = [];

/** A string, or a number as a string; `''` for any other value, because `String()` can throw on parsed JSON. */
export const stringOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** The `type` of a chunk, or another field that has its type. */
export const typeOf = (data: Wire, field = 'type'): string => stringOf(data?.[field]);

/** Whether a value is one of the words in a list that are separated by spaces. */
export const isOneOf = (list: string, value: unknown): boolean => list.split(' ').includes(value as string);

/** The text of content that is a string, or a list of blocks with a `text` each. */
export const textOf = (content: unknown): string =>
  Array.isArray(content)
    ? listOf(content)
        .map((block) => stringOf(typeof block === 'string' ? block : block?.text))
        .join('')
    : stringOf(content);

/** A value as JSON; a string is returned as it is. `undefined` for no value, and for one that nests too deep to serialize. */
export function toJson(value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Parses JSON. Anything that is not JSON is returned as it is. */
export function parseJson(json: unknown): unknown {
  try {
    return JSON.parse(json as string);
  } catch {
    return json;
  }
}

/** The content of a JSON string; any other value as it is. */
export function unquoted<T>(text: T): T | string {
  const value = parseJson(text);
  return typeof value === 'string' ? value : text;
}
