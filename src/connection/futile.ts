/** Tells attempts that can never succeed from those that may: `fetch` has one error for all of them. */

/** What `fetch` can read in a page. `blob:` is here as long as its URL is not revoked. */
const SCHEMES = /^(https?|data|blob):$/;

/** Whether no `fetch` can request this URL: for its scheme, or as it has credentials in it. */
export function isUnusable(url: string): boolean {
  const { protocol, username, password } = new URL(url);
  return !SCHEMES.test(protocol) || username !== '' || password !== '';
}

/** Watches whether a Content-Security-Policy forbids connecting to a URL. https://www.w3.org/TR/CSP3/#directive-connect-src */
export function watchPolicy(url: string): { isForbidden(): Promise<boolean>; end(): void } {
  const { href, origin } = new URL(url);
  let isForbidden = false;
  const onViolation = ({
    blockedURI,
    effectiveDirective,
    disposition,
  }: SecurityPolicyViolationEvent): void => {
    const isOurs = blockedURI === origin || href.startsWith(blockedURI);
    isForbidden ||= disposition === 'enforce' && effectiveDirective === 'connect-src' && isOurs;
  };
  globalThis.document?.addEventListener('securitypolicyviolation', onViolation);
  return {
    async isForbidden() {
      // The event comes in a task after the error.
      await new Promise((resolve) => setTimeout(resolve));
      return isForbidden;
    },
    end: () => globalThis.document?.removeEventListener('securitypolicyviolation', onViolation),
  };
}

const stopped = new Set<() => void>();
let isWatchingStop = false;

/**
 * Calls back when the page calls `window.stop()`, which aborts a `fetch` as a broken network does: nothing else tells
 * them apart. The page's `stop` is replaced by one that does the same, from the first call on.
 * @returns A function that ends it.
 */
export function onWindowStop(callback: () => void): () => void {
  if (!isWatchingStop && globalThis.document) {
    isWatchingStop = true;
    const { stop } = window;
    window.stop = () => {
      for (const call of stopped) call();
      stop.call(window);
    };
  }
  stopped.add(callback);
  return () => void stopped.delete(callback);
}
