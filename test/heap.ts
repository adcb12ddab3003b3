const { gc, performance: timing } = globalThis as unknown as {
  gc?: () => void;
  performance: { memory: { usedJSHeapSize: number } };
};

/** Whether the browser was started so that it tells of its memory. */
export const tellsHeap = gc !== undefined;

/** Bytes in use after a collection. */
export function heap(): number {
  gc?.();
  return timing.memory.usedJSHeapSize;
}
