import type { EventStream } from '../contract/event-stream.ts';
import { announce } from './announce.ts';
import { follow } from './follow.ts';
import { lengthOfGraphemes, startOfLastGrapheme } from './graphemes.ts';
import { LAG, pace, type Arrival } from './pace.ts';
import { adoptStyles } from './styles.ts';
import { text } from './views/text.ts';
import type { View } from './views/view.ts';

/** What a typewriter types. */
export type TypewriterSource =
  | Pick<EventStream, 'text' | 'close'>
  | AsyncIterable<string>
  | ReadableStream<string>
  | string;

/** What comes within so many milliseconds comes at once. */
const SAME_TIME = 8;

/** How a typewriter types. */
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
  /** Keeps the end in sight in the nearest scroller, until the reader scrolls up. @default false */
  readonly follow?: boolean | undefined;
  /** `'polite'`: a screen reader hears whole sentences, now and then. @default 'polite' */
  readonly announce?: 'polite' | 'off' | undefined;
  /** Cancels the typewriter. */
  readonly signal?: AbortSignal | undefined;
}

/** A running typewriter. The names are those of Web Animations: https://www.w3.org/TR/web-animations-1/ */
export interface Typewriter {
  /** `idle` once it was cancelled. */
  readonly playState: 'running' | 'paused' | 'finished' | 'idle';
  /**
   * Resolves when all is shown. Rejects with the source's error after showing what had arrived, and with an
   * `AbortError` (or the signal's reason) when cancelled; nobody has to listen.
   */
  readonly finished: Promise<void>;
  /** Goes on after `pause`. */
  play(): void;
  /** Stops showing; the source is read on. */
  pause(): void;
  /** Shows all that has arrived, now, and from now on as it arrives. */
  finish(): void;
  /** Stops, leaves what is shown, and closes the source. */
  cancel(): void;
}

/**
 * Types a stream, or any text, into an element. What the element held before stays until the first letter shows. It
 * is `aria-busy` while it types.
 *
 * @example
 * typewriter(stream('/api/chat', { body: { prompt } }), document.querySelector('output'));
 */
export function typewriter(
  source: TypewriterSource,
  element: HTMLElement,
  {
    speed = 'auto',
    lag = LAG,
    view = text(),
    reducedMotion = 'respect',
    caret = true,
    follow: follows = false,
    announce: announces = 'polite',
    signal,
  }: TypewriterOptions = {},
): Typewriter {
  let playState: Typewriter['playState'] = 'running';
  let backlog = '';
  let shown: View | undefined;
  let instant = reducedMotion === 'respect' && matchMedia('(prefers-reduced-motion: reduce)').matches;
  let end: { at: number; error?: unknown } | undefined;
  /** What has arrived of late. */
  let arrivals: Arrival[] = [];
  let lastFrame: number | undefined;
  let frame = 0;
  let carry = 0;
  let resolve: () => void;
  let reject: (reason: unknown) => void;
  const finished = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Whoever wants to know listens; nobody has to.
  finished.catch(() => {});

  const chunks = chunksOf(source);
  const follower = follows ? follow(element) : undefined;
  const announcer = announces === 'polite' ? announce(element) : undefined;

  async function read(): Promise<void> {
    let error: unknown;
    try {
      for (;;) {
        const { done, value } = await chunks.next();
        if (done || isOver()) break;
        // What comes before there is a connection was there before: a page that was reloaded.
        if ((source as { state?: string }).state === 'connecting') show(value);
        else arrive(value);
        schedule();
      }
    } catch (thrown) {
      error = thrown;
    }
    end = { at: performance.now(), error };
    schedule();
  }

  function arrive(text: string): void {
    backlog += text;
    const at = performance.now();
    const last = arrivals.at(-1);
    // What comes between two frames came at once, as far as anybody can see.
    if (last && at - last.at < SAME_TIME) last.length += text.length;
    else arrivals.push({ at, length: text.length });
  }

  function isOver(): boolean {
    return playState === 'finished' || playState === 'idle';
  }

  function schedule(): void {
    if (frame || playState !== 'running') return;
    frame = requestAnimationFrame((now) => draw(now));
  }

  function draw(now: number, all = false): void {
    frame = 0;
    // More text may still join the last grapheme, unless none has come for a while.
    const isQuiet = all || end || now - (arrivals.at(-1)?.at ?? 0) > LAG;
    const ready = isQuiet ? backlog.length : startOfLastGrapheme(backlog);
    const elapsed = now - (lastFrame ?? now - 16);
    lastFrame = now;
    let count = ready;
    if (!instant) {
      const sinceEnd = end && now - end.at;
      arrivals = arrivals.filter(({ at }) => now - at < lag);
      [count, carry] = pace({
        speed,
        now,
        elapsed,
        backlog: backlog.length,
        arrivals,
        sinceEnd,
        carry,
        lag,
      });
      // The first letter does not wait.
      if (!shown) count = Math.max(1, count);
      count = Math.min(ready, count < ready ? lengthOfGraphemes(backlog, count) : ready);
    }
    if (count > 0) {
      show(backlog.slice(0, count));
      backlog = backlog.slice(count);
    }
    if (backlog) schedule();
    else if (end) {
      shown?.end?.();
      settle('finished', end.error);
    } else lastFrame = undefined;
  }

  function show(shownNow: string): void {
    if (!shown) {
      element.replaceChildren();
      shown = view(element);
    }
    shown.append(shownNow);
    announcer?.add(shownNow);
    follower?.update();
  }

  function settle(state: 'finished' | 'idle', error: unknown): void {
    playState = state;
    cancelAnimationFrame(frame);
    signal?.removeEventListener('abort', cancel);
    element.removeAttribute('aria-busy');
    element.setAttribute('data-teleprinter', state);
    announcer?.end();
    follower?.update();
    follower?.stop();
    if (error === undefined) resolve();
    else reject(error);
  }

  function cancel(): void {
    if (isOver()) return;
    backlog = '';
    settle(
      'idle',
      signal?.aborted ? signal.reason : new DOMException('The typewriter was cancelled.', 'AbortError'),
    );
    if (typeof source === 'object' && 'close' in source) source.close();
    else void chunks.return?.();
  }

  element.setAttribute('aria-busy', 'true');
  element.setAttribute('data-teleprinter', caret ? 'typing' : 'typing-without-caret');
  adoptStyles(element);
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  else void read();

  return {
    get playState() {
      return playState;
    },
    finished,
    play() {
      if (playState !== 'paused') return;
      playState = 'running';
      lastFrame = undefined;
      schedule();
    },
    pause() {
      if (playState !== 'running') return;
      playState = 'paused';
      cancelAnimationFrame(frame);
      frame = 0;
    },
    finish() {
      if (isOver()) return;
      instant = true;
      playState = 'running';
      cancelAnimationFrame(frame);
      draw(performance.now(), true);
    },
    cancel,
  };
}

function chunksOf(source: TypewriterSource): AsyncIterator<string> {
  if (typeof source === 'string') return once(source);
  const iterable = 'text' in source ? source.text : source;
  if (!('getReader' in iterable)) return iterable[Symbol.asyncIterator]();
  // Not its own iterator: Safari has none, and its return() would wait for the chunk that next() waits for.
  const reader = iterable.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<string>>,
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
