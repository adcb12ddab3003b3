import type { AnswerLog } from './log.ts';
import type { RelayStore, StoredAnswer } from './store.ts';
import { sleep } from './time.ts';

/** A store gets no more than this at once, in blocks and in characters. */
const BATCH = { blocks: 1000, characters: 1_048_576 };
/** Milliseconds between attempts, while the store cannot be reached. */
const DELAYS = { first: 100, longest: 2000 };

interface CopyOptions {
  readonly lifetime: number;
  readonly retention: number;
  /** Somebody else has ended the answer in the store. */
  onEnded(): void;
  /** The store could not be reached, for the first time in a row. */
  onError(error: unknown): void;
}

/**
 * Copies an answer into the store while it grows: all that came together, or while the store was busy, at once. Tries again
 * for as long as the answer may be kept; a store that has lost the answer meanwhile gets it anew. Resolves when the
 * store has all of it.
 */
export function copyToStore(
  log: AnswerLog,
  answer: StoredAnswer,
  store: RelayStore,
  options: CopyOptions,
): Promise<void> {
  const giveUpAt = Date.now() + options.lifetime;
  let stored = 0;
  let failures = 0;
  let isBusy = false;

  return new Promise((resolve) => {
    const unsubscribe = log.subscribe(() => {
      if (!isBusy) void copy();
    });

    function finish(): void {
      unsubscribe();
      resolve();
    }

    /** Adds what the store lacks. */
    async function copy(): Promise<void> {
      isBusy = true;
      while (log.length > stored || log.end) {
        try {
          const blocks = batchOf(log, stored);
          if (!blocks.length) {
            await store.end(answer, log.end!, options.retention);
            return finish();
          }
          const adding = store.append(answer.id, stored + 1, blocks);
          // To wait for a store that has answered takes longer than the copy.
          const result = typeof adding === 'string' ? adding : await adding;
          if (result === 'stored') stored += blocks.length;
          else if (result === 'lost') {
            await createAnew(store, answer, options.lifetime);
            stored = 0;
          } else {
            options.onEnded();
            return finish();
          }
          failures = 0;
        } catch (error) {
          if (failures++ === 0) options.onError(error);
          if (Date.now() > giveUpAt) return finish();
          await sleep(Math.min(DELAYS.first * 2 ** failures, DELAYS.longest));
        }
      }
      isBusy = false;
    }
  });
}

function batchOf(log: AnswerLog, from: number): readonly string[] {
  let to = from;
  let characters = 0;
  while (to < log.length && to - from < BATCH.blocks && characters < BATCH.characters)
    characters += log.at(to++).length;
  return log.slice(from, to);
}

/** Where the key has gone to another answer meanwhile, this one goes on without it. */
async function createAnew(store: RelayStore, answer: StoredAnswer, lifetime: number): Promise<void> {
  const { id } = await store.create(answer, lifetime);
  if (id !== answer.id) await store.create({ ...answer, key: undefined }, lifetime);
}
