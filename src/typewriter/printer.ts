/** Buffers text, and shows it frame by frame, in whole graphemes. `pace.ts` decides how much. */
import { lengthOfGraphemes, startOfLastGrapheme } from './graphemes.ts';
import { LAG, pace, type Arrival } from './pace.ts';

/** Pieces that arrive within this time count as one arrival, in milliseconds. */
const ARRIVAL_WINDOW = 8;

/** Text waits so long for a frame, in milliseconds: a hidden page has no frames. */
const FRAME_TIMEOUT = 1000;

/** The most graphemes of a frame: what has arrived at once, as after a sleep, does not hold the page. */
const MAX_PER_FRAME = 16_384;

/** The options of a printer. */
export interface PrinterOptions {
  /** `'auto'`, or graphemes per second. */
  readonly speed: 'auto' | number;
  /** How far `'auto'` may lag behind, in milliseconds. */
  readonly lag: number;
  /** Text is shown as it arrives, at most once a frame, while this matches: the reader may change the setting. */
  readonly motion: { readonly matches: boolean } | undefined;
  /** Appends text to what is shown. */
  readonly show: (text: string) => void;
  /** Called once after `end()`, when everything is shown. */
  readonly onEnd: () => void;
}

/** Shows text at a steady pace, once a frame. It is running when it is created. */
export class Printer {
  readonly #options: PrinterOptions;
  #isInstant = false;
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
  }

  /** Adds text to the backlog. */
  add(text: string): void {
    this.#backlog += text;
    const at = performance.now();
    const last = this.#arrivals.at(-1);
    if (last && at - last.at < ARRIVAL_WINDOW) last.length += text.length;
    else this.#arrivals.push({ at, length: text.length });
    this.#schedule();
  }

  /** Shows text at once, without the backlog. */
  print(text: string): void {
    this.#hasShown = true;
    this.#options.show(text);
  }

  /** Call when all text has been added. */
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

  /** Shows the whole backlog now, and further text as it arrives. */
  flush(): void {
    this.#isInstant = true;
    this.#isRunning = true;
    this.#onFrame(Infinity, true);
  }

  #schedule(): void {
    if (this.#frame || !this.#isRunning) return;
    this.#frame = requestAnimationFrame(() => this.#onFrame(MAX_PER_FRAME));
    this.#timer = setTimeout(() => this.#onFrame(), FRAME_TIMEOUT);
  }

  #cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
  }

  #onFrame(limit = Infinity, isFlush = false): void {
    this.#cancel();
    const count = this.#countToShow(limit, isFlush);
    const text = this.#backlog.slice(0, count);
    // Before the text is shown, as the view, or a callback of the page, may finish, pause or cancel.
    this.#backlog = this.#backlog.slice(count);
    if (text) this.print(text);
    if (this.#backlog) this.#schedule();
    else if (this.#endedAt === undefined) this.#lastFrame = undefined;
    else if (this.#isRunning) this.#options.onEnd();
  }

  /** How many UTF-16 units of the backlog this frame shows. @param limit In graphemes. */
  #countToShow(limit: number, isFlush: boolean): number {
    // Not the time of the frame, whose clock is another one where a test or an extension has replaced one of the two.
    const now = performance.now();
    const { speed, lag } = this.#options;
    const backlog = this.#backlog;
    const endedAt = this.#endedAt;
    // The next text may extend the last grapheme, which therefore waits while text is arriving.
    const isQuiet = isFlush || endedAt !== undefined || now - (this.#arrivals.at(-1)?.at ?? 0) > LAG;
    const ready = isQuiet ? backlog.length : startOfLastGrapheme(backlog);
    const elapsed = now - (this.#lastFrame ?? now - 16);
    this.#lastFrame = now;
    this.#arrivals = this.#arrivals.filter(({ at }) => now - at < lag);
    let count = backlog.length;
    if (!this.#isInstant && !this.#options.motion?.matches) {
      [count, this.#carry] = pace({
        speed,
        now,
        elapsed,
        backlog: count,
        arrivals: this.#arrivals,
        sinceEnd: endedAt === undefined ? undefined : now - endedAt,
        carry: this.#carry,
        lag,
      });
      // The first letter is shown without delay.
      if (!this.#hasShown) count = Math.max(1, count);
    }
    count = Math.min(limit, count);
    return Math.min(ready, count < ready ? lengthOfGraphemes(backlog, count) : ready);
  }
}
