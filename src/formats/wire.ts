/** JSON of a vendor, as it arrived: any field may be missing, or be anything. */
export type Wire = { readonly [field: string]: Wire } | undefined;

/** The elements of an array; none where the value is not one. */
export const listOf = (value: unknown): readonly Wire[] => (Array.isArray(value) ? (value as Wire[]) : NONE);

const NONE: readonly Wire[] = [];

/** A string, or a number as one; `''` for anything else, as not even `String()` is safe with what JSON can be. */
export const wordOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** The `type` of a chunk, or another field that says what it is. */
export const typeOf = (data: Wire, field = 'type'): string => wordOf(data?.[field]);

/** Whether a word is one of those in a list, which are separated by spaces. */
export const isOneOf = (list: string, word: unknown): boolean =>
  typeof word === 'string' && list.split(' ').includes(word);

/** The text of content that is a string, or a list of blocks that have a `text` each. */
export const textOf = (content: unknown): string =>
  Array.isArray(content)
    ? listOf(content)
        .map((block) => wordOf(typeof block === 'string' ? block : block?.text))
        .join('')
    : wordOf(content);

/** A value as JSON; a string is JSON already. `undefined` where there is none, or it nests too deep to be written. */
export function jsonOf(value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The value of JSON; what is none, as it is. */
export function parsed(json: unknown): unknown {
  try {
    return JSON.parse(json as string);
  } catch {
    return json;
  }
}

/** A string that comes as JSON, as it is meant. */
export function unquoted(text: string): string {
  const value = parsed(text);
  return typeof value === 'string' ? value : text;
}
