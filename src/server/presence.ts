import type { AnswerLog } from './log.ts';
import type { Settings } from './options.ts';
import { startTimer } from './time.ts';

/** How often, in milliseconds, a process says that it reads an answer of another one: a third of `patience`, within bounds. */
const REFRESH = { least: 200, most: 3000 };

/**
 * Calls back once nobody has read an answer for `patience`, in any process.
 * @returns A function that stops waiting.
 */
export function waitForReaders(
  log: AnswerLog,
  { store, patience }: Settings,
  onAbandoned: () => void,
): () => void {
  let isOver = log.end !== undefined;
  let cancel = (): void => {};
  async function check(): Promise<void> {
    // A store that cannot be reached cannot say that somebody reads elsewhere.
    const remaining = log.end ? 0 : await store.readFor(log.id).catch(() => 0);
    if (isOver || log.end) return;
    if (remaining > 0) cancel = startTimer(() => void check(), remaining);
    else onAbandoned();
  }
  if (!isOver) cancel = startTimer(() => void check(), patience);
  return () => {
    isOver = true;
    cancel();
  };
}

/**
 * Tells the process that makes an answer, through the store, that it is read here.
 * @returns A function that stops telling.
 */
export function keepRead(log: AnswerLog, { store, patience, onError }: Settings): () => void {
  const { id } = log;
  const period = Math.min(Math.max(patience / 3, REFRESH.least), REFRESH.most);
  let cancel = (): void => {};
  function refresh(): void {
    if (log.end) return;
    store.keepRead(id, patience + 2 * period).catch((error) => onError(error, { id }));
    cancel = startTimer(refresh, period);
  }
  refresh();
  return () => cancel();
}
