import type { AnswerEnd } from './store.ts';
import { idLine } from './wire.ts';

/**
 * The blocks of one answer in the memory of this process, shared by all its readers. A class, because objects from a literal
 * with getters have no common shape in V8, which makes every access slow.
 */
export class AnswerLog {
  readonly id: string;
  readonly #blocks: string[] = [];
  readonly #listeners = new Set<() => void>();
  #end: AnswerEnd | undefined;
  /** The event that was read last, and its number. */
  #cachedEvent = '';
  #cachedNumber = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** The number of blocks. */
  get length(): number {
    return this.#blocks.length;
  }

  /** The end of the answer; `undefined` until it has ended. */
  get end(): AnswerEnd | undefined {
    return this.#end;
  }

  /** Adds blocks. Ignored after the end. */
  append(blocks: readonly string[]): void {
    if (this.#end || !blocks.length) return;
    for (const block of blocks) this.#blocks.push(block);
    this.#notify();
  }

  /** Ends the answer. Only the first end counts. @returns Whether this was the first */
  finish(end: AnswerEnd): boolean {
    if (this.#end) return false;
    this.#end = end;
    this.#notify();
    return true;
  }

  /** The block at an index. */
  at(position: number): string {
    return this.#blocks[position]!;
  }

  slice(from: number, to: number): readonly string[] {
    return this.#blocks.slice(from, to);
  }

  /** The event at an index: its ID and its block. Readers at the same position share one string. */
  eventAt(position: number): string {
    if (this.#cachedNumber !== position + 1) {
      this.#cachedNumber = position + 1;
      this.#cachedEvent = idLine(this.id, this.#cachedNumber) + this.at(position);
    }
    return this.#cachedEvent;
  }

  /** Adds a listener, which is called after each change. @returns A function that removes it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
