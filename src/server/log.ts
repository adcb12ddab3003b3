import type { AnswerEnd } from './store.ts';
import { idLine } from './wire.ts';

/**
 * The blocks of one answer in this process's memory, shared by all its readers. A class, as getters in an object literal make
 * each object one of a kind, and every use of it slow.
 */
export class AnswerLog {
  readonly id: string;
  readonly #blocks: string[] = [];
  readonly #listeners = new Set<() => void>();
  #end: AnswerEnd | undefined;
  /** The last event that a reader took, and its position. */
  #event = '';
  #position = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** How many blocks there are. */
  get length(): number {
    return this.#blocks.length;
  }

  /** Set once the answer has ended. */
  get end(): AnswerEnd | undefined {
    return this.#end;
  }

  /** Adds blocks. Ignored after the end. */
  append(blocks: readonly string[]): void {
    if (this.#end || !blocks.length) return;
    for (const block of blocks) this.#blocks.push(block);
    this.#tell();
  }

  /** Ends the answer; the first end counts. @returns Whether this was the first. */
  finish(end: AnswerEnd): boolean {
    if (this.#end) return false;
    this.#end = end;
    this.#tell();
    return true;
  }

  /** The block after so many others. */
  at(position: number): string {
    return this.#blocks[position]!;
  }

  slice(from: number, to: number): readonly string[] {
    return this.#blocks.slice(from, to);
  }

  /** The event after so many others, as it is sent: readers that are as far get one string. */
  eventAt(position: number): string {
    if (this.#position !== position + 1) {
      this.#position = position + 1;
      this.#event = idLine(this.id, this.#position) + this.at(position);
    }
    return this.#event;
  }

  /** Calls back after each change. @returns A function that takes the listener back. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
