/** How long after the page's `load` event scripts may still begin to hydrate it, in milliseconds. */
const MARGIN = 400;
/** How long after a page was asked for it may still be hydrated, in milliseconds. */
const HYDRATION = 30_000;

let isOver = false;
let waiting: (() => void)[] | undefined;

/** Whether a framework may still take over elements that the server has rendered: it expects their children as sent. */
export function mayHydrate(): boolean {
  return !isOver;
}

/** Calls back once the page is loaded and idle, when nobody hydrates it any more. */
export function afterHydration(callback: () => void): void {
  if (isOver) return callback();
  if (waiting) return void waiting.push(callback);
  waiting = [callback];
  const onLoad = (): void => void setTimeout(whenIdle, MARGIN);
  if (document.readyState === 'complete') onLoad();
  else addEventListener('load', onLoad, { once: true });
}

function whenIdle(): void {
  const finish = (): void => {
    isOver = true;
    for (const callback of waiting!.splice(0)) callback();
  };
  // Safari has no idle callbacks.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(finish, { timeout: 2000 });
  else setTimeout(finish);
}

/**
 * Whether an element that leaves the page may do so as its hydration has failed: soon after loading, and together with
 * what is around it, unless the reader has done nothing yet that could have asked for another answer.
 */
export function isReplacedByHydration({ parentNode }: Node): boolean {
  const { userActivation } = navigator;
  return performance.now() < HYDRATION && (parentNode !== null || userActivation?.hasBeenActive === false);
}
