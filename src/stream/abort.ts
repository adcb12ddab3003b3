/** Calls streams back when a signal aborts. */

type AbortCallback = (reason: unknown) => void;

/** The callbacks of each signal. */
const callbacks = new WeakMap<AbortSignal, Set<AbortCallback>>();

/** The one listener of a signal: Node warns of a leak where more than ten streams at work share one. */
function onAbort(this: AbortSignal): void {
  for (const callback of callbacks.get(this)!) callback(this.reason);
}

/** Calls back when the signal aborts; if it has already, in a microtask, so that `stream()` has returned. */
export function addAbortCallback(signal: AbortSignal, callback: AbortCallback): void {
  if (signal.aborted) return queueMicrotask(() => callback(signal.reason));
  const all = callbacks.get(signal) ?? new Set();
  if (!all.size) signal.addEventListener('abort', onAbort);
  callbacks.set(signal, all.add(callback));
}

/** The last callback takes the listener with it: the signal may outlive many streams. */
export function removeAbortCallback(signal: AbortSignal, callback: AbortCallback): void {
  const rest = callbacks.get(signal);
  if (rest?.delete(callback) && !rest.size) signal.removeEventListener('abort', onAbort);
}
