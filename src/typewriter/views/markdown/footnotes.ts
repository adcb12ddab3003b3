/** Footnotes: their numbers, their links, and the section at the end of the answer. */
import { keepSelection } from './selection.ts';
import { createElement } from './elements.ts';

interface Footnote {
  /** `undefined` until its first mark, or the end of the answer. */
  number: number | undefined;
  item: HTMLElement | undefined;
}

/** The number of answers in the page: it keeps the IDs of their footnotes apart. */
let answers = 0;

/**
 * The footnotes of an answer. As on GitHub, they are numbered in the order of their marks (`[^label]` in text), and move
 * to the end when the answer ends. Definitions without a mark come last.
 */
export class Footnotes {
  readonly #prefix = `footnote-${++answers}`;
  readonly #notes = new Map<string, Footnote>();
  readonly #root: HTMLElement;
  #count = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
    root.addEventListener('click', this.#onClick);
  }

  renderMark(label: string): HTMLElement {
    const note = this.#getOrCreate(label);
    if (!note.number) this.#assignNumber(note);
    const link = createElement('a', [String(note.number)]);
    link.href = `#${this.#idOf(note)}`;
    link.setAttribute('data-footnote-ref', label);
    return createElement('sup', [link]);
  }

  /** Registers the item of a definition. The first one with a label wins; others stay where they are. */
  define(label: string, item: HTMLElement): void {
    const note = this.#getOrCreate(label);
    item.setAttribute('data-footnote', label);
    note.item ??= item;
    if (note.number) this.#assignNumber(note);
  }

  /** Numbers a note, and its list item if it has one. */
  #assignNumber(note: Footnote): void {
    note.number ??= ++this.#count;
    if (!note.item) return;
    note.item.id = this.#idOf(note);
    note.item.setAttribute('value', String(note.number));
  }

  /** Moves the notes to the end. Marks without a definition are shown as they are written. */
  end(): void {
    const root = this.#root;
    /** Marks without a definition, by parent. */
    const unknown = new Map<Element, Set<HTMLElement>>();
    for (const link of root.querySelectorAll('[data-footnote-ref]')) {
      if (this.#getOrCreate(labelOf(link)).item) continue;
      const mark = link.parentElement!;
      const parent = mark.parentElement!;
      if (!unknown.has(parent)) unknown.set(parent, new Set());
      unknown.get(parent)!.add(mark);
    }
    for (const marks of unknown.values()) replaceBySource(marks);
    const notes = [...this.#notes.values()].filter(({ item }) => item && root.contains(item));
    if (!notes.length) return;
    for (const note of notes) this.#assignNumber(note);
    notes.sort((one, other) => one.number! - other.number!);
    this.#moveToEnd(notes);
  }

  #moveToEnd(notes: readonly Footnote[]): void {
    const list = document.createElement('ol');
    const { dir } = notes[0]!.item!.parentElement!;
    const section = createElement('section', [list]);
    section.setAttribute('data-footnotes', '');
    this.#root.append(section);
    for (const note of notes) {
      const emptySection = note.item!.closest('section')!;
      this.#addBackLink(note);
      keepSelection([note.item!], () => list.append(note.item!));
      emptySection.remove();
    }
    list.dir = dir;
  }

  #getOrCreate(label: string): Footnote {
    const name = label.toLowerCase();
    let note = this.#notes.get(name);
    if (!note) this.#notes.set(name, (note = { number: undefined, item: undefined }));
    return note;
  }

  #idOf({ number }: Footnote): string {
    return `${this.#prefix}-${number}`;
  }

  #addBackLink(note: Footnote): void {
    const { number, item } = note;
    const last = item!.lastElementChild;
    const back = createElement('a', ['↩']);
    back.href = `#${this.#idOf(note)}`;
    back.setAttribute('data-footnote-backref', '');
    back.setAttribute('aria-label', `Back to reference ${number}`);
    (last?.nodeName === 'P' ? last : item!).append(' ', back);
  }

  /** Jumps to a note and back without changing the URL. Works in a shadow root, too. */
  #onClick = (event: MouseEvent): void => {
    const link = (event.target as Element | null)?.closest?.('[data-footnote-ref], [data-footnote-backref]');
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isMark = link.hasAttribute('data-footnote-ref');
    const label = isMark
      ? labelOf(link)
      : (link.closest('[data-footnote]')?.getAttribute('data-footnote') ?? '');
    const target = isMark
      ? this.#notes.get(label.toLowerCase())?.item
      : [...this.#root.querySelectorAll<HTMLElement>('[data-footnote-ref]')].find(
          (mark) => labelOf(mark).toLowerCase() === label.toLowerCase(),
        );
    if (!target) return;
    event.preventDefault();
    if (isMark) target.tabIndex = -1;
    target.scrollIntoView({ block: 'nearest' });
    target.focus({ preventScroll: true });
  };
}

const labelOf = (link: Element): string => link.getAttribute('data-footnote-ref')!;

/** From this many in one block, marks stay elements: removing one costs time in proportion to their number. */
const MAX_REPLACED_MARKS = 50;

/** Shows marks as their source. */
function replaceBySource(marks: ReadonlySet<HTMLElement>): void {
  for (const mark of marks) {
    const written = `[^${labelOf(mark.firstElementChild!)}]`;
    if (marks.size < MAX_REPLACED_MARKS) mark.replaceWith(written);
    else {
      mark.textContent = written;
      // A class costs half as much as an inline style on each mark.
      mark.className = 'unmarked';
    }
  }
}
