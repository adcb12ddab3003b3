/** How far what is shown may lag behind what has arrived, in milliseconds, while the stream runs. */
export const LAG = 250;
/** How long the rest takes to show once the stream has ended, in milliseconds. */
const DRAIN = 400;
/** A frame after a pause this long (a hidden tab) shows all that waits, in milliseconds. */
const CATCH_UP = 1000;

/** So many characters came at this time, in milliseconds. */
export interface Arrival {
  readonly at: number;
  length: number;
}

/** What the pace of one frame depends on. */
export interface PaceInput {
  /** `'auto'`, or graphemes per second. */
  readonly speed: 'auto' | number;
  /** The time, in milliseconds. */
  readonly now: number;
  /** Milliseconds since the last frame. */
  readonly elapsed: number;
  /** Characters that have arrived and are not shown. */
  readonly backlog: number;
  /** What has arrived within the last `lag` milliseconds, at least. */
  readonly arrivals: readonly Arrival[];
  /** Milliseconds since the stream ended; `undefined` while it runs. */
  readonly sinceEnd: number | undefined;
  /** What the last frame left over: less than one character. */
  readonly carry: number;
  /** How far `auto` may lag behind, in milliseconds. @default 250 */
  readonly lag?: number | undefined;
}

/**
 * How many characters to show in this frame, and what is left over for the next. A pure function of time and
 * backlog. `auto` spreads what arrives evenly over the lag that follows: what is shown is the mean of what had arrived
 * within that time, so that bursts come out even, and no character waits for longer.
 */
export function pace({
  speed,
  now,
  elapsed,
  backlog,
  arrivals,
  sinceEnd,
  carry,
  lag = LAG,
}: PaceInput): [count: number, carry: number] {
  if (elapsed >= CATCH_UP) return [backlog, 0];
  if (speed === 'auto') {
    let held = 0;
    for (const { at, length } of arrivals) held += length * Math.max(0, 1 - (now - at) / Math.max(1, lag));
    if (sinceEnd !== undefined) held *= Math.max(0, 1 - sinceEnd / DRAIN);
    return [Math.max(0, Math.floor(backlog - held)), 0];
  }
  const exact = carry + (speed * elapsed) / 1000;
  const count = Math.floor(exact);
  return count >= backlog ? [backlog, 0] : [count, exact - count];
}
