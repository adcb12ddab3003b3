/** The options of `typewriter()`, and the object that it returns. */
import type { View } from './views/view.ts';

declare global {
  /** Merges with the DOM's; stays empty in a program without it, as in Node. */
  interface HTMLElement {}
}

/**
 * The options of `typewriter()`.
 *
 * @example
 * import { stream, typewriter, type TypewriterOptions } from 'teleprinter';
 * const options: TypewriterOptions = { speed: 60, follow: true, caret: false };
 * typewriter(stream('/api/chat'), document.querySelector('output')!, options);
 */
export interface TypewriterOptions {
  /**
   * `'auto'` stays close behind the stream at any speed, and evens out its bursts. A number above 0 is graphemes (characters
   * as readers see them) per second.
   * @default 'auto'
   */
  readonly speed?: 'auto' | number | undefined;
  /** How far `speed: 'auto'` may lag behind what has arrived, in milliseconds. @default 250 */
  readonly lag?: number | undefined;
  /** Shows the text in the element: `text()`, or `markdown(…)` of `teleprinter/markdown`. @default text() */
  readonly view?: ((element: HTMLElement) => View) | undefined;
  /**
   * `'respect'`: if the reader prefers reduced motion, text is shown as it arrives.
   * https://www.w3.org/TR/mediaqueries-5/#prefers-reduced-motion
   * @default 'respect'
   */
  readonly reducedMotion?: 'respect' | 'ignore' | undefined;
  /**
   * Shows a caret after the last letter while typing. Style it with `--teleprinter-caret` (a CSS string),
   * `--teleprinter-caret-color` and `--teleprinter-caret-width`.
   * @default true
   */
  readonly caret?: boolean | undefined;
  /**
   * Keeps the end in sight in the nearest scroller. Pauses when the reader scrolls up, and continues when they are back
   * at the end.
   * @default false
   */
  readonly follow?: boolean | undefined;
  /** With `follow`: called at the start, and when the end comes into sight or goes out of sight, also after the end. */
  readonly onEndInSight?: ((isInSight: boolean) => void) | undefined;
  /** `'polite'`: announces the answer to screen readers in whole sentences, at intervals. @default 'polite' */
  readonly announce?: 'polite' | 'off' | undefined;
  /** Cancels the typewriter. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A typewriter at work. The names are those of Web Animations: https://www.w3.org/TR/web-animations-1/
 *
 * @example
 * import { stream, typewriter, type Typewriter } from 'teleprinter';
 * const typing: Typewriter = typewriter(stream('/api/chat'), document.querySelector('output')!);
 * document.addEventListener('keydown', ({ key }) => key === 'Escape' && typing.finish());
 * await typing.finished;
 */
export interface Typewriter {
  /** `idle` after it was cancelled or detached. */
  readonly playState: 'running' | 'paused' | 'finished' | 'idle';
  /**
   * Resolves when everything is shown. Rejects with the source's error after showing what had arrived; rejects with an
   * `AbortError`, or the signal's reason, when cancelled or detached. A rejection may be left unhandled.
   */
  readonly finished: Promise<void>;
  /** Continues after `pause()`. */
  play(this: void): void;
  /** Stops showing text, and keeps reading the source. */
  pause(this: void): void;
  /** Shows everything that has arrived at once, and further text as it arrives. */
  finish(this: void): void;
  /** Stops, keeps what is shown, and closes the source. After the end: stops announcing and following. */
  cancel(this: void): void;
  /**
   * Stops, keeps what is shown, and leaves the source open. Another typewriter may continue with it, and shows at once
   * what has arrived.
   */
  detach(this: void): void;
  /** With `follow`: scrolls to the end, and keeps it in sight again. For a button that jumps there. */
  scrollToEnd(this: void): void;
}
