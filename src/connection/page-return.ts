/** A page that was hidden for this long, in milliseconds, may have lost its connections. */
const HIDDEN_MS = 5000;

/**
 * Calls back when the page is shown again after a while. A phone freezes a hidden page and closes its connections, and
 * some browsers do not report this: reading from them never settles. https://github.com/bigskysoftware/htmx/pull/3640
 * @returns A function that removes the callback.
 */
export function onPageReturn(callback: () => void): () => void {
  const { document } = globalThis;
  // Not performance.now(), which stops while a machine sleeps.
  let hiddenAt = Date.now();
  const onChange = (): void => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt >= HIDDEN_MS) callback();
  };
  document?.addEventListener('visibilitychange', onChange);
  return () => document?.removeEventListener('visibilitychange', onChange);
}
