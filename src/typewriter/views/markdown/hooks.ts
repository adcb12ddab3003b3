/** A function of the page's that says whether it has run to its end. */
export function whole<Arguments extends unknown[]>(
  hook: ((...args: Arguments) => unknown) | undefined,
): ((...args: Arguments) => true) | undefined {
  if (!hook) return undefined;
  return (...args) => {
    hook(...args);
    return true;
  };
}

/**
 * Guards a function of the page's: when it throws, that is reported once, and it is not called again. Then, and where
 * there is none, calling it gives `undefined`.
 */
export function guard<Arguments extends unknown[], Result>(
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
      // Not every DOM has it.
      globalThis.reportError?.(error);
      return undefined;
    }
  };
}
