/** Calls streams back when a signal aborts. */

/** The callbacks of each signal. */
const callbacks = new WeakMap<AbortSignal, Set<() => void>>();

/** The one listener of every signal: Node warns of a leak where more than ten streams at work share a signal. */
function onAbort(this: AbortSignal): void {
  for (const callback of callbacks.get(this)!) callback();
}

/** Calls back when the signal aborts; if it has already, in a microtask, so that `stream()` has returned. */
export function addAbortCallback(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) return queueMicrotask(callback);
  callbacks.set(signal, (callbacks.get(signal) ?? new Set()).add(callback));
  signal.addEventListener('abort', onAbort);
}

/** The last callback of a signal takes the listener with it: the signal may outlive many streams. */
export function removeAbortCallback(signal: AbortSignal, callback: () => void): void {
  const rest = callbacks.get(signal);
  if (rest?.delete(callback) && !rest.size) signal.removeEventListener('abort', onAbort);
}
