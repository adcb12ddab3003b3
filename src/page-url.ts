/** Parses a URL, which may be relative to the page; `undefined` if it is invalid. Not `URL.canParse`: Safari 16 lacks it. */
export function parseURL(url: string | URL): URL | undefined {
  try {
    return new URL(url, pageURL());
  } catch {
    return undefined;
  }
}

/** The base of relative URLs: the page, or the worker's script; `undefined` outside of both. */
export const pageURL = (): string | undefined => globalThis.document?.baseURI ?? globalThis.location?.href;
