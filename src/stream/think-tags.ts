import type { FormatPart } from '../contract/format.ts';

/** The tags that open models write around their reasoning. */
const TAGS = ['<think>', '<thinking>', '<thought>', '<reasoning>'];
/** How much white space may come before the tag, in characters. */
const MAX_SPACE = 64;

/**
 * Turns text in `<think>…</think>` at the very start of an answer into reasoning, whatever the size of its pieces. It
 * holds back only text that may still become a tag.
 */
export class ThinkTags {
  isDone = false;
  /** The awaited closing tag; empty before the opening tag. */
  #closingTag = '';
  #held = '';

  /** A text that brings new tags to where these are, after a reload. */
  get begun(): string {
    return this.isDone ? '-' : this.#closingTag.replace('/', '') + this.#held;
  }

  /** Returns the parts that replace this one. */
  split(part: FormatPart): readonly FormatPart[] {
    if (part.type !== 'text' || part.refusal) {
      // If the vendor marks reasoning itself, tags are ordinary text.
      const isBoundary = /^(reasoning|tool-call|finish|error|rollback)$/.test(part.type);
      return isBoundary ? [...this.flush(), part] : [part];
    }
    const held = this.#held + part.delta;
    return this.#closingTag ? this.#splitAtEnd(held, part) : this.#splitAtStart(held, part);
  }

  /** Returns the parts for the held text. If no tag has opened, later text is not searched for one. */
  flush(): readonly FormatPart[] {
    const delta = this.#held;
    this.#held = '';
    const type = this.#closingTag && !this.isDone ? 'reasoning' : 'text';
    this.isDone ||= !this.#closingTag;
    return delta ? [{ type, delta }] : [];
  }

  #splitAtStart(held: string, part: FormatPart): readonly FormatPart[] {
    const text = held.trimStart();
    const tag = TAGS.find((each) => text.startsWith(each));
    if (tag) {
      this.#closingTag = tag.replace('<', '</');
      return this.#splitAtEnd(text.slice(tag.length), part);
    }
    const mayBegin = held.length <= MAX_SPACE && TAGS.some((each) => each.startsWith(text));
    this.#held = mayBegin ? held : '';
    this.isDone = !mayBegin;
    return mayBegin ? [] : [{ ...part, delta: held } as FormatPart];
  }

  #splitAtEnd(held: string, part: FormatPart): readonly FormatPart[] {
    const [thought = '', ...rest] = held.split(this.#closingTag);
    this.isDone = rest.length > 0;
    const partial = this.isDone ? 0 : partialTagLength(thought, this.#closingTag);
    const delta = thought.slice(0, thought.length - partial);
    this.#held = thought.slice(delta.length);
    const text = rest.join(this.#closingTag);
    return [{ type: 'reasoning', delta }, ...(text ? [{ ...part, delta: text } as FormatPart] : [])];
  }
}

/** How many characters at the end of a text may be the start of a tag. */
function partialTagLength(text: string, tag: string): number {
  let length = tag.length - 1;
  while (!tag.startsWith(text.slice(-length)) && length) length--;
  return Math.min(length, text.length);
}
