import { keepSelection } from './selection.ts';
import { element } from './elements.ts';

interface Footnote {
  /** Nothing before its first mark, or the end. */
  number: number | undefined;
  item: HTMLElement | undefined;
}

/** Answers in one page have footnotes of the same names. */
let answers = 0;

/**
 * The footnotes of an answer: numbered in the order of their marks, moved to the end when the answer has ended, as
 * GitHub shows them. Definitions that nothing refers to follow.
 */
export class Footnotes {
  readonly #prefix = `footnote-${++answers}`;
  readonly #notes = new Map<string, Footnote>();
  readonly #root: HTMLElement;
  #count = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
    root.addEventListener('click', this.#go);
  }

  renderMark(label: string): HTMLElement {
    const note = this.#note(label);
    if (!note.number) this.#number(note);
    const link = element('a', [String(note.number)]);
    link.setAttribute('href', `#${this.#idOf(note)}`);
    link.setAttribute('data-footnote-ref', label);
    const mark = element('sup', [link]);
    return mark;
  }

  /** Takes over the item of a definition. Of two with the same label the first counts, the other stays where it is. */
  define(label: string, item: HTMLElement): void {
    const note = this.#note(label);
    item.setAttribute('data-footnote', label);
    note.item ??= item;
    if (note.number) this.#number(note);
  }

  /** Gives a note its number, and shows it where the note stands. */
  #number(note: Footnote): void {
    note.number ??= ++this.#count;
    if (!note.item) return;
    note.item.id = this.#idOf(note);
    note.item.setAttribute('value', String(note.number));
  }

  /** Moves the notes to the end, and shows marks without a definition as they are written. */
  end(): void {
    const root = this.#root;
    /** Marks without a definition, by what they stand in. */
    const unknown = new Map<Element, Set<HTMLElement>>();
    for (const link of root.querySelectorAll('[data-footnote-ref]')) {
      if (this.#note(labelOf(link)).item) continue;
      const mark = link.parentElement!;
      const parent = mark.parentElement!;
      if (!unknown.has(parent)) unknown.set(parent, new Set());
      unknown.get(parent)!.add(mark);
    }
    for (const marks of unknown.values()) unmark(marks);
    const notes = [...this.#notes.values()].filter(({ item }) => item && root.contains(item));
    if (!notes.length) return;
    for (const note of notes) this.#number(note);
    notes.sort((one, other) => one.number! - other.number!);
    this.#moveToEnd(notes);
  }

  #moveToEnd(notes: readonly Footnote[]): void {
    const list = document.createElement('ol');
    const { dir } = notes[0]!.item!.parentElement!;
    const section = element('section', [list]);
    section.setAttribute('data-footnotes', '');
    this.#root.append(section);
    for (const note of notes) {
      const own = note.item!.closest('section')!;
      this.#addWayBack(note);
      keepSelection([note.item!], () => list.append(note.item!));
      own.remove();
    }
    list.dir = dir;
  }

  #note(label: string): Footnote {
    const name = label.toLowerCase();
    let note = this.#notes.get(name);
    if (!note) this.#notes.set(name, (note = { number: undefined, item: undefined }));
    return note;
  }

  #idOf({ number }: Footnote): string {
    return `${this.#prefix}-${number}`;
  }

  #addWayBack({ number, item }: Footnote): void {
    const last = item!.lastElementChild;
    const back = element('a', ['↩']);
    back.setAttribute('href', `#${this.#prefix}-${number}`);
    back.setAttribute('data-footnote-backref', '');
    back.setAttribute('aria-label', `Back to reference ${number}`);
    (last?.nodeName === 'P' ? last : item!).append(' ', back);
  }

  /** Goes to a note and back without touching the page's address, also in a shadow root. */
  #go = (event: MouseEvent): void => {
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

/** So many marks in one block stay the elements that they are: to take one out costs the more the more there are. */
const MANY = 50;

/** Shows marks as they are written. */
function unmark(marks: ReadonlySet<HTMLElement>): void {
  for (const mark of marks) {
    const written = `[^${labelOf(mark.firstElementChild!)}]`;
    if (marks.size < MANY) mark.replaceWith(written);
    else {
      mark.textContent = written;
      // A class costs half as much as a style of each mark's own.
      mark.className = 'unmarked';
    }
  }
}
