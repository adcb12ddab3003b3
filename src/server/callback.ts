/** Wraps a callback of the application: an error that it throws or rejects with is logged to the console, and not thrown. */
export function guarded<Arguments extends readonly unknown[]>(
  callback: (...args: Arguments) => unknown,
): (...args: Arguments) => void {
  return (...args) => {
    new Promise((resolve) => {
      resolve(callback(...args));
    }).catch((error: unknown) => console.error(error));
  };
}
