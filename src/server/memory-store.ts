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
  /** How many characters all answers together may have; beyond that, or 100,000 answers, the oldest that have ended are forgotten. @default 268435456 */
  readonly maxSize?: number | undefined;
}

/** So many answers, however short: a model that fails leaves one for each question. */
const MOST = 100_000;

interface Entry {
  readonly answer: StoredAnswer;
  readonly blocks: string[];
  readonly sinks: Set<AnswerSink>;
  size: number;
  end: AnswerEnd | undefined;
  readUntil: number;
  /** Keeps the answer from being forgotten. */
  cancelTimer: () => void;
}

/**
 * Keeps answers in this process: for one process, and for tests. Answers die with it.
 *
 * @example
 * import { createRelay, memoryStore } from 'teleprinter/server';
 * const relay = createRelay({ store: memoryStore({ maxSize: 50_000_000 }) });
 */
export function memoryStore({ maxSize = 268_435_456 }: MemoryStoreOptions = {}): RelayStore {
  const shelf = createShelf(maxSize);
  const listeners = new Set<(id: string) => void>();

  return {
    create: async (answer, lifetime) => shelf.withKey(answer) ?? shelf.add(answer, lifetime),
    find: async (id) => shelf.get(id)?.answer,
    append(id, first, blocks) {
      const entry = shelf.get(id);
      if (!entry) return 'lost';
      if (entry.end) return 'ended';
      shelf.extend(entry, blocks.slice(entry.blocks.length + 1 - first));
      for (const sink of entry.sinks) sink.blocks(first, blocks);
      return 'stored';
    },
    async end(answer, end, retention) {
      if (end.failure) shelf.freeKey(answer);
      const entry = shelf.get(answer.id);
      if (!entry || entry.end) return;
      entry.end = end;
      shelf.forgetAfter(entry, retention);
      for (const sink of entry.sinks) sink.end(end);
      entry.sinks.clear();
    },
    follow(id, sink) {
      const entry = shelf.get(id);
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
      const entry = shelf.get(id);
      if (entry) entry.readUntil = Math.max(entry.readUntil, Date.now() + duration);
    },
    readFor: async (id) => Math.max(0, (shelf.get(id)?.readUntil ?? 0) - Date.now()),
    close: async () => shelf.close(),
  };
}

/** The answers, by ID and by key, and what they take. */
interface Shelf {
  get(id: string): Entry | undefined;
  /** The answer that has the owner and key of another. */
  withKey(answer: StoredAnswer): StoredAnswer | undefined;
  add(answer: StoredAnswer, lifetime: number): StoredAnswer;
  extend(entry: Entry, blocks: readonly string[]): void;
  freeKey(answer: StoredAnswer): void;
  forgetAfter(entry: Entry, delay: number): void;
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

function createShelf(maxSize: number): Shelf {
  /** In the order of their creation. */
  const entries = new Map<string, Entry>();
  const ids = new Map<string, string>();
  let size = 0;
  const keyOf = ({ owner, key }: StoredAnswer): string => JSON.stringify([owner, key]);

  function forget(entry: Entry): void {
    entry.cancelTimer();
    if (!entries.delete(entry.answer.id)) return;
    size -= entry.size;
    freeKey(entry.answer);
  }

  function forgetAfter(entry: Entry, delay: number): void {
    entry.cancelTimer();
    entry.cancelTimer = startTimer(() => forget(entry), delay);
  }

  function makeRoom(): void {
    for (const one of entries.values()) {
      if (size <= maxSize && entries.size <= MOST) return;
      if (one.end) forget(one);
    }
  }

  function freeKey(answer: StoredAnswer): void {
    if (ids.get(keyOf(answer)) === answer.id) ids.delete(keyOf(answer));
  }

  return {
    get: (id) => entries.get(id),
    withKey: (answer) =>
      answer.key === undefined ? undefined : entries.get(ids.get(keyOf(answer)) ?? '')?.answer,
    add(answer, lifetime) {
      const entry = createEntry(answer);
      entries.set(answer.id, entry);
      makeRoom();
      forgetAfter(entry, lifetime);
      if (answer.key !== undefined) ids.set(keyOf(answer), answer.id);
      return answer;
    },
    extend(entry, blocks) {
      for (const block of blocks) {
        entry.blocks.push(block);
        entry.size += block.length;
        size += block.length;
      }
      makeRoom();
    },
    freeKey,
    forgetAfter,
    close() {
      for (const entry of entries.values()) entry.cancelTimer();
    },
  };
}
