const { gc } = globalThis as { gc?: () => void };

/** Whether the browser was started so that a test can collect garbage. */
export const collectsGarbage = gc !== undefined;

const ROUNDS = 10;

/**
 * Uses the library again and again, throws everything away, and returns the names of what is still there after a
 * collection. Half of a kind may be: the browser, or the test's own tools, hold some for a while.
 *
 * @param use Returns the objects that must be gone afterwards, by name
 */
export async function leaks(use: () => Promise<Record<string, object>>): Promise<string[]> {
  const made: Record<string, WeakRef<object>[]> = {};
  for (let round = 0; round < ROUNDS; round++) await addTo(made, use);
  const left = (): string[] =>
    Object.keys(made).filter((name) => made[name]!.filter((ref) => ref.deref()).length > ROUNDS / 2);
  for (let wait = 0; wait < 20 && left().length; wait++) {
    // Cancelled bodies and aborted requests release others in later tasks.
    await new Promise((resolve) => setTimeout(resolve, 50));
    gc!();
  }
  return left();
}

/** In a function of its own, whose variables are gone when it returns. */
async function addTo(
  made: Record<string, WeakRef<object>[]>,
  use: () => Promise<Record<string, object>>,
): Promise<void> {
  for (const [name, object] of Object.entries(await use())) (made[name] ??= []).push(new WeakRef(object));
}
