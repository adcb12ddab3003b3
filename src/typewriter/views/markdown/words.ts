import type { SpokenWords } from '../view.ts';

/** A block of the answer, for reading aloud. Code is named, not spelled; a table is read by its cells. */
function wordsOf(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return '';
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
      return node.firstElementChild ? wordsOfChildren(node) : (node.textContent ?? '').trimEnd();
  }
}

const BLOCK = /^(?:P|UL|OL|LI|PRE|BLOCKQUOTE|TABLE|H[1-6]|HR|DIV|SECTION|DETAILS|SUMMARY)$/;

function wordsOfChildren(node: Element): string {
  const words: string[] = [];
  let last = '';
  const add = (text: string): void => {
    words.push(text);
    last = text.at(-1) ?? last;
  };
  for (const child of node.childNodes) {
    const isBlock = BLOCK.test(child.nodeName);
    if (isBlock && last && last !== '\n') add('\n');
    add(wordsOf(child));
    if (isBlock && last !== '\n') add('\n');
  }
  return words.join('').trimEnd();
}

function wordsOfCode(block: Element): string {
  const language = /language-(\S+)/.exec(block.firstElementChild?.className ?? '')?.[1];
  return language ? `Code in ${language}.` : 'Code.';
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
  /** The block that was arriving, and how many of its parts are among the complete ones: a list may be as long as an answer. */
  #arriving: Node | undefined;
  #count = 0;

  /** A block is complete. */
  add(block: Node | undefined): void {
    this.#addWords(block ? this.#wordsOfRest(block) : '');
  }

  /** @param arriving The block that is still arriving */
  take(arriving: Element | undefined): SpokenWords {
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
    if (block !== this.#arriving || this.#count === 0) return wordsOf(block);
    const parts = partsOf(block as Element);
    const words: string[] = [];
    for (let at = this.#count; at < parts.length; at++) words.push(wordsOfPart(parts[at]!).trim());
    return words.filter(Boolean).join('\n');
  }
}
