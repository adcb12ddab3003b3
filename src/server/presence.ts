import type { AnswerLog } from './log.ts';
import type { Settings } from './options.ts';
import { startTimer, withStoreTimeout } from './time.ts';

/** The shortest and the longest period, in milliseconds, in which a process announces readers: a third of `patience`. */
const PERIOD = { min: 200, max: 3000 };

/**
 * Waits until no process has read an answer for `patience`, then calls `onAbandoned`.
 * @returns A function that stops waiting
 */
export function waitForReaders(
  log: AnswerLog,
  { store, patience }: Settings,
  onAbandoned: () => void,
): () => void {
  let isStopped = log.end !== undefined;
  let cancel = (): void => {};
  async function check(): Promise<void> {
    if (log.end) return;
    // When the store cannot be reached, only the readers of this process count.
    const remaining = await withStoreTimeout(store.readFor(log.id)).catch(() => 0);
    if (isStopped || log.end) return;
    if (remaining > 0) cancel = startTimer(() => void check(), remaining);
    else onAbandoned();
  }
  if (!isStopped) cancel = startTimer(() => void check(), patience);
  return () => {
    isStopped = true;
    cancel();
  };
}

/**
 * Announces through the store, to the process that produces an answer, that this process has readers of it.
 * @returns A function that stops announcing
 */
export function announceReaders(log: AnswerLog, { store, patience, onError }: Settings): () => void {
  const { id } = log;
  const period = Math.min(Math.max(patience / 3, PERIOD.min), PERIOD.max);
  let cancel = (): void => {};
  function announce(): void {
    if (log.end) return;
    store.keepRead(id, patience + 2 * period).catch((error) => onError(error, { id }));
    cancel = startTimer(announce, period);
  }
  announce();
  return () => cancel();
}
