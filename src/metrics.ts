import type { Metrics } from './options.ts';

/** Measures one stream, by `performance.now()`. */
export interface Meter {
  /** The counts, which the stream keeps, and the times. */
  readonly metrics: { -readonly [K in keyof Metrics]: Metrics[K] };
  start(): void;
  /** Something arrived. */
  active(): void;
  /** Notes the time of what happens for the first time. */
  mark(name: 'connectMs' | 'firstEventMs' | 'firstTextMs' | 'durationMs'): void;
  /** Ends the measuring, and leaves `performance.measure` entries such as `teleprinter:firstText`. */
  end(): Metrics;
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
  const meter: Meter = {
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
      metrics[name] ??= performance.now() - start;
    },
    end() {
      if (!start) return metrics;
      meter.mark('durationMs');
      for (const name of ['connectMs', 'firstEventMs', 'firstTextMs', 'durationMs'] as const) {
        const duration = metrics[name];
        if (duration !== undefined)
          performance.measure(`teleprinter:${name.slice(0, -2)}`, { start, duration });
      }
      return metrics;
    },
  };
  return meter;
}
