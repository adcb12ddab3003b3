import type { Typewriter, TypewriterOptions } from './options.ts';
import { createOutput, type Output } from './output.ts';
import { LAG } from './pace.ts';
import { Printer } from './printer.ts';
import { readSource, type SourceReader, type TypewriterSource } from './source.ts';

/**
 * Types a stream, or any text, into an element. What the element held before stays until the first letter shows. It
 * is `aria-busy` while it types.
 *
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
  return new Run(source, element, options);
}

class Run implements Typewriter {
  readonly finished: Promise<void>;
  #playState: Typewriter['playState'] = 'running';
  readonly #signal: AbortSignal | undefined;
  readonly #reader: SourceReader;
  readonly #output: Output;
  readonly #printer: Printer;
  #resolve!: () => void;
  #reject!: (reason: unknown) => void;
  #error: unknown;

  constructor(source: TypewriterSource, element: HTMLElement, options: TypewriterOptions) {
    const { speed = 'auto', lag = LAG, signal } = options;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Its rejection counts as handled: nobody has to listen.
    this.finished.catch(() => {});
    this.#signal = signal;
    this.#reader = readSource(source);
    this.#output = createOutput(element, options);
    this.#printer = new Printer({
      speed,
      lag,
      isInstant: prefersInstant(options),
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

  // Bound, so that they can be taken from the object.
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
    if (this.#isOver()) return;
    this.#playState = 'running';
    this.#printer.showAll();
  };

  readonly cancel = (): void => {
    if (this.#isOver()) return this.#output.dispose();
    this.#leave('cancelled');
    this.#reader.close();
  };

  readonly detach = (): void => {
    if (this.#isOver()) return this.#output.dispose();
    this.#leave('detached');
    this.#reader.detach();
  };

  readonly scrollToEnd = (): void => this.#output.scrollToEnd();

  #leave(how: string): void {
    const reason = new DOMException(`The typewriter was ${how}.`, 'AbortError');
    this.#settle('idle', this.#signal?.aborted ? this.#signal.reason : reason);
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

  #isOver(): boolean {
    return this.#playState === 'finished' || this.#playState === 'idle';
  }

  #end(): void {
    this.#output.end();
    this.#settle('finished', this.#error);
  }

  #settle(state: 'finished' | 'idle', reason: unknown): void {
    this.#playState = state;
    this.#printer.stop();
    this.#signal?.removeEventListener('abort', this.cancel);
    this.#output.leave(state);
    if (reason === undefined) this.#resolve();
    else this.#reject(reason);
  }
}

function prefersInstant({ reducedMotion = 'respect' }: TypewriterOptions): boolean {
  return reducedMotion === 'respect' && matches('(prefers-reduced-motion: reduce)');
}

/** Not every DOM has media queries: jsdom has none. */
const matches = (query: string): boolean => globalThis.matchMedia?.(query).matches ?? false;
