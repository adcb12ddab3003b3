/**
 * Calls back once a component that was unmounted could have been mounted again: at a hot reload React does that in the
 * same tick, Preact a microtask later.
 */
export function afterRender(callback: () => void): void {
  queueMicrotask(() => queueMicrotask(callback));
}
