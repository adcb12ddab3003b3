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
  /** Calls back after each change. @returns A function that takes the listener back. */
  subscribe(listener: () => void): () => void;
}

/** Makes an empty log. */
export function createLog(id: string): AnswerLog {
  const blocks: string[] = [];
  const listeners = new Set<() => void>();
  let end: AnswerEnd | undefined;

  function changed(): void {
    for (const listener of listeners) listener();
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
      if (end || !more.length) return;
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
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
