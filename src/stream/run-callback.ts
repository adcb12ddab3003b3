/** Calls a function of the user. An error that it throws, or rejects with, is reported like an uncaught one. */
export function runCallback<A, B>(
  callback: ((first: A, second: B) => void) | undefined,
  first: A,
  second?: B,
): void {
  try {
    const result: unknown = callback?.(first, second!);
    // An unhandled rejection would end a Node process.
    if (result instanceof Promise) result.catch(reportError);
  } catch (error) {
    reportError(error);
  }
}

function reportError(error: unknown): void {
  // Node lacks reportError.
  (globalThis.reportError ?? console.error)(error);
}
