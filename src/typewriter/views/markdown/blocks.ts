import { Lexer, type MarkedToken, type Token } from 'marked';
import type { View } from '../view.ts';
import { BegunBlock } from './begun.ts';
import { openCode, type OpenCode } from './code.ts';
import { Definitions } from './definitions.ts';
import { renderBlocks, type RenderOptions } from './render.ts';
import { repair } from './repair.ts';
import { Sections } from './sections.ts';

/** A block that is longer, in characters, is not read from its start again with each piece that comes. */
const LONG = 2000;
/** Where a longer block cannot be read in pieces, it is read again only when it has grown by this share. */
const GROWTH = 0.05;

/** Reads markdown block by block. Only the block that is arriving is read again. */
export class Blocks implements View {
  readonly #options: RenderOptions;
  readonly #complete: (block: HTMLElement) => void;
  readonly #sections: Sections;
  readonly #definitions: Definitions;
  /** The text of the block that is arriving. */
  #tail = '';
  /** The beginning of that block, where it is shown for good; `#tail` is the rest. */
  #begun: BegunBlock | undefined;
  #code: OpenCode | undefined;
  #readLength = 0;
  #heldReturn = '';

  /** @param complete Called with each block that is complete. */
  constructor(root: HTMLElement, options: RenderOptions, complete: (block: HTMLElement) => void) {
    this.#options = options;
    this.#complete = complete;
    this.#sections = new Sections(root);
    this.#definitions = new Definitions(
      (source) => renderBlocks(this.#lex(source), options)[0],
      (node) => node instanceof HTMLElement && complete(node),
    );
  }

  append(text: string): void {
    // A line may end in CR, LF, or both, which may come apart.
    const whole = this.#heldReturn + text;
    this.#heldReturn = whole.endsWith('\r') ? '\r' : '';
    this.#add(whole.slice(0, whole.length - this.#heldReturn.length).replace(/\r\n?/g, '\n'), false);
  }

  end(): void {
    const last = this.#heldReturn ? '\n' : '';
    this.#heldReturn = '';
    this.#add(last, true);
  }

  #lex = (source: string): Token[] => {
    const lexer = new Lexer({ gfm: true });
    Object.assign(lexer.tokens.links, this.#definitions.links);
    return lexer.lex(source);
  };

  #add(text: string, isLast: boolean): void {
    const rest = this.#code ? this.#addCode(this.#code, text, isLast) : text;
    if (rest === undefined) return;
    this.#tail += rest;
    this.#read(isLast);
  }

  /** Adds to a block of code. Returns what follows it, once it has ended. */
  #addCode(code: OpenCode, text: string, isLast: boolean): string | undefined {
    this.#code = code;
    const rest = code.append(text);
    if (rest === undefined) {
      if (!isLast) return undefined;
      code.end();
    }
    this.#code = undefined;
    this.#finish([code.element]);
    return rest ?? '';
  }

  /** Finishes all blocks but the last, and shows that as far as it has come. */
  #read(isLast: boolean): void {
    while (this.#tail) {
      const tail = this.#tail;
      if (tail.length > LONG && !isLast && tail.length < this.#readLength * (1 + GROWTH)) return;
      const opened = this.#begun ? undefined : openCode(tail.replace(/^\n+/, ''));
      if (opened) {
        this.#tail = '';
        this.#sections.place(opened.code.element);
        this.#tail = this.#addCode(opened.code, opened.rest, isLast) ?? '';
        continue;
      }
      if (!this.#readTail(isLast)) return;
    }
  }

  /** Returns whether there may be more to read. */
  #readTail(isLast: boolean): boolean {
    const tail = this.#tail;
    this.#readLength = tail.length;
    // Of a line that is arriving nobody can say yet which block it belongs to.
    const complete = isLast ? tail : tail.slice(0, tail.lastIndexOf('\n') + 1);
    const tokens = complete ? this.#lex(this.#prefix() + complete) : [];
    if (this.#begun && tokens[0] && !this.#begun.fits(tokens[0])) {
      // Not what it seemed to be: from its start again.
      this.#tail = this.#begun.source + tail;
      this.#begun = undefined;
      return true;
    }
    const last = tokens.length - 1 - Number(tokens.at(-1)?.type === 'space');
    const count = isLast ? tokens.length : last;
    if (count > 0) this.#finishTokens(tokens.slice(0, count));
    else this.#show();
    return count > 0;
  }

  #prefix(): string {
    return this.#begun?.prefix ?? '';
  }

  /** Shows the last block, and what has come after it, as far as it goes. */
  #show(): void {
    const begun = this.#begun;
    const tail = this.#tail;
    const options = this.#options;
    const tokens = this.#lex(this.#prefix() + tail);
    const [token] = tokens as [MarkedToken?];
    const isParagraph = tokens.at(-1)?.type === 'paragraph';
    const repaired = tail.length > LONG * 4 ? tail : repair(tail, isParagraph && tokens.length === 1);
    const shown = repaired === tail ? tokens : this.#lex(this.#prefix() + repaired);
    if (!begun) this.#sections.show(renderBlocks(shown, options));
    else if (begun.fits(shown[0])) {
      begun.render(shown[0] as MarkedToken);
      this.#sections.show(renderBlocks(shown.slice(1), options), 1);
    }
    if (tail.length <= LONG || !token || begun?.fits(token) === false) return;
    const next = BegunBlock.begin(token, tail, this.#lex, { begun, own: this.#sections.unfinished, options });
    if (!next) return;
    this.#begun = next.begun;
    this.#tail = next.rest;
    this.#readLength = 0;
  }

  /** These blocks are complete, and shown for good. */
  #finishTokens(tokens: readonly Token[]): void {
    const begun = this.#begun;
    const prefix = this.#prefix();
    const all = prefix + this.#tail;
    const length = tokens.reduce((sum, { raw }) => sum + raw.length, 0);
    const source = (begun?.source ?? '') + all.slice(prefix.length, length);
    this.#tail = all.slice(length);
    this.#readLength = 0;
    this.#begun = undefined;
    for (const [at, token] of (tokens as MarkedToken[]).entries()) {
      const isBegun = at === 0 && begun;
      const nodes = isBegun ? [begun.finish(token)] : renderBlocks([token], this.#options);
      const [node] = this.#finish(nodes);
      this.#definitions.remember(isBegun ? source : token.raw, node);
    }
    this.#definitions.collect(tokens);
  }

  /** Returns the nodes as they stand in the page. */
  #finish(nodes: readonly Node[]): readonly Node[] {
    const placed = this.#sections.finish(nodes);
    for (const node of placed) if (node instanceof HTMLElement) this.#complete(node);
    return placed;
  }
}
