import { urlOf } from '../connection/request.ts';
import type { Metrics } from '../contract/result.ts';
import type { StreamInput } from '../contract/options.ts';

/** Measures one stream, by `performance.now()`. */
export interface Meter {
  /** The timings and counts so far. */
  readonly metrics: { -readonly [K in keyof Metrics]: Metrics[K] };
  start(): void;
  /** A connection has opened. */
  open(): void;
  /** A connection was lost, and another one follows. */
  lost(): void;
  /** An event was read. Notes the first one, and whether the first events came in a burst because of buffering. */
  event(): void;
  /** Data arrived. */
  active(): void;
  /**
   * Sets the time of a milestone, once and only after `start`, and records a `performance.measure` entry such as
   * `teleprinter:firstText`.
   */
  mark(name: 'connectMs' | 'firstEventMs' | 'firstTextMs' | 'durationMs'): void;
}

/** This many events within `BURST_MS`, when the first took longer than `BUFFERED_MS`, are faster than any model. */
const BURST_EVENTS = 30;
const BURST_MS = 50;
const BUFFERED_MS = 1000;

/** A silence of this many milliseconds is a stall that a reader notices. */
const STALL_MS = 1000;

/**
 * How many entries a page keeps. The browser never drops them by itself, and monitoring scripts collect them. A
 * recording in DevTools also has cleared entries.
 */
const MAX_ENTRIES = 400;
const ENTRIES = ['connect', 'firstEvent', 'firstText', 'duration', 'stall', 'reconnect'] as const;
type EntryName = (typeof ENTRIES)[number];

let streams = 0;
let entries = 0;

/**
 * @param isResumed Whether the answer was begun before, so that many events may come at once.
 * @param isRecording Whether the times become `performance.measure` entries.
 */
export function createMeter(isResumed: boolean, input: StreamInput, isRecording = true): Meter {
  // Times and bytes are set when they are known.
  const metrics = { events: 0, reconnects: 0, longestStallMs: 0, buffered: false } as Meter['metrics'];
  let start = 0;
  let last = Infinity;
  let lostAt = 0;
  let track: string;

  function recordEntry(name: EntryName, from: number, end: number): void {
    if (isRecording) measure(name, track, from, end);
  }
  function active(): void {
    const now = performance.now();
    const stall = now - last;
    if (stall > metrics.longestStallMs) metrics.longestStallMs = stall;
    if (stall >= STALL_MS) recordEntry('stall', last, now);
    last = now;
  }
  function mark(name: Parameters<Meter['mark']>[0]): void {
    if (metrics[name] !== undefined || !start) return;
    const now = performance.now();
    metrics[name] = now - start;
    recordEntry(name.slice(0, -2) as EntryName, start, now);
  }

  return {
    metrics,
    start() {
      track = `${displayURL(input)} (${++streams})`;
      start = performance.now();
    },
    open() {
      active();
      mark('connectMs');
      if (lostAt) recordEntry('reconnect', lostAt, last);
      lostAt = 0;
    },
    lost() {
      metrics.reconnects++;
      lostAt ||= performance.now();
    },
    event() {
      if (++metrics.events === 1) mark('firstEventMs');
      if (metrics.events !== BURST_EVENTS || isResumed || metrics.reconnects) return;
      const { firstEventMs = 0 } = metrics;
      metrics.buffered = firstEventMs > BUFFERED_MS && performance.now() - start - firstEventMs < BURST_MS;
    },
    active,
    mark,
  };
}

/** Records an entry. Each stream has its own track: https://developer.chrome.com/docs/devtools/performance/extension */
function measure(name: EntryName, track: string, start: number, end: number): void {
  const devtools = { dataType: 'track-entry', trackGroup: 'Teleprinter', track };
  try {
    if (entries++ >= MAX_ENTRIES) {
      for (const entry of ENTRIES) performance.clearMeasures(`teleprinter:${entry}`);
      entries = 1;
    }
    performance.measure(`teleprinter:${name}`, { start, end, detail: { devtools } });
  } catch {
    // Some test environments have no User Timing, and scripts that watch a page replace it.
  }
}

/** The URL for display, without its query, which may be private. */
function displayURL(input: StreamInput): string {
  if (input instanceof ReadableStream) return 'stream';
  return urlOf(input).replace(/[?#].*/s, '') || 'response';
}
