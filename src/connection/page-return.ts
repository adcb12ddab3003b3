/** A page that was hidden for this long, in milliseconds, may have lost its connections. */
const HIDDEN_MS = 5000;

/**
 * Calls back when the page is shown again after a while, or has its network back, as a laptop after a sleep. A phone
 * freezes a hidden page and closes its connections, a sleep or another network lets them die, and some browsers do not
 * report this: reading from them never settles. https://github.com/bigskysoftware/htmx/pull/3640
 * @returns A function that removes the callback.
 */
export function onPageReturn(callback: () => void): () => void {
  const { document } = globalThis;
  if (!document) return () => {};
  // Not performance.now(), which stops while a machine sleeps.
  let hiddenAt = Date.now();
  const onChange = (): void => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt >= HIDDEN_MS) callback();
  };
  document.addEventListener('visibilitychange', onChange);
  globalThis.addEventListener?.('online', callback);
  return () => {
    document.removeEventListener('visibilitychange', onChange);
    globalThis.removeEventListener?.('online', callback);
  };
}
