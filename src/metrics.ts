import type { Metrics } from './options.ts';

/** Measures one stream, by `performance.now()`. */
export interface Meter {
  /** The counts, which the stream keeps, and the times. */
  readonly metrics: { -readonly [K in keyof Metrics]: Metrics[K] };
  start(): void;
  /** An event was handed on. Notes when so many came in one lump that something holds the answer back. */
  event(): void;
  /** Something arrived. */
  active(): void;
  /**
   * Notes the time of what happens for the first time, if there was a start, and leaves a `performance.measure` entry
   * such as `teleprinter:firstText`.
   */
  mark(name: 'connectMs' | 'firstEventMs' | 'firstTextMs' | 'durationMs'): void;
}

/** So many events within so many milliseconds, after none for so long, are no model's pace. */
const LUMP = 30;
const LUMP_MS = 50;
const HELD_BACK_MS = 1000;

/** @param isResumed Whether the answer was begun before: then much may wait, and come at once. */
export function createMeter(isResumed: boolean): Meter {
  // The times and the bytes come when they do.
  const metrics = { events: 0, reconnects: 0, longestStallMs: 0, buffered: false } as Meter['metrics'];
  let start = 0;
  let last = Infinity;
  return {
    metrics,
    start() {
      start = performance.now();
    },
    active() {
      const now = performance.now();
      metrics.longestStallMs = Math.max(metrics.longestStallMs, now - last);
      last = now;
    },
    event() {
      if (++metrics.events !== LUMP || isResumed || metrics.reconnects) return;
      const { firstEventMs = 0 } = metrics;
      metrics.buffered = firstEventMs > HELD_BACK_MS && performance.now() - start - firstEventMs < LUMP_MS;
    },
    mark(name) {
      if (metrics[name] !== undefined || !start) return;
      const duration = (metrics[name] = performance.now() - start);
      performance.measure(`teleprinter:${name.slice(0, -2)}`, { start, duration });
    },
  };
}
