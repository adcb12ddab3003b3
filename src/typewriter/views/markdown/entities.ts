import { characterEntitiesHtml4 } from 'character-entities-html4';

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));/gi;
const NAMED: Readonly<Record<string, string>> = characterEntitiesHtml4;

/** What the browser has decoded. */
const decoded = new Map<string, string>();

/**
 * Replaces character references by the characters they stand for.
 * https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (reference, decimal?: string, hex?: string, name?: string) => {
    if (name) return Object.hasOwn(NAMED, name) ? NAMED[name]! : decodeName(reference);
    const code = decimal ? parseInt(decimal, 10) : parseInt(hex!, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : '\uFFFD';
  });
}

/** Decodes one of the 1,800 names that HTML 5 has and HTML 4 had not. */
function decodeName(reference: string): string {
  let text = decoded.get(reference);
  if (text === undefined) {
    text = parse(reference);
    // `&notit;` begins with `&not`, but is no reference in markdown.
    if (text.length > 1 && text.endsWith(';')) text = reference;
    if (decoded.size < 3000) decoded.set(reference, text);
  }
  return text;
}

/**
 * The browser knows all names. The reference is letters and digits alone, so that nothing else can come of it. Where a page
 * allows no policy of this name, one stays as it is written.
 */
function parse(reference: string): string {
  const scratch = document.createElement('div') as HTMLElement & { setHTML?(html: string): void };
  try {
    if (scratch.setHTML) scratch.setHTML(reference);
    else scratch.innerHTML = trust(reference);
  } catch {
    // It has no text.
  }
  return scratch.textContent || reference;
}

/** What makes HTML that the page trusts; null where it allows none. */
let policy: { createHTML(html: string): string } | null | undefined;

/** @throws TypeError once, where a page that requires Trusted Types does not allow ours: it would hear of each time */
function trust(html: string): string {
  if (policy === undefined) {
    const rules = { createHTML: (given: string) => given };
    const { trustedTypes } = globalThis as {
      trustedTypes?: { createPolicy(name: string, of: object): typeof policy };
    };
    policy = null;
    policy = trustedTypes ? trustedTypes.createPolicy('teleprinter', rules) : rules;
  }
  return policy ? policy.createHTML(html) : '';
}
