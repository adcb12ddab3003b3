import type { View } from './views/view.ts';

/**
 * How a typewriter types.
 *
 * @example
 * import { stream, typewriter, type TypewriterOptions } from 'teleprinter';
 * const options: TypewriterOptions = { speed: 60, follow: true, caret: false };
 * typewriter(stream('/api/chat'), document.querySelector('output')!, options);
 */
export interface TypewriterOptions {
  /**
   * `'auto'` keeps close behind the stream whatever its speed, and evens out its bursts; a number is graphemes
   * (what a reader sees as one character) per second.
   * @default 'auto'
   */
  readonly speed?: 'auto' | number | undefined;
  /** How far `speed: 'auto'` may lag behind what has arrived, in milliseconds. @default 250 */
  readonly lag?: number | undefined;
  /** What puts the text in the element: `text()`, or `markdown(…)` of `teleprinter/markdown`. @default text() */
  readonly view?: ((element: HTMLElement) => View) | undefined;
  /**
   * `'respect'`: where the reader asked for reduced motion, text shows as it arrives.
   * https://www.w3.org/TR/mediaqueries-5/#prefers-reduced-motion
   * @default 'respect'
   */
  readonly reducedMotion?: 'respect' | 'ignore' | undefined;
  /**
   * A caret behind the last letter while it types. Its looks are `--teleprinter-caret` (a CSS string),
   * `--teleprinter-caret-color` and `--teleprinter-caret-width`.
   * @default true
   */
  readonly caret?: boolean | undefined;
  /**
   * Keeps the end in sight in the nearest scroller, until the reader scrolls up, and again once they are back there.
   * @default false
   */
  readonly follow?: boolean | undefined;
  /** With `follow`: called at the start, and when the end comes in sight or goes out of it, also after the end. */
  readonly onEndInSight?: ((isInSight: boolean) => void) | undefined;
  /** `'polite'`: a screen reader hears whole sentences, now and then. @default 'polite' */
  readonly announce?: 'polite' | 'off' | undefined;
  /** Cancels the typewriter. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A running typewriter. The names are those of Web Animations: https://www.w3.org/TR/web-animations-1/
 *
 * @example
 * import { stream, typewriter, type Typewriter } from 'teleprinter';
 * const typing: Typewriter = typewriter(stream('/api/chat'), document.querySelector('output')!);
 * document.addEventListener('keydown', ({ key }) => key === 'Escape' && typing.finish());
 * await typing.finished;
 */
export interface Typewriter {
  /** `idle` once it was cancelled or detached. */
  readonly playState: 'running' | 'paused' | 'finished' | 'idle';
  /**
   * Resolves when all is shown. Rejects with the source's error after showing what had arrived, and with an
   * `AbortError` (or the signal's reason) when cancelled or detached; nobody has to listen.
   */
  readonly finished: Promise<void>;
  /** Goes on after `pause`. */
  play(): void;
  /** Stops showing; the source is read on. */
  pause(): void;
  /** Shows all that has arrived, now, and from now on as it arrives. */
  finish(): void;
  /** Stops, leaves what is shown, and closes the source. After the end: falls silent, and follows no more. */
  cancel(): void;
  /**
   * Stops, leaves what is shown, and leaves the source open: another typewriter may take it over, and shows at once
   * what has arrived.
   */
  detach(): void;
  /** With `follow`: shows the end, and keeps it in sight again. For a button that jumps there. */
  scrollToEnd(): void;
}
