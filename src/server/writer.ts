import type { AnswerLog } from './log.ts';
import type { RelayStore, StoredAnswer } from './store.ts';
import { sleep } from './time.ts';

/** The maximum that a store gets in one call. */
const BATCH = { blocks: 1000, characters: 1_048_576 };
/** The backoff, in milliseconds, while the store cannot be reached: it doubles with each failure, up to `max`. */
const BACKOFF = { base: 100, max: 2000 };

interface CopyOptions {
  readonly lifetime: number;
  readonly retention: number;
  /** Called when another process has ended the answer in the store. */
  onEnded(): void;
  /** Called with the first error of a row of failures. */
  onError(error: unknown): void;
}

/**
 * Copies an answer into the store while it grows. Blocks that come together, or while the store is busy, are copied in one
 * call. Failed calls are retried until `lifetime` is over. If the store has lost the answer, it is created and copied again.
 * Resolves when the store has the whole answer, or when copying is given up.
 */
export function copyToStore(
  log: AnswerLog,
  answer: StoredAnswer,
  store: RelayStore,
  options: CopyOptions,
): Promise<void> {
  const giveUpAt = performance.now() + options.lifetime;
  let stored = 0;
  let failures = 0;
  let isBusy = false;

  return new Promise((resolve) => {
    const unsubscribe = log.subscribe(onChange);
    // A `produce` that throws at once has ended the answer already.
    onChange();

    function onChange(): void {
      if (isBusy) return;
      isBusy = true;
      // After the other listeners, which send the block to its readers.
      queueMicrotask(() => void copy());
    }

    function finish(): void {
      unsubscribe();
      resolve();
    }

    /** Copies the blocks and the end that the store does not have yet. */
    async function copy(): Promise<void> {
      while (log.length > stored || log.end) {
        try {
          const blocks = batchOf(log, stored);
          const writing = blocks.length
            ? store.append(answer.id, stored + 1, blocks)
            : store.end(answer, log.end!, options.retention);
          // A store in memory answers at once: awaiting its result would take longer than the copy.
          const result = typeof writing === 'string' ? writing : await writing;
          if (result === 'stored') stored += blocks.length;
          else if (result === 'lost') {
            if (performance.now() > giveUpAt) return finish();
            await recreate(store, answer, options.lifetime);
            stored = 0;
            // A full store may lose it again at once.
            await sleep(BACKOFF.base);
          } else {
            if (result === 'ended') options.onEnded();
            return finish();
          }
          failures = 0;
        } catch (error) {
          if (failures++ === 0) options.onError(error);
          if (performance.now() > giveUpAt) return finish();
          await sleep(Math.min(BACKOFF.base * 2 ** failures, BACKOFF.max));
        }
      }
      isBusy = false;
    }
  });
}

/** The next blocks to copy, from a position on. */
function batchOf(log: AnswerLog, from: number): readonly string[] {
  let to = from;
  let characters = 0;
  while (to < log.length && to - from < BATCH.blocks && characters < BATCH.characters)
    characters += log.at(to++).length;
  return log.slice(from, to);
}

/** Creates a lost answer again; without its key, if another answer has the key now. */
async function recreate(store: RelayStore, answer: StoredAnswer, lifetime: number): Promise<void> {
  const { id } = await store.create(answer, lifetime);
  if (id !== answer.id) await store.create({ ...answer, key: undefined }, lifetime);
}
