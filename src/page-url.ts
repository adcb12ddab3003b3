/** What relative URLs are relative to: the page, or the worker's script. */
export const pageURL = (): string | undefined => globalThis.document?.baseURI ?? globalThis.location?.href;
