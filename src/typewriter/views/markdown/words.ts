import type { SpokenWords } from '../view.ts';

/** A block of the answer, for reading aloud. Code is named, not spelled; a table is read by its cells. */
export function wordsOf(node: Node): string {
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
      return wordsOfChildren(node);
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

/** The words of an answer's blocks, each once when it is complete. */
export class Words {
  #complete = '';

  /** A block is complete. */
  add(block: Node | undefined): void {
    const words = block ? wordsOf(block).trim() : '';
    if (words) this.#complete += `${words}\n`;
  }

  take(arriving: () => string): SpokenWords {
    const complete = this.#complete;
    this.#complete = '';
    return { complete, arriving: arriving() };
  }
}
