import { patch } from './patch.ts';

/** How many blocks share a section: siblings by the thousand make each layout dearer. */
const BLOCKS_PER_SECTION = 64;

/** The blocks of an answer in the page, shared out among sections. Finished blocks are never touched again. */
export class Sections {
  readonly #root: HTMLElement;
  #section: HTMLElement;
  /** The number of finished nodes in the last section. */
  #finished = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#section = this.#start();
  }

  /** The block that is still arriving, as it stands in the page. */
  get unfinished(): HTMLElement | undefined {
    return this.#section.childNodes[this.#finished] as HTMLElement | undefined;
  }

  /** Shows nodes after the finished ones; the first `kept` of those that stand there already stay. */
  show(nodes: readonly Node[], kept = 0): void {
    patch(this.#section, this.#finished + kept, nodes);
  }

  /** Puts an element after the finished ones as it is. */
  place(element: HTMLElement): void {
    this.show([]);
    this.#section.append(element);
  }

  /** Shows nodes for good. Returns them as they stand in the page. */
  finish(nodes: readonly Node[]): readonly Node[] {
    this.show(nodes);
    const placed = nodes.map((_, at) => this.#section.childNodes[this.#finished + at]!);
    this.#finished += nodes.length;
    if (this.#finished >= BLOCKS_PER_SECTION) {
      this.#section = this.#start();
      this.#finished = 0;
    }
    return placed;
  }

  #start(): HTMLElement {
    const section = document.createElement('div');
    this.#root.append(section);
    return section;
  }
}
