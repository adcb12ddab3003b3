/** A URL, which may be relative to the page; `undefined` where it is none. `URL.canParse` is younger than Safari 17. */
export function parseURL(url: string | URL): URL | undefined {
  try {
    return new URL(url, pageURL());
  } catch {
    return undefined;
  }
}

/** What relative URLs are relative to: the page, or the worker's script. */
export const pageURL = (): string | undefined => globalThis.document?.baseURI ?? globalThis.location?.href;
