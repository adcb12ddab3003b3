/** How far what is shown may lag behind what has arrived, in milliseconds, while the stream runs. */
export const LAG = 250;
/** How long the rest takes to show once the stream has ended, in milliseconds. */
const DRAIN = 400;
/** A frame after a pause this long (a hidden tab) shows all that waits, in milliseconds. */
const CATCH_UP = 1000;

/** What the pace of one frame depends on. */
export interface PaceInput {
  /** `'auto'`, or graphemes per second. */
  readonly speed: 'auto' | number;
  /** Milliseconds since the last frame. */
  readonly elapsed: number;
  /** Characters that have arrived and are not shown. */
  readonly backlog: number;
  /** Milliseconds since the stream ended; `undefined` while it runs. */
  readonly sinceEnd: number | undefined;
  /** What the last frame left over: less than one character. */
  readonly carry: number;
  /** How far `auto` may lag behind, in milliseconds. @default 250 */
  readonly lag?: number | undefined;
}

/**
 * How many characters to show in this frame, and what is left over for the next. A pure function of time and
 * backlog. While the stream runs, `auto` shows a share of the backlog that would empty it within the lag, so a burst
 * comes out even and nothing falls further behind; after the end it spreads the rest over what is left of the drain.
 */
export function pace({
  speed,
  elapsed,
  backlog,
  sinceEnd,
  carry,
  lag = LAG,
}: PaceInput): [count: number, carry: number] {
  if (elapsed >= CATCH_UP) return [backlog, 0];
  const left = sinceEnd === undefined ? lag : Math.max(0, DRAIN - sinceEnd);
  const exact =
    speed === 'auto'
      ? carry + backlog * Math.min(1, elapsed / Math.max(left, elapsed))
      : carry + (speed * elapsed) / 1000;
  const count = Math.floor(exact);
  return count >= backlog ? [backlog, 0] : [count, exact - count];
}
