import type { AnswerEnd } from './store.ts';

/** The blocks of one answer in this process's memory, shared by all its readers. */
export interface AnswerLog {
  readonly id: string;
  /** How many blocks there are. */
  readonly length: number;
  /** Set once the answer has ended. */
  readonly end: AnswerEnd | undefined;
  /** Adds blocks. Ignored after the end. */
  append(blocks: readonly string[]): void;
  /** Ends the answer; the first end counts. @returns Whether this was the first. */
  finish(end: AnswerEnd): boolean;
  /** The block after so many others. */
  at(position: number): string;
  slice(from: number, to: number): readonly string[];
  /** Calls back once, at the next change. @returns A function that takes the listener back. */
  onChange(listener: () => void): () => void;
}

/** Makes an empty log. */
export function createLog(id: string): AnswerLog {
  const blocks: string[] = [];
  let end: AnswerEnd | undefined;
  let listeners = new Set<() => void>();

  function changed(): void {
    const waiting = listeners;
    listeners = new Set();
    for (const listener of waiting) listener();
  }

  return {
    id,
    get length() {
      return blocks.length;
    },
    get end() {
      return end;
    },
    append(more) {
      if (end) return;
      for (const block of more) blocks.push(block);
      changed();
    },
    finish(given) {
      if (end) return false;
      end = given;
      changed();
      return true;
    },
    at: (position) => blocks[position]!,
    slice: (from, to) => blocks.slice(from, to),
    onChange(listener) {
      const set = listeners;
      set.add(listener);
      return () => {
        set.delete(listener);
      };
    },
  };
}
