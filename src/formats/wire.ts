/** JSON of a vendor, as it arrived: any field may be missing, or be anything. */
export type Wire = { readonly [field: string]: Wire } | undefined;

/** The elements of an array; none where the value is not one. */
export const listOf = (value: unknown): readonly Wire[] => (Array.isArray(value) ? (value as Wire[]) : NONE);

const NONE: readonly Wire[] = [];

/** A string, or a number as one; `''` for anything else, as not even `String()` is safe with what JSON can be. */
export const wordOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
