/**
 * Starts a timer, which does not keep a Node process alive. A delay beyond 2^31 - 1 ms, such as `Infinity`, never fires.
 * @returns A function that cancels the timer
 */
export function startTimer(callback: () => void, delay: number): () => void {
  // `setTimeout` fires at once for a longer delay.
  if (delay > 2_147_483_647) return () => {};
  const timer: unknown = setTimeout(callback, delay);
  (timer as { unref?(): void }).unref?.();
  return () => clearTimeout(timer as number);
}

/** How long, in milliseconds, the relay waits for the store: a request then gets a 503. */
export const STORE_TIMEOUT = 5000;

/** Resolves after so many milliseconds. Does not keep a Node process alive either. */
export function sleep(delay: number): Promise<void> {
  return new Promise((resolve) => startTimer(resolve, delay));
}

/** Waits for a promise. After so many milliseconds, rejects with `message`. */
export async function withTimeout<T>(promise: Promise<T>, delay: number, message: string): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    cancel = startTimer(() => reject(new Error(message)), delay);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}

/** Waits for the store. Rejects if it takes too long. */
export function withStoreTimeout<T>(promise: Promise<T>): Promise<T> {
  return withTimeout(promise, STORE_TIMEOUT, 'The store did not answer.');
}
