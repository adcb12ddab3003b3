import type { Metrics } from './options.ts';

/** Measures one stream, by `performance.now()`. */
export interface Meter {
  /** The counts, which the stream keeps, and the times. */
  readonly metrics: { -readonly [K in keyof Metrics]: Metrics[K] };
  start(): void;
  /** Something arrived. */
  active(): void;
  /**
   * Notes the time of what happens for the first time, if there was a start, and leaves a `performance.measure` entry
   * such as `teleprinter:firstText`.
   */
  mark(name: 'connectMs' | 'firstEventMs' | 'firstTextMs' | 'durationMs'): void;
}

export function createMeter(): Meter {
  const metrics: Meter['metrics'] = {
    connectMs: undefined,
    firstEventMs: undefined,
    firstTextMs: undefined,
    durationMs: undefined,
    events: 0,
    bytes: undefined,
    reconnects: 0,
    longestStallMs: 0,
  };
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
    mark(name) {
      if (metrics[name] !== undefined || !start) return;
      const duration = (metrics[name] = performance.now() - start);
      performance.measure(`teleprinter:${name.slice(0, -2)}`, { start, duration });
    },
  };
}
