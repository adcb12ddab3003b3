/** Decides how much text a frame shows. */

/** The default of `lag`: how far the shown text may lag behind what has arrived, in milliseconds. */
export const LAG = 250;
/** The time in which the rest is shown after the end of the stream, in milliseconds. */
const DRAIN_TIME = 400;
/** After a pause this long between two frames, as in a hidden tab, the whole backlog is shown; in milliseconds. */
const CATCH_UP_AFTER = 1000;

/** The number of characters that arrived at a time, in milliseconds. */
export interface Arrival {
  readonly at: number;
  length: number;
}

/** The facts on which the pace of a frame depends. */
export interface PaceInput {
  /** `'auto'`, or graphemes per second. */
  readonly speed: 'auto' | number;
  /** The current time, in milliseconds. */
  readonly now: number;
  /** Milliseconds since the last frame. */
  readonly elapsed: number;
  /** Characters that have arrived and are not shown yet. */
  readonly backlog: number;
  /** All arrivals within the last `lag` milliseconds; earlier ones do not matter. */
  readonly arrivals: readonly Arrival[];
  /** Milliseconds since the stream ended; `undefined` while it runs. */
  readonly sinceEnd: number | undefined;
  /** The fraction of a character carried over from the last frame. */
  readonly carry: number;
  /** How far `auto` may lag behind, in milliseconds. @default 250 */
  readonly lag?: number | undefined;
}

/**
 * Returns how many characters to show in this frame, and the fraction to carry over to the next. A pure function of time
 * and backlog. `auto` shows each arrival evenly over the `lag` that follows it: the shown length is the moving average of
 * the arrived length, so that bursts are smoothed, and no character waits longer than `lag`.
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
  if (elapsed >= CATCH_UP_AFTER) return [backlog, 0];
  if (speed === 'auto') {
    let withheld = 0;
    for (const { at, length } of arrivals)
      withheld += length * Math.max(0, 1 - (now - at) / Math.max(1, lag));
    if (sinceEnd !== undefined) withheld *= Math.max(0, 1 - sinceEnd / DRAIN_TIME);
    return [Math.max(0, Math.floor(backlog - withheld)), 0];
  }
  const exact = carry + (speed * elapsed) / 1000;
  const count = Math.floor(exact);
  // Not `count >= backlog`: an infinite speed in no time is NaN.
  return count < backlog ? [count, exact - count] : [backlog, 0];
}
