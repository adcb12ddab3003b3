import type { SpokenWords } from '../view.ts';
import { BLOCKS } from './elements.ts';
import { opaque } from './patch.ts';

/** What is read otherwise than by its letters. */
const UNLIKE_TEXT = `${BLOCKS}, br, img, input, .math`;

/** A block of the answer, for reading aloud. Code is named, not spelled; a table is read by its cells, a formula by its source. */
function wordsOf(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return '';
  if (opaque.has(node) && node.classList.contains('math')) return wordsOfFormula(node);
  switch (node.nodeName) {
    case 'PRE':
      return wordsOfCode(node);
    case 'TABLE':
      return [...node.querySelectorAll('tr')].map(wordsOfRow).join('\n');
    case 'IMG':
      return node.getAttribute('alt') ?? '';
    case 'INPUT':
      return node.hasAttribute('checked') ? 'done:' : 'to do:';
    case 'BR':
    case 'HR':
      return '\n';
    default:
      return node.firstElementChild && node.querySelector(UNLIKE_TEXT)
        ? wordsOfChildren(node)
        : node.textContent;
  }
}

function wordsOfChildren(node: Element): string {
  const words: string[] = [];
  let last = '';
  const add = (text: string): void => {
    words.push(text);
    last = text.at(-1) ?? last;
  };
  for (const child of node.childNodes) {
    const isBlock = child instanceof Element && child.matches(BLOCKS);
    if (isBlock && last && last !== '\n') add('\n');
    add(isBlock ? wordsOf(child).trimEnd() : wordsOf(child));
    if (isBlock && last !== '\n') add('\n');
  }
  return words.join('');
}

function wordsOfCode(block: Element): string {
  const language = /language-(\S+)/.exec(block.firstElementChild?.className ?? '')?.[1];
  return language ? `Code in ${language}.` : 'Code.';
}

/** Whatever the page has made of it: that may hold the formula several times. */
function wordsOfFormula(formula: Element): string {
  const raw = opaque.get(formula);
  return raw ? raw.replaceAll(/^(?:\$+|\\.)|(?:\$+|\\.)$/g, '') : formula.textContent;
}

const wordsOfRow = (row: Element): string => [...row.children].map((cell) => wordsOf(cell).trim()).join(', ');

const wordsOfPart = (part: Element): string => (part.nodeName === 'TR' ? wordsOfRow(part) : wordsOf(part));

/** The parts of a block that are complete one by one: items, rows, or blocks in a quote. */
function partsOf(block: Element): ArrayLike<Element> {
  if (block.nodeName === 'TABLE') return (block as HTMLTableElement).rows;
  return /^(?:UL|OL|BLOCKQUOTE)$/.test(block.nodeName) ? block.children : [];
}

/** The words of an answer's blocks, each once when it is complete. */
export class Words {
  #complete = '';
  /** Complete blocks that have not been read: where nobody asks for words, none are. */
  #unread: Node[] = [];
  /** The block that was arriving, and how many of its parts are among the complete ones: a list may be as long as an answer. */
  #arriving: Node | undefined;
  #count = 0;

  /** A block is complete. */
  add(block: Node): void {
    this.#unread.push(block);
  }

  /** Reads the complete blocks as they are now: the page, or the end of the answer, may change them. */
  read(): void {
    for (const block of this.#unread) this.#addWords(this.#wordsOfRest(block));
    this.#unread = [];
  }

  /** @param arriving The block that is still arriving */
  take(arriving: Element | undefined): SpokenWords {
    this.read();
    if (arriving !== this.#arriving) this.#count = 0;
    this.#arriving = arriving;
    const parts = arriving ? partsOf(arriving) : [];
    // The line that is arriving may have begun the last one, and take it back.
    for (; this.#count < parts.length - 2; this.#count++) this.#addWords(wordsOfPart(parts[this.#count]!));
    const complete = this.#complete;
    this.#complete = '';
    return { complete, arriving: arriving ? this.#wordsOfRest(arriving) : '' };
  }

  #addWords(words: string): void {
    if (words.trim()) this.#complete += `${words.trim()}\n`;
  }

  #wordsOfRest(block: Node): string {
    if (block !== this.#arriving || this.#count === 0) return wordsOf(block).trimEnd();
    const parts = partsOf(block as Element);
    const words: string[] = [];
    for (let at = this.#count; at < parts.length; at++) words.push(wordsOfPart(parts[at]!).trim());
    return words.filter(Boolean).join('\n');
  }
}
