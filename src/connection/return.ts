/** A page that was hidden for so many milliseconds may have lost its connections. */
const AWAY = 5000;

/**
 * Calls back when the page is shown again after a while. A phone freezes a page that is hidden and closes its
 * connections, and some browsers never say so: what is read from them just never comes.
 * https://github.com/bigskysoftware/htmx/pull/3640
 * @returns A function that ends it.
 */
export function onReturn(callback: () => void): () => void {
  const { document } = globalThis;
  // Not performance.now(), which stands still while a machine sleeps.
  let hiddenAt = Date.now();
  const notice = (): void => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt >= AWAY) callback();
  };
  document?.addEventListener('visibilitychange', notice);
  return () => document?.removeEventListener('visibilitychange', notice);
}
