import { lengthOfGraphemes, startOfLastGrapheme } from './graphemes.ts';
import { LAG, pace, type Arrival } from './pace.ts';

/** Pieces that arrive within so many milliseconds count as one arrival. */
const SAME_TIME = 8;

/** A page that is hidden has no frames: after so many milliseconds text waits no longer for one. */
const FRAME_PATIENCE = 1000;

/** What a printer needs. */
export interface PrinterOptions {
  /** `'auto'`, or graphemes per second. */
  readonly speed: 'auto' | number;
  /** How far `'auto'` may lag behind, in milliseconds. */
  readonly lag: number;
  /** Whether text shows as it arrives. */
  readonly isInstant: boolean;
  /** Shows more text: at most once a frame. */
  readonly show: (text: string) => void;
  /** Called once after the end, when everything is shown. */
  readonly onEnd: () => void;
}

/** Holds text that has arrived, and shows it at its pace, once a frame. It runs from the start. */
export class Printer {
  readonly #options: PrinterOptions;
  #isInstant: boolean;
  #backlog = '';
  #arrivals: Arrival[] = [];
  #endedAt: number | undefined;
  #lastFrame: number | undefined;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #carry = 0;
  #isRunning = true;
  #hasShown = false;

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#isInstant = options.isInstant;
  }

  /** Adds text to the backlog. */
  add(text: string): void {
    this.#backlog += text;
    const at = performance.now();
    const last = this.#arrivals.at(-1);
    if (last && at - last.at < SAME_TIME) last.length += text.length;
    else this.#arrivals.push({ at, length: text.length });
    this.#schedule();
  }

  /** Shows text at once. */
  print(text: string): void {
    this.#hasShown = true;
    this.#options.show(text);
  }

  /** No more text will be added. */
  end(): void {
    this.#endedAt = performance.now();
    this.#schedule();
  }

  start(): void {
    this.#isRunning = true;
    this.#lastFrame = undefined;
    this.#schedule();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  /** Shows the backlog now, and from now on text as it arrives. */
  showAll(): void {
    this.#isInstant = true;
    this.stop();
    this.#isRunning = true;
    this.#draw(performance.now(), true);
  }

  #schedule(): void {
    if (this.#frame || !this.#isRunning) return;
    this.#frame = requestAnimationFrame((now) => this.#draw(now, false));
    this.#timer = setTimeout(() => this.#draw(performance.now(), false), FRAME_PATIENCE);
  }

  #cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
  }

  #draw(now: number, all: boolean): void {
    this.#cancel();
    const count = this.#countToShow(now, all);
    if (count > 0) {
      this.print(this.#backlog.slice(0, count));
      this.#backlog = this.#backlog.slice(count);
    }
    if (this.#backlog) this.#schedule();
    else if (this.#endedAt === undefined) this.#lastFrame = undefined;
    else this.#options.onEnd();
  }

  /** How many characters this frame shows. */
  #countToShow(now: number, all: boolean): number {
    const { speed, lag } = this.#options;
    const backlog = this.#backlog;
    const endedAt = this.#endedAt;
    // More text may still join the last grapheme, unless none has come for a while.
    const isQuiet = all || endedAt !== undefined || now - (this.#arrivals.at(-1)?.at ?? 0) > LAG;
    const ready = isQuiet ? backlog.length : startOfLastGrapheme(backlog);
    const elapsed = now - (this.#lastFrame ?? now - 16);
    this.#lastFrame = now;
    if (this.#isInstant) return ready;
    this.#arrivals = this.#arrivals.filter(({ at }) => now - at < lag);
    let count: number;
    [count, this.#carry] = pace({
      speed,
      now,
      elapsed,
      backlog: backlog.length,
      arrivals: this.#arrivals,
      sinceEnd: endedAt === undefined ? undefined : now - endedAt,
      carry: this.#carry,
      lag,
    });
    // The first letter does not wait.
    if (!this.#hasShown) count = Math.max(1, count);
    return Math.min(ready, count < ready ? lengthOfGraphemes(backlog, count) : ready);
  }
}
