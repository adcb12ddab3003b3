import type { FormatPart } from '../contract/format.ts';

const OPEN = '<think>';
const CLOSE = '</think>';
/** In characters: how much white space may come before the tag. */
const MAX_SPACE = 64;

/**
 * Makes text in `<think>…</think>` at the very start of an answer reasoning, as open models write it, in pieces of any
 * size. It holds back no more than what may still become a tag.
 */
export class Thinking {
  #state: 'start' | 'inside' | 'done' = 'start';
  #held = '';

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** The parts to add in the place of one. */
  split(part: FormatPart): readonly FormatPart[] {
    if (part.type === 'text' && !part.refusal) {
      this.#held += part.delta;
      return this.#state === 'start' ? this.#open(part) : this.#close(part);
    }
    // Where the vendor marks the reasoning itself, tags are text.
    const isBoundary = /^(reasoning|tool-call|finish|error|rollback)$/.test(part.type);
    return isBoundary ? [...this.release(), part] : [part];
  }

  /** The parts for what is held back. The text goes on without tags. */
  release(): readonly FormatPart[] {
    const delta = this.#held;
    const type = this.#state === 'inside' ? 'reasoning' : 'text';
    this.#held = '';
    if (this.#state === 'start') this.#state = 'done';
    return delta ? [{ type, delta }] : [];
  }

  #open(part: FormatPart): readonly FormatPart[] {
    const text = this.#held.trimStart();
    if (text.startsWith(OPEN)) {
      this.#state = 'inside';
      this.#held = text.slice(OPEN.length);
      return this.#close(part);
    }
    if (OPEN.startsWith(text) && this.#held.length <= MAX_SPACE) return [];
    const delta = this.#held;
    this.#held = '';
    this.#state = 'done';
    return [{ ...part, delta } as FormatPart];
  }

  #close(part: FormatPart): readonly FormatPart[] {
    const end = this.#held.indexOf(CLOSE);
    const isClosed = end >= 0;
    const length = isClosed ? end : this.#held.length - begunLength(this.#held);
    const delta = this.#held.slice(0, length);
    const rest = this.#held.slice(isClosed ? end + CLOSE.length : length);
    this.#held = isClosed ? '' : rest;
    const parts: FormatPart[] = delta ? [{ type: 'reasoning', delta }] : [];
    if (!isClosed) return parts;
    this.#state = 'done';
    return rest ? [...parts, { ...part, delta: rest } as FormatPart] : parts;
  }
}

/** How many characters at the end of a text may be the start of the closing tag. */
function begunLength(text: string): number {
  for (let length = Math.min(text.length, CLOSE.length - 1); length; length--) {
    if (CLOSE.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
