/** Recognises attempts that can never succeed. `fetch` fails with the same error as for a broken network. */

/** The schemes that `fetch` can read in a page; `blob:` until its URL is revoked. */
const SCHEMES = /^(https?|data|blob):$/;

/** Whether `fetch` can never request this URL, because of its scheme or because it contains credentials. */
export function isUnusable(url: string): boolean {
  const { protocol, username, password } = new URL(url);
  return !SCHEMES.test(protocol) || username !== '' || password !== '';
}

/** Watches whether a Content-Security-Policy forbids connecting to a URL. https://www.w3.org/TR/CSP3/#directive-connect-src */
export function watchSecurityPolicy(url: string): { isForbidden(): Promise<boolean>; end(): void } {
  const { href, origin } = new URL(url);
  let isForbidden = false;
  const onViolation = ({
    blockedURI,
    effectiveDirective,
    disposition,
  }: SecurityPolicyViolationEvent): void => {
    const isSameURL = blockedURI === origin || href.startsWith(blockedURI);
    isForbidden ||= disposition === 'enforce' && effectiveDirective === 'connect-src' && isSameURL;
  };
  globalThis.document?.addEventListener('securitypolicyviolation', onViolation);
  return {
    async isForbidden() {
      // The event is fired in a task after the error.
      await new Promise((resolve) => setTimeout(resolve));
      return isForbidden;
    },
    end: () => globalThis.document?.removeEventListener('securitypolicyviolation', onViolation),
  };
}

const stopCallbacks = new Set<() => void>();
let isStopWrapped = false;

/**
 * Calls back when the page calls `window.stop()`, which aborts a `fetch` with the same error as a broken network. The
 * first call of this function wraps `window.stop`, as there is no event for it.
 * @returns A function that removes the callback.
 */
export function onWindowStop(callback: () => void): () => void {
  if (!isStopWrapped && globalThis.document) {
    isStopWrapped = true;
    const { stop } = window;
    window.stop = () => {
      for (const call of stopCallbacks) call();
      stop.call(window);
    };
  }
  stopCallbacks.add(callback);
  return () => void stopCallbacks.delete(callback);
}
