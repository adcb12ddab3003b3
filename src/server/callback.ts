/** A callback of the application. What it throws, or rejects with, goes to the console, and changes nothing. */
export function guarded<Arguments extends readonly unknown[]>(
  callback: (...args: Arguments) => unknown,
): (...args: Arguments) => void {
  return (...args) => {
    new Promise((resolve) => {
      resolve(callback(...args));
    }).catch((error: unknown) => console.error(error));
  };
}
