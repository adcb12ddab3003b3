/** The typewriter: reads a source, paces its text, and shows it in an element. */
import { OptionsError } from '../errors.ts';
import type { Typewriter, TypewriterOptions } from './options.ts';
import { createOutput, type Output } from './output.ts';
import { LAG } from './pace.ts';
import { Printer } from './printer.ts';
import { readSource, type SourceReader, type TypewriterSource } from './source.ts';

/**
 * Types a stream, or any other text, into an element. The previous content of the element stays until the first letter
 * is shown. The element is `aria-busy` while it is typed into.
 *
 * @throws OptionsError if `speed` or `lag` is a number that cannot be used
 * @example
 * import { stream, typewriter } from 'teleprinter';
 * const answer = stream('/api/chat', { body: { prompt: 'tea' }, end: 'end' });
 * typewriter(answer, document.querySelector('output')!);
 */
export function typewriter(
  source: TypewriterSource,
  element: HTMLElement,
  options: TypewriterOptions = {},
): Typewriter {
  if (DEVELOPMENT) assertArguments(source, element, options);
  return new ElementTypewriter(source, element, options);
}

/** For development: the browser's own error does not say that a selector found nothing. */
function assertArguments(source: unknown, element: HTMLElement | null, { view }: TypewriterOptions): void {
  if (!element?.nodeType) {
    const found = element === null ? 'null. Is it in the page yet?' : `${typeof element}.`;
    throw new OptionsError(`A typewriter types into an element, not ${found}`, { option: 'element' });
  }
  if (typeof source !== 'string' && (typeof source !== 'object' || !source))
    throw new OptionsError(`A typewriter types a stream or a text, not ${String(source)}.`, {
      option: 'source',
    });
  if (view && typeof view !== 'function')
    throw new OptionsError(`view is ${JSON.stringify(view)}. It takes text() or markdown().`, {
      option: 'view',
    });
}

class ElementTypewriter implements Typewriter {
  readonly finished: Promise<void>;
  #playState: Typewriter['playState'] = 'running';
  readonly #signal: AbortSignal | undefined;
  readonly #reader: SourceReader;
  readonly #output: Output;
  readonly #printer: Printer;
  #resolve!: (result?: Promise<never>) => void;
  #error: unknown;

  constructor(source: TypewriterSource, element: HTMLElement, options: TypewriterOptions) {
    const { speed = 'auto', lag = LAG, reducedMotion, signal } = options;
    // Otherwise the text would stand still.
    if (speed !== 'auto' && !(speed > 0)) throw wrongNumber('speed', "'auto', or a number above 0");
    if (!(lag >= 0)) throw wrongNumber('lag', 'a number of 0 or more');
    this.finished = new Promise((resolve) => (this.#resolve = resolve));
    // Marks a rejection as handled, as nobody has to use the promise.
    this.finished.catch(() => {});
    this.#signal = signal;
    // First, as another typewriter in the element may leave the source to this one.
    this.#output = createOutput(element, options, this.detach, Object(source) as object);
    this.#reader = readSource(source);
    this.#printer = new Printer({
      speed,
      lag,
      // Not every DOM has it, such as jsdom.
      motion:
        reducedMotion === 'ignore' ? undefined : globalThis.matchMedia?.('(prefers-reduced-motion: reduce)'),
      show: this.#output.append,
      onEnd: () => this.#end(),
    });
    signal?.addEventListener('abort', this.cancel);
    if (signal?.aborted) this.cancel();
    else void this.#read();
  }

  get playState(): Typewriter['playState'] {
    return this.#playState;
  }

  // Arrow functions, so that the methods can be used without the object.
  readonly play = (): void => {
    if (this.#playState !== 'paused') return;
    this.#playState = 'running';
    this.#printer.start();
  };

  readonly pause = (): void => {
    if (this.#playState !== 'running') return;
    this.#playState = 'paused';
    this.#printer.stop();
  };

  readonly finish = (): void => {
    if (this.#isSettled()) return;
    this.#playState = 'running';
    this.#printer.flush();
  };

  readonly cancel = (): void => this.#abort('cancelled', this.#reader.close);

  readonly detach = (): void => this.#abort('detached', this.#reader.detach);

  readonly scrollToEnd = (): void => this.#output.scrollToEnd();

  /** @param release Closes or leaves the source */
  #abort(how: 'cancelled' | 'detached', release: () => void): void {
    if (this.#isSettled()) return this.#output.dispose();
    const reason = new DOMException(`The typewriter was ${how}.`, 'AbortError');
    this.#settle('idle', this.#signal?.aborted ? this.#signal.reason : reason);
    release();
  }

  async #read(): Promise<void> {
    const printer = this.#printer;
    const { received } = this.#reader;
    if (received) printer.print(received);
    try {
      await this.#reader.read((text, isRestored) => (isRestored ? printer.print(text) : printer.add(text)));
    } catch (error) {
      this.#error = error;
    }
    printer.end();
  }

  #isSettled(): boolean {
    return /finished|idle/.test(this.#playState);
  }

  #end(): void {
    this.#output.end();
    // The view may have cancelled the typewriter.
    if (!this.#isSettled()) this.#settle('finished', this.#error);
  }

  #settle(state: 'finished' | 'idle', reason: unknown): void {
    this.#playState = state;
    this.#printer.stop();
    this.#signal?.removeEventListener('abort', this.cancel);
    this.#output.settle(state);
    this.#resolve(reason === undefined ? undefined : Promise.reject(reason));
  }
}

function wrongNumber(option: 'speed' | 'lag', taken: string): OptionsError {
  return new OptionsError(`The option ${option} takes ${taken}.`, { option });
}
