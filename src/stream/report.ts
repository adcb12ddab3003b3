/** Calls a function of the user's. What it throws, or rejects with, is reported, and disturbs nothing. */
export function report<A, B>(
  callback: ((first: A, second: B) => void) | undefined,
  first: A,
  second?: B,
): void {
  try {
    const given: unknown = callback?.(first, second!);
    // What nobody handles would end a process of Node.
    if (given instanceof Promise) given.catch(reportError);
  } catch (error) {
    reportError(error);
  }
}

function reportError(error: unknown): void {
  // Node has no reportError.
  (globalThis.reportError ?? console.error)(error);
}
