/** Decodes character references such as `&amp;`, and backslash escapes. */
import { characterEntitiesHtml4 } from 'character-entities-html4';

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));/gi;
const NAMED: Readonly<Record<string, string>> = characterEntitiesHtml4;

/** The references decoded by the browser. */
const decodedNames = new Map<string, string>();

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

const ESCAPED = /\\([!-/:-@[-`{-~])|(&#?[\da-z]{1,32};)/gi;

/** Decodes backslash escapes and character references. */
export function unescape(text: string): string {
  return text.replace(
    ESCAPED,
    (_, character?: string, reference = '') => character ?? decodeReferences(reference),
  );
}

/** Decodes one of the 1,800 names that are in HTML 5 but not in HTML 4. */
function decodeName(reference: string): string {
  let text = decodedNames.get(reference);
  if (text === undefined) {
    text = decodeInBrowser(reference);
    // HTML reads `&notit;` as `&not` and text; markdown does not.
    if (text.length > 1 && text.endsWith(';')) text = reference;
    if (decodedNames.size < 3000) decodedNames.set(reference, text);
  }
  return text;
}

/**
 * Decodes a reference with the browser, which knows all names. It contains only letters and digits, so that it cannot
 * produce markup. If the page allows no Trusted Types policy named `teleprinter`, it stays as it is written.
 */
function decodeInBrowser(reference: string): string {
  const scratch = document.createElement('div') as HTMLElement & { setHTML?(html: string): void };
  try {
    if (scratch.setHTML) scratch.setHTML(reference);
    else scratch.innerHTML = toTrustedHtml(reference);
  } catch {
    // Then it has no text.
  }
  return scratch.textContent || reference;
}

/** The Trusted Types policy, or a substitute; `null` if the page forbids it. */
let policy: { createHTML(html: string): string } | null | undefined;

/** @throws TypeError once, if the page forbids the policy. It is not tried again, as each attempt reports a violation */
function toTrustedHtml(html: string): string {
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
