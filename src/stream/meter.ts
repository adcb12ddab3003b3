import type { Metrics } from '../contract/result.ts';
import type { StreamInput } from '../contract/options.ts';

/** Measures one stream, by `performance.now()`. */
export interface Meter {
  /** The counts, which the stream keeps, and the times. */
  readonly metrics: { -readonly [K in keyof Metrics]: Metrics[K] };
  start(): void;
  /** A connection is open. */
  open(): void;
  /** A connection was lost, and another one follows. */
  lost(): void;
  /** An event was read. Notes the first, and when so many came in one lump that something holds the answer back. */
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

/** Nothing for so many milliseconds is a stall that a reader sees. */
const STALL_MS = 1000;

/**
 * So many entries are kept for the whole page. The browser keeps each for ever, and monitoring scripts collect them.
 * A recording in DevTools has those that are cleared, too.
 */
const MOST_ENTRIES = 400;
const ENTRIES = ['connect', 'firstEvent', 'firstText', 'duration', 'stall', 'reconnect'] as const;
type EntryName = (typeof ENTRIES)[number];

let streams = 0;
let entries = 0;

/**
 * @param isResumed Whether the answer was begun before: then much may wait, and come at once.
 * @param leavesEntries Whether the times become `performance.measure` entries.
 */
export function createMeter(isResumed: boolean, input: StreamInput, leavesEntries = true): Meter {
  // The times and the bytes come when they do.
  const metrics = { events: 0, reconnects: 0, longestStallMs: 0, buffered: false } as Meter['metrics'];
  let start = 0;
  let last = Infinity;
  let lostAt = 0;
  let track: string;

  function leaveEntry(name: EntryName, from: number, end: number): void {
    if (leavesEntries) measure(name, track, from, end);
  }
  function active(): void {
    const now = performance.now();
    const stall = now - last;
    if (stall > metrics.longestStallMs) metrics.longestStallMs = stall;
    if (stall >= STALL_MS) leaveEntry('stall', last, now);
    last = now;
  }
  function mark(name: Parameters<Meter['mark']>[0]): void {
    if (metrics[name] !== undefined || !start) return;
    const now = performance.now();
    metrics[name] = now - start;
    leaveEntry(name.slice(0, -2) as EntryName, start, now);
  }

  return {
    metrics,
    start() {
      track = `${addressOf(input)} (${++streams})`;
      start = performance.now();
    },
    open() {
      active();
      mark('connectMs');
      if (lostAt) leaveEntry('reconnect', lostAt, last);
      lostAt = 0;
    },
    lost() {
      metrics.reconnects++;
      lostAt ||= performance.now();
    },
    event() {
      if (++metrics.events === 1) mark('firstEventMs');
      if (metrics.events !== LUMP || isResumed || metrics.reconnects) return;
      const { firstEventMs = 0 } = metrics;
      metrics.buffered = firstEventMs > HELD_BACK_MS && performance.now() - start - firstEventMs < LUMP_MS;
    },
    active,
    mark,
  };
}

/** Each stream is a track of its own: https://developer.chrome.com/docs/devtools/performance/extension */
function measure(name: EntryName, track: string, start: number, end: number): void {
  const devtools = { dataType: 'track-entry', trackGroup: 'Teleprinter', track };
  try {
    if (entries++ >= MOST_ENTRIES) {
      for (const entry of ENTRIES) performance.clearMeasures(`teleprinter:${entry}`);
      entries = 1;
    }
    performance.measure(`teleprinter:${name}`, { start, end, detail: { devtools } });
  } catch {
    // Some test environments have no User Timing, and scripts that watch a page replace it.
  }
}

/** The address for people to read: without its query, which may be private. */
function addressOf(input: StreamInput): string {
  if (input instanceof ReadableStream) return 'stream';
  const url = typeof input === 'string' ? input : 'href' in input ? input.href : input.url;
  return url.replace(/[?#].*/s, '') || 'response';
}
