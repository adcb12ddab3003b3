/** The words of markdown for screen readers. */
import type { SpokenWords } from '../view.ts';
import { isBlock, isElement, isText } from './elements.ts';
import { opaqueSources } from './patch.ts';

/** Collects the words of complete blocks, each block once. */
export class Words {
  #complete = '';
  /** Complete blocks whose words have not been read. They are read only when words are requested. */
  #unread: Node[] = [];
  /** The arriving block at the last call, and how many of its parts have been returned: a list may be the whole answer. */
  #arriving: Node | undefined;
  #completeParts = 0;

  /** Adds a complete block. */
  add(block: Node): void {
    this.#unread.push(block);
  }

  /** Reads the words of the complete blocks now, before the end of the answer changes them. */
  read(): void {
    for (const block of this.#unread) this.#addWords(this.#wordsOfRest(block));
    this.#unread = [];
  }

  /**
   * Returns the words since the last call.
   *
   * @param arriving The block that is still arriving
   * @param next The block after it that the arriving line opens
   */
  takeWords(arriving: Element | undefined, next?: Element): SpokenWords {
    this.read();
    if (arriving !== this.#arriving) this.#completeParts = 0;
    this.#arriving = arriving;
    const parts = arriving ? partsOf(arriving) : [];
    // The last part may be removed again, if the arriving line opened it.
    for (; this.#completeParts < parts.length - 2; this.#completeParts++)
      this.#addWords(wordsOfPart(parts[this.#completeParts]!));
    const complete = this.#complete;
    this.#complete = '';
    const words = [arriving && this.#wordsOfRest(arriving), next && wordsOf(next).trimEnd()];
    return { complete, arriving: words.filter(Boolean).join('\n') };
  }

  #addWords(words: string): void {
    if (words.trim()) this.#complete += `${words.trim()}\n`;
  }

  #wordsOfRest(block: Node): string {
    if (block !== this.#arriving || this.#completeParts === 0) return wordsOf(block).trimEnd();
    const parts = partsOf(block as Element);
    const words: string[] = [];
    for (let at = this.#completeParts; at < parts.length; at++) words.push(wordsOfPart(parts[at]!).trim());
    return words.filter(Boolean).join('\n');
  }
}

/** Returns the words of a node: code is named, not spelled; a table is read cell by cell, a formula by its source. */
function wordsOf(node: Node): string {
  if (isText(node)) return node.data;
  if (!isElement(node)) return '';
  const source = opaqueSources.get(node);
  // That of a link begins with a tag.
  if (source && !source.startsWith('<')) return wordsOfFormula(source);
  switch (node.localName) {
    case 'pre':
      return wordsOfCode(node);
    case 'table':
      return [...node.querySelectorAll('tr')].map(wordsOfRow).join('\n');
    case 'img':
      return node.getAttribute('alt') ?? '';
    case 'input':
      return node.hasAttribute('checked') ? 'done:' : 'to do:';
    case 'br':
    case 'hr':
      return '\n';
    default:
      return node.firstElementChild ? wordsOfChildren(node) : node.textContent;
  }
}

function wordsOfChildren(node: Element): string {
  const words: string[] = [];
  let last = '';
  // By `nextSibling`: a list may have tens of thousands of items.
  for (let child = node.firstChild; child; child = child.nextSibling) {
    const isInBlock = isBlock(child);
    if (isInBlock && last && last !== '\n') words.push((last = '\n'));
    const text = wordsOf(child);
    words.push(isInBlock ? text.trimEnd() : text);
    last = words.at(-1)!.at(-1) ?? last;
    if (isInBlock && last !== '\n') words.push((last = '\n'));
  }
  return words.join('');
}

function wordsOfCode(block: Element): string {
  const language = /language-(\S+)/.exec(block.firstElementChild?.className ?? '')?.[1];
  return language ? `Code in ${language}.` : 'Code.';
}

/** Returns the source of a formula: the nodes that the page rendered may contain the formula several times. */
const wordsOfFormula = (raw: string): string => raw.replaceAll(/^(?:\$+|\\[([])|(?:\$+|\\[)\]])$/g, '');

const wordsOfRow = (row: Element): string => [...row.children].map((cell) => wordsOf(cell).trim()).join(', ');

const wordsOfPart = (part: Element): string => (part.localName === 'tr' ? wordsOfRow(part) : wordsOf(part));

/** The parts of a block that complete one by one: list items, table rows, or blocks in a quote. */
function partsOf(block: Element): ArrayLike<Element> {
  if (block.localName === 'table') return (block as HTMLTableElement).rows;
  return /^(?:ul|ol|blockquote)$/.test(block.localName) ? block.children : [];
}
