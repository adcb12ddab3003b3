/** Footnotes: their numbers, their links, and the section at the end of the answer. */
import type { Definitions } from './definitions.ts';
import { keepSelection } from './selection.ts';
import { createElement, isText } from './elements.ts';
import { normalizeLabel } from './links.ts';
import type { Words } from './words.ts';

interface Footnote {
  /** `undefined` until its first mark, or the end of the answer. */
  number?: number;
  item?: HTMLElement;
  /** Its first mark, which the back link leads to. Known at the end of the answer. */
  mark?: Element;
}

/** The end of the ID of a mark, after the ID of its note. */
const MARK_ID_END = '-mark';

/** A selector of the links in marks. A sanitizer may let the model write the attribute elsewhere. */
const MARK_LINKS = 'sup > [data-footnote-ref]:not([data-footnote-ref=""])';

/**
 * In an answer with more marks than this, those without a definition are shown as they are written until it arrives. A
 * model that repeats itself writes any number of them, and the end of the answer has to replace each that it shows.
 */
const MAX_MARKS = 2000;

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
  readonly #definitions: Definitions;
  #lastNumber = 0;

  constructor(root: HTMLElement, definitions: Definitions) {
    this.#root = root;
    this.#definitions = definitions;
    root.addEventListener('click', onClick);
  }

  renderMark(label: string): Node {
    const note = this.#getOrCreate(label);
    if (!note.item && this.#definitions.marks > MAX_MARKS) return new Text(sourceOf(label));
    if (!note.number) this.#assignNumber(note);
    const link = createElement('a');
    this.#link(link, note);
    link.setAttribute('data-footnote-ref', label);
    return createElement('sup', [link]);
  }

  /** Registers the item of a definition. The first one with a label wins; others stay where they are. */
  define(label: string, item: HTMLElement): void {
    const note = this.#getOrCreate(label);
    item.setAttribute('data-footnote', label);
    if (!note.item) {
      note.item = item;
      // In the order of the definitions, not of marks that turned out to be none.
      const name = normalizeLabel(label);
      this.#notes.delete(name);
      this.#notes.set(name, note);
      if (this.#definitions.marks > MAX_MARKS) this.#definitions.expire(`^${name}`);
    }
    if (note.number) this.#assignNumber(note);
  }

  /** Shows the number of a note in a mark, unless it does already. */
  #link(mark: HTMLAnchorElement, note: Footnote): void {
    const number = String(note.number);
    if (mark.textContent === number) return;
    const { firstChild } = mark;
    // In place: in a long line without spaces, Chrome searches the whole line for each node that is removed.
    if (isText(firstChild) && !firstChild.nextSibling) firstChild.data = number;
    else mark.textContent = number;
    mark.href = `#${this.#idOf(note)}`;
  }

  /** Numbers a note, and its list item if it has one. */
  #assignNumber(note: Footnote): void {
    note.number ??= ++this.#lastNumber;
    if (!note.item) return;
    note.item.id = this.#idOf(note);
    note.item.setAttribute('value', String(note.number));
  }

  /**
   * Moves the notes to the end. Marks without a definition are shown as they are written.
   *
   * @param words Words of notes are read before that, where they are
   */
  end(words: Words): void {
    const root = this.#root;
    // Numbers were also given to marks that later text has turned into something else.
    for (const note of this.#notes.values()) delete note.number;
    this.#lastNumber = 0;
    const unknown: Element[] = [];
    for (const link of root.querySelectorAll<HTMLAnchorElement>(MARK_LINKS)) {
      const note = this.#notes.get(normalizeLabel(labelOf(link)));
      if (!note?.item) unknown.push(link);
      else {
        this.#assignNumber(note);
        this.#link(link, note);
        note.mark ??= link;
      }
    }
    // From the last one: Chrome may search what follows.
    while (unknown.length) replaceBySource(unknown.pop()!);
    const notes = [...this.#notes.values()].filter(({ item }) => item && root.contains(item));
    if (!notes.length) return;
    words.read();
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
      // In order, items have their numbers without it, and Chrome takes seconds to number thousands of items that have it.
      note.item!.removeAttribute('value');
      keepSelection([note.item!], () => list.append(note.item!));
      emptySection.remove();
    }
    list.dir = dir;
  }

  #getOrCreate(label: string): Footnote {
    const name = normalizeLabel(label);
    let note = this.#notes.get(name);
    if (!note) this.#notes.set(name, (note = {}));
    return note;
  }

  #idOf({ number }: Footnote): string {
    return `${this.#prefix}-${number}`;
  }

  #addBackLink(note: Footnote): void {
    const { number, item, mark } = note;
    if (!mark) return;
    const last = item!.lastElementChild;
    const back = createElement('a', ['↩']);
    back.href = `#${(mark.id = this.#idOf(note) + MARK_ID_END)}`;
    back.setAttribute('data-footnote-backref', '');
    back.setAttribute('aria-label', `Back to reference ${number}`);
    (last?.localName === 'p' ? last : item!).append(' ', back);
  }
}

/**
 * Jumps to a note and back without changing the URL, within the answer: a page may show a saved answer whose notes have the
 * same IDs. Works in a shadow root, too. The listener is the same for all answers in an element, so that it keeps none of
 * them.
 */
function onClick(event: MouseEvent): void {
  const root = event.currentTarget as HTMLElement;
  const link = (event.target as Element | null)?.closest?.<HTMLAnchorElement>(
    '[data-footnote-ref], [data-footnote-backref]',
  );
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const find = (hash: string): HTMLElement | undefined =>
    [...root.querySelectorAll<HTMLElement>('[id]')].find(({ id }) => `#${id}` === hash);
  const target = find(link.hash);
  if (!target) return;
  event.preventDefault();
  if (link.hasAttribute('data-footnote-ref')) {
    target.tabIndex = -1;
    // The way back leads to this mark, which may not be the first one.
    const first = find(link.hash + MARK_ID_END);
    first?.removeAttribute('id');
    if (first) link.id = target.id + MARK_ID_END;
  }
  target.scrollIntoView({ block: 'nearest' });
  target.focus({ preventScroll: true });
}

const labelOf = (link: Element): string => link.getAttribute('data-footnote-ref')!;

const sourceOf = (label: string): string => `[^${label}]`;

/** Shows a mark as its source. */
function replaceBySource(link: Element): void {
  const mark = link.parentElement!;
  const text = new Text(sourceOf(labelOf(link)));
  keepSelection([mark], () => (mark.replaceWith(text), [text]));
}
