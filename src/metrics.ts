import type { Metrics } from './options.ts';

/** Measures one stream. Times are `performance.now()` in milliseconds. */
export interface Meter {
  start(): void;
  /** A connection opened. */
  open(): void;
  bytes(count: number): void;
  event(): void;
  text(): void;
  reconnect(): void;
  /** Ends the measuring, and leaves `performance.measure` entries named `teleprinter:…`. */
  end(): Metrics;
}

export function createMeter(): Meter {
  const now = (): number => performance.now();
  let start: number | undefined;
  let connectMs: number | undefined;
  let firstEventMs: number | undefined;
  let firstTextMs: number | undefined;
  let longestStallMs = 0;
  let bytes: number | undefined;
  let events = 0;
  let reconnects = 0;
  let active: number | undefined;

  function activity(): number {
    const time = now();
    if (active !== undefined) longestStallMs = Math.max(longestStallMs, time - active);
    active = time;
    return time;
  }
  const since = (time: number): number => time - (start ?? time);

  return {
    start() {
      start = now();
    },
    open() {
      const time = activity();
      connectMs ??= since(time);
    },
    bytes(count) {
      activity();
      bytes = (bytes ?? 0) + count;
    },
    event() {
      events++;
      // Where bytes are seen, they have been timed already.
      if (firstEventMs !== undefined && bytes !== undefined) return;
      const time = activity();
      firstEventMs ??= since(time);
    },
    text() {
      firstTextMs ??= since(now());
    },
    reconnect() {
      reconnects++;
    },
    end() {
      const durationMs = since(now());
      const spans = {
        connect: connectMs,
        'first-event': firstEventMs,
        'first-text': firstTextMs,
        stream: durationMs,
      };
      for (const [name, duration] of Object.entries(spans)) {
        if (start !== undefined && duration !== undefined)
          performance.measure(`teleprinter:${name}`, { start, duration });
      }
      return { connectMs, firstEventMs, firstTextMs, durationMs, events, bytes, reconnects, longestStallMs };
    },
  };
}
