import type { FormatPart } from '../contract/format.ts';

/** The tags that open models write around what they think. */
const TAGS = ['<think>', '<thinking>', '<thought>', '<reasoning>'];
/** In characters: how much white space may come before the tag. */
const MAX_SPACE = 64;

/**
 * Makes text in `<think>…</think>` at the very start of an answer reasoning, as open models write it, in pieces of any
 * size. It holds back no more than what may still become a tag.
 */
export class Thinking {
  isDone = false;
  /** The closing tag that is awaited; none before the start has told. */
  #close = '';
  #held = '';

  /** The parts to add in the place of one. */
  split(part: FormatPart): readonly FormatPart[] {
    if (part.type !== 'text' || part.refusal) {
      // Where the vendor marks the reasoning itself, tags are text.
      const isBoundary = /^(reasoning|tool-call|finish|error|rollback)$/.test(part.type);
      return isBoundary ? [...this.release(), part] : [part];
    }
    const held = this.#held + part.delta;
    return this.#close ? this.#inside(held, part) : this.#start(held, part);
  }

  /** The parts for what is held back. The text goes on without tags. */
  release(): readonly FormatPart[] {
    const delta = this.#held;
    this.#held = '';
    const type = this.#close && !this.isDone ? 'reasoning' : 'text';
    this.isDone ||= !this.#close;
    return delta ? [{ type, delta }] : [];
  }

  #start(held: string, part: FormatPart): readonly FormatPart[] {
    const text = held.trimStart();
    const tag = TAGS.find((each) => text.startsWith(each));
    if (tag) {
      this.#close = tag.replace('<', '</');
      return this.#inside(text.slice(tag.length), part);
    }
    const mayBegin = held.length <= MAX_SPACE && TAGS.some((each) => each.startsWith(text));
    this.#held = mayBegin ? held : '';
    this.isDone = !mayBegin;
    return mayBegin ? [] : [{ ...part, delta: held } as FormatPart];
  }

  #inside(held: string, part: FormatPart): readonly FormatPart[] {
    const [thought = '', ...rest] = held.split(this.#close);
    this.isDone = rest.length > 0;
    const begun = this.isDone ? 0 : begunLength(thought, this.#close);
    const delta = thought.slice(0, thought.length - begun);
    this.#held = thought.slice(delta.length);
    const text = rest.join(this.#close);
    return [{ type: 'reasoning', delta }, ...(text ? [{ ...part, delta: text } as FormatPart] : [])];
  }
}

/** How many characters at the end of a text may be the start of a tag. */
function begunLength(text: string, tag: string): number {
  let length = tag.length - 1;
  while (!tag.startsWith(text.slice(-length)) && length) length--;
  return Math.min(length, text.length);
}
