/** Wraps the functions that a page passes in its options. */
/** Wraps a hook so that it returns `true` when it completes. */
export function reportCompletion<Arguments extends unknown[]>(
  hook: ((...args: Arguments) => unknown) | undefined,
): ((...args: Arguments) => true) | undefined {
  if (!hook) return undefined;
  return (...args) => {
    hook(...args);
    return true;
  };
}

/**
 * Wraps a hook so that it never throws. The first error goes to `reportError`; from then on the hook is not called, and
 * the wrapper returns `undefined`.
 */
export function guardHook<Arguments extends unknown[], Result>(
  hook: ((...args: Arguments) => Result) | undefined,
): ((...args: Arguments) => Result | undefined) | undefined {
  if (!hook) return undefined;
  let hasThrown = false;
  return (...args) => {
    if (hasThrown) return undefined;
    try {
      return hook(...args);
    } catch (error) {
      hasThrown = true;
      // Not every DOM has `reportError`.
      globalThis.reportError?.(error);
      return undefined;
    }
  };
}
