/** Calls a function of the user's. What it throws is reported, and disturbs nothing. */
export function report<A, B>(
  callback: ((first: A, second: B) => void) | undefined,
  first: A,
  second?: B,
): void {
  try {
    callback?.(first, second!);
  } catch (error) {
    // Node has no reportError.
    (globalThis.reportError ?? console.error)(error);
  }
}
