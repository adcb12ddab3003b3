/** Link reference definitions, and the text that refers to them. */
import { normalizeLabel, type Definition, type Target } from './links.ts';

/** A text that contains references and can be rendered again. */
interface Referrer {
  /** The length of its source, in characters. */
  readonly length: number;
  rerender(): void;
}

/** How many characters of text are rendered again at a time, and how many an element costs besides its text. */
const MAX_RERENDERED = 5000;
const ELEMENT_COST = 50;

/** Possible labels of references. One that does not end is skipped as a whole, so that no text is searched twice. */
const LABELS = /\[((?:[^[\]\\]|\\.){1,999})(\])?/g;

const PENDING_TARGET: Target = { href: undefined, title: undefined };

/** The link definitions of an answer, by name, and the texts that refer to them. */
export class Definitions {
  readonly #targets = new Map<string, Target>();
  /** Texts, by the names of definitions that have not arrived. */
  readonly #referrers = new Map<string, Set<Referrer>>();
  readonly #usedNames = new Set<string>();
  readonly #stale = new Set<Referrer>();
  /** Texts with references that wait for a definition, and whether the text being rendered has one. */
  readonly #waiting = new Set<Referrer>();
  #isWaiting = false;
  #hasEnded = false;
  /** The number of footnote marks in texts that are final. */
  marks = 0;

  /** Returns the target of a reference. With `mayWait`, a missing definition gives a target without an address. */
  find(label: string, mayWait: boolean): Target | undefined {
    const target = this.#targets.get(normalizeLabel(label));
    if (target || !mayWait || this.#hasEnded) return target;
    this.#isWaiting = true;
    return PENDING_TARGET;
  }

  /** Registers a text that has just been rendered, under all names that it may refer to. */
  register(source: string, referrer: Referrer): void {
    if (this.#isWaiting) this.#waiting.add(referrer);
    this.#isWaiting = false;
    for (const [, label, end] of source.matchAll(LABELS)) {
      if (!end) continue;
      const name = normalizeLabel(label!);
      if (name[0] === '^') this.marks++;
      if (this.#usedNames.size < 10_000) this.#usedNames.add(name);
      if (this.#targets.has(name)) continue;
      const referrers = this.#referrers.get(name) ?? new Set();
      this.#referrers.set(name, referrers.add(referrer));
    }
  }

  /** Adds a definition. The first one with a name wins. */
  add({ label, href, title }: Definition): void {
    const name = normalizeLabel(label);
    if (this.#targets.has(name)) return;
    this.#targets.set(name, { href, title });
    this.expire(name);
  }

  /** The texts that refer to a name, which is a normalized label, are rendered again. */
  expire(name: string): void {
    for (const referrer of this.#referrers.get(name) ?? []) this.#stale.add(referrer);
    this.#referrers.delete(name);
  }

  /** Renders texts again whose definitions have arrived, at most `count` characters; the next call continues. */
  update(count: number = MAX_RERENDERED): void {
    let left = count;
    for (const referrer of this.#stale) {
      if (left <= 0) return;
      left -= referrer.length + ELEMENT_COST;
      this.#stale.delete(referrer);
      referrer.rerender();
    }
  }

  /** Call after the last definition: references that still wait are shown as they are written. */
  end(): void {
    this.#hasEnded = true;
    for (const referrer of this.#waiting) this.#stale.add(referrer);
    this.update(Infinity);
  }

  isUsed({ label }: Definition): boolean {
    return this.#usedNames.has(normalizeLabel(label));
  }
}
