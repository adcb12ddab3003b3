/** A timer that keeps no process alive, where the runtime knows of such. `Infinity` never fires. */
export function startTimer(callback: () => void, delay: number): () => void {
  // Longer delays overflow, and fire at once.
  if (delay > 2_147_483_647) return () => {};
  const timer: unknown = setTimeout(callback, delay);
  (timer as { unref?(): void }).unref?.();
  return () => clearTimeout(timer as number);
}

/** Resolves after so many milliseconds. */
export function sleep(delay: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay));
}

/** Rejects when a promise takes longer than so many milliseconds, and then calls `onLate`. */
export async function withTimeout<T>(
  promise: Promise<T>,
  delay: number,
  message: string,
  onLate?: () => void,
): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    cancel = startTimer(() => {
      reject(new Error(message));
      onLate?.();
    }, delay);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
