/**
 * Estimates when a framework hydrates the page. A framework expects the children of an element as the server sent them,
 * and replaces elements when that fails.
 */

/** Scripts may begin hydration up to this long after the page's `load` event, in milliseconds. */
const LOAD_MARGIN = 400;
/** Hydration may replace elements up to this long after the navigation started, in milliseconds. */
const HYDRATION_TIMEOUT = 30_000;

let isOver = false;
/** The callbacks to call after hydration; `undefined` until there is one. */
let callbacks: (() => void)[] | undefined;

/** Whether a framework may still hydrate elements that the server has rendered. */
export function mayHydrate(): boolean {
  return !isOver;
}

/** Calls back when the page is loaded and idle, and hydration can be assumed to be over; at once if it already is. */
export function afterHydration(callback: () => void): void {
  if (isOver) return callback();
  if (callbacks) return void callbacks.push(callback);
  callbacks = [callback];
  const onLoad = (): void => void setTimeout(whenIdle, LOAD_MARGIN);
  if (document.readyState === 'complete') onLoad();
  else addEventListener('load', onLoad, { once: true });
}

function whenIdle(): void {
  const finish = (): void => {
    isOver = true;
    for (const callback of callbacks!.splice(0)) callback();
  };
  // Safari has no `requestIdleCallback`.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(finish, { timeout: 2000 });
  else setTimeout(finish);
}

/**
 * Whether an element may have been removed because hydration failed: soon after loading, together with its parent; or
 * alone, while the reader has not interacted with the page, which could have caused another request.
 */
export function isReplacedByHydration({ parentNode }: Node): boolean {
  const { userActivation } = navigator;
  return (
    performance.now() < HYDRATION_TIMEOUT && (parentNode !== null || userActivation?.hasBeenActive === false)
  );
}
