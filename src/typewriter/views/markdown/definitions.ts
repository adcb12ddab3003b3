import { nameOf, type Definition, type Target } from './links.ts';

/** Text that refers to definitions, and can be rendered again. */
export interface Referrer {
  rerender(): void;
}

/** What may be the label of a reference. */
const LABELS = /\[((?:[^[\]\\]|\\.){1,999})\]/g;

const NOWHERE: Target = { href: undefined, title: undefined };

/** The link definitions of an answer, and the texts that refer to them. */
export class Definitions {
  readonly #targets = new Map<string, Target>();
  /** Texts by the names of definitions that have not arrived. */
  readonly #referrers = new Map<string, Set<Referrer>>();
  readonly #used = new Set<string>();
  readonly #stale = new Set<Referrer>();
  /** Texts with links and images that wait for a definition, and whether the text that is being rendered has one. */
  readonly #waiting = new Set<Referrer>();
  #isWaiting = false;
  #hasEnded = false;

  /** Where a reference goes; nowhere yet, where it may wait for its definition. */
  find(label: string, mayWait: boolean): Target | undefined {
    const target = this.#targets.get(nameOf(label));
    if (target || !mayWait || this.#hasEnded) return target;
    this.#isWaiting = true;
    return NOWHERE;
  }

  /** Remembers the names that a text may refer to, which has just been rendered. */
  remember(source: string, referrer: Referrer): void {
    if (this.#isWaiting) this.#waiting.add(referrer);
    this.#isWaiting = false;
    LABELS.lastIndex = 0;
    for (let found = LABELS.exec(source); found; found = LABELS.exec(source)) {
      const name = nameOf(found[1]!);
      if (this.#used.size < 10_000) this.#used.add(name);
      if (this.#targets.has(name)) continue;
      const referrers = this.#referrers.get(name) ?? new Set();
      this.#referrers.set(name, referrers.add(referrer));
    }
  }

  /** Adds a definition. Of two with the same name the first counts. */
  add({ label, href, title }: Definition): void {
    const name = nameOf(label);
    if (this.#targets.has(name)) return;
    this.#targets.set(name, { href, title });
    for (const referrer of this.#referrers.get(name) ?? []) this.#stale.add(referrer);
    this.#referrers.delete(name);
  }

  /** Renders the texts again whose definitions have arrived. */
  update(): void {
    for (const referrer of this.#stale) referrer.rerender();
    this.#stale.clear();
  }

  /** No definition follows: what has waited for one is as it was written. */
  end(): void {
    this.#hasEnded = true;
    for (const referrer of this.#waiting) this.#stale.add(referrer);
    this.update();
  }

  isUsed({ label }: Definition): boolean {
    return this.#used.has(nameOf(label));
  }
}
