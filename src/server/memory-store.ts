import type { AnswerEnd, AnswerSink, RelayStore, StoredAnswer } from './store.ts';
import { startTimer } from './time.ts';

/**
 * The options of `memoryStore()`.
 *
 * @example
 * import { createRelay, memoryStore, type MemoryStoreOptions } from 'teleprinter/server';
 * const options: MemoryStoreOptions = { maxSize: 50_000_000 };
 * const relay = createRelay({ store: memoryStore(options) });
 */
export interface MemoryStoreOptions {
  /**
   * The total size of all answers, in characters. Beyond it, or beyond 100,000 answers, the oldest answers that have ended
   * are removed.
   * @default 268435456
   */
  readonly maxSize?: number | undefined;
}

/** Bounds the number of answers, which may be empty: a model that fails leaves one for each question. */
const MAX_ANSWERS = 100_000;

interface Entry {
  readonly answer: StoredAnswer;
  readonly blocks: string[];
  readonly sinks: Set<AnswerSink>;
  size: number;
  end: AnswerEnd | undefined;
  /** The time until which a `keepRead` holds, by `performance.now()`. */
  readUntil: number;
  /** Cancels the timer that removes the answer. */
  cancelTimer: () => void;
}

/**
 * Keeps answers in the memory of this process, for servers with one process and for tests. Answers are lost when it ends.
 *
 * @example
 * import { createRelay, memoryStore } from 'teleprinter/server';
 * const relay = createRelay({ store: memoryStore({ maxSize: 50_000_000 }) });
 */
export function memoryStore({ maxSize = 268_435_456 }: MemoryStoreOptions = {}): RelayStore {
  const entries = createEntries(maxSize);
  const listeners = new Set<(id: string) => void>();

  return {
    create: async (answer, lifetime) => entries.withKey(answer) ?? entries.add(answer, lifetime),
    find: async (id) => entries.get(id)?.answer,
    append(id, first, blocks) {
      const entry = entries.get(id);
      if (!entry) return 'lost';
      if (entry.end) return 'ended';
      entries.append(entry, blocks.slice(entry.blocks.length + 1 - first));
      for (const sink of entry.sinks) sink.blocks(first, blocks);
      return 'stored';
    },
    async end(answer, end, retention) {
      if (end.failure) entries.freeKey(answer);
      const entry = entries.get(answer.id);
      if (!entry || entry.end) return;
      entry.end = end;
      entries.removeAfter(entry, retention);
      for (const sink of entry.sinks) sink.end(end);
      entry.sinks.clear();
    },
    follow(id, sink) {
      const entry = entries.get(id);
      if (!entry) return () => {};
      if (entry.blocks.length) sink.blocks(1, entry.blocks);
      if (entry.end) sink.end(entry.end);
      else entry.sinks.add(sink);
      return () => {
        entry.sinks.delete(sink);
      };
    },
    async stop(id) {
      for (const listener of listeners) listener(id);
    },
    onStop(listener) {
      listeners.add(listener);
    },
    async keepRead(id, duration) {
      const entry = entries.get(id);
      if (entry) entry.readUntil = Math.max(entry.readUntil, performance.now() + duration);
    },
    readFor: async (id) => Math.max(0, (entries.get(id)?.readUntil ?? 0) - performance.now()),
    close: async () => entries.close(),
  };
}

/** The entries by ID and by key, within the bounds of the store. */
interface Entries {
  get(id: string): Entry | undefined;
  /** The existing answer with the owner and the key of a new one. */
  withKey(answer: StoredAnswer): StoredAnswer | undefined;
  add(answer: StoredAnswer, lifetime: number): StoredAnswer;
  append(entry: Entry, blocks: readonly string[]): void;
  freeKey(answer: StoredAnswer): void;
  /** Removes an entry after so many milliseconds. */
  removeAfter(entry: Entry, delay: number): void;
  close(): void;
}

function createEntry(answer: StoredAnswer): Entry {
  return {
    answer,
    blocks: [],
    sinks: new Set(),
    size: 0,
    end: undefined,
    readUntil: 0,
    cancelTimer: () => {},
  };
}

function createEntries(maxSize: number): Entries {
  /** In the order of creation. */
  const byId = new Map<string, Entry>();
  const idsByKey = new Map<string, string>();
  let size = 0;
  const keyOf = ({ owner, key }: StoredAnswer): string => JSON.stringify([owner, key]);

  function remove(entry: Entry): void {
    entry.cancelTimer();
    if (!byId.delete(entry.answer.id)) return;
    size -= entry.size;
    freeKey(entry.answer);
  }

  function removeAfter(entry: Entry, delay: number): void {
    entry.cancelTimer();
    entry.cancelTimer = startTimer(() => remove(entry), delay);
  }

  /** Removes the oldest answers that have ended, until the others are within the bounds. */
  function evict(): void {
    for (const entry of byId.values()) {
      if (size <= maxSize && byId.size <= MAX_ANSWERS) return;
      if (entry.end) remove(entry);
    }
  }

  function freeKey(answer: StoredAnswer): void {
    if (idsByKey.get(keyOf(answer)) === answer.id) idsByKey.delete(keyOf(answer));
  }

  return {
    get: (id) => byId.get(id),
    withKey: (answer) =>
      answer.key === undefined ? undefined : byId.get(idsByKey.get(keyOf(answer)) ?? '')?.answer,
    add(answer, lifetime) {
      const entry = createEntry(answer);
      byId.set(answer.id, entry);
      evict();
      removeAfter(entry, lifetime);
      if (answer.key !== undefined) idsByKey.set(keyOf(answer), answer.id);
      return answer;
    },
    append(entry, blocks) {
      for (const block of blocks) {
        entry.blocks.push(block);
        entry.size += block.length;
        size += block.length;
      }
      evict();
    },
    freeKey,
    removeAfter,
    close() {
      for (const entry of byId.values()) entry.cancelTimer();
    },
  };
}
