import { Lexer, Tokenizer } from 'marked';

/** Text that refers to definitions, and can be rendered again. */
export interface Referrer {
  rerender(): void;
}

/** A definition that was taken off the beginning of a paragraph. */
export interface Definition {
  readonly raw: string;
  readonly label: string;
  readonly href: string;
  readonly title: string | undefined;
}

/** The link definitions of an answer, and the texts that refer to them. https://spec.commonmark.org/0.31.2/#link-reference-definitions */
export class Definitions {
  readonly links = Object.create(null) as Lexer['tokens']['links'];
  /** Texts by the names of definitions that have not arrived. */
  readonly #referrers = new Map<string, Set<Referrer>>();
  readonly #used = new Set<string>();
  readonly #stale = new Set<Referrer>();

  /** Remembers the names that a text may refer to. */
  remember(source: string, referrer: Referrer): void {
    for (const [, label = ''] of source.matchAll(/\[((?:[^[\]\\]|\\.){1,999})\]/g)) {
      const name = nameOf(label);
      if (this.#used.size < 10_000) this.#used.add(name);
      if (name in this.links) continue;
      const referrers = this.#referrers.get(name) ?? new Set();
      this.#referrers.set(name, referrers.add(referrer));
    }
  }

  add({ label, href, title }: Definition): void {
    const name = nameOf(label);
    if (name in this.links) return;
    this.links[name] = { href, title: title ?? '' };
    for (const referrer of this.#referrers.get(name) ?? []) this.#stale.add(referrer);
    this.#referrers.delete(name);
  }

  /** Renders the texts again whose definitions have arrived. */
  update(): void {
    for (const referrer of this.#stale) referrer.rerender();
    this.#stale.clear();
  }

  isUsed({ label }: Definition): boolean {
    return this.#used.has(nameOf(label));
  }
}

/** What a reference and its definition are compared by, as marked does. */
const nameOf = (label: string): string =>
  label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase();

/** A definition that is arriving: its label, its address, its title, each as far as it has come. */
const ARRIVING =
  /^\[(?!\^)(?:[^[\]\\]|\\.){1,999}\]:[ \t]*\n?[ \t]*(?:<[^<>\n]*>?|[^\s<]\S*)?(?:\s+(?:"[^"]*"?|'[^']*'?|\([^()]*\)?)?[ \t]*)?$/;

/** Whether a paragraph may begin with a definition, as far as it has arrived. */
export function mayBeginWithDefinition(text: string): boolean {
  if (text === '') return true;
  if (text[0] !== '[' || text[1] === '^') return false;
  return /^\[(?:[^[\]\\]|\\[^]){0,999}(?:\\?$|\](?:$|:))/.test(text);
}

/** Whether a paragraph that is arriving may be a definition, which shows nothing. */
export function mayBeDefinition(text: string): boolean {
  return text.startsWith('[') && text.length < 3000 && ARRIVING.test(text);
}

let tokenizer: Tokenizer | undefined;

/** Takes the definitions off the beginning of a paragraph. */
export function takeDefinitions(text: string): {
  readonly definitions: readonly Definition[];
  readonly rest: string;
} {
  const definitions: Definition[] = [];
  tokenizer ??= createTokenizer();
  let rest = text;
  while (rest.startsWith('[') && !rest.startsWith('[^')) {
    // marked looks at all that follows: one definition is not longer than this.
    const found = tokenizer.def(rest.slice(0, 5000));
    if (!found) break;
    const [, label = ''] = /^\[((?:[^[\]\\]|\\[^])*)\]/.exec(found.raw) ?? [];
    definitions.push({ raw: found.raw, label, href: found.href, title: found.title });
    rest = rest.slice(found.raw.length).replace(/^\n+/, '');
  }
  return { definitions, rest };
}

/** A lexer gives its tokenizer the rules. */
function createTokenizer(): Tokenizer {
  const made = new Tokenizer();
  new Lexer({ gfm: true, tokenizer: made });
  return made;
}
