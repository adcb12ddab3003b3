/** Types sources into the element of a component: what `<Typewriter>`, directives and actions do in every framework. */
import type { Typewriter } from '../typewriter/options.ts';
import type { TypewriterSource } from '../typewriter/source.ts';
import { typewriter } from '../typewriter/typewriter.ts';
import type { TypingOptions } from './options.ts';

/** A source. Without one, the element is empty. */
export type MaybeSource = TypewriterSource | null | undefined;

/**
 * The value of a directive or an action: a source, or an object with the source and the options of the typewriter.
 *
 * @example
 * import { stream } from 'teleprinter';
 * import type { TypingTarget } from 'teleprinter/vue';
 * const target: TypingTarget = { source: stream('/api/chat'), follow: true };
 */
export type TypingTarget = MaybeSource | (TypingOptions & { readonly source: MaybeSource });

/** Types sources into one element, one after the other. Never closes a source: whoever opened it does that. */
class Typing {
  readonly #element: HTMLElement;
  #source: MaybeSource;
  #typewriter: Typewriter | undefined;
  /** Whether the source was detached before its end. */
  #isDetached = false;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /**
   * Types a source. Does nothing if it is the current source, whose options were read when it started. A source that
   * was detached before its end continues: what has arrived is shown at once.
   */
  type(source: MaybeSource, { onStart, ...options }: TypingOptions): void {
    if (source === this.#source && !this.#isDetached) return;
    if (DEVELOPMENT) warnOfGrowingText(this.#source, source);
    this.detach();
    this.#isDetached = false;
    this.#element.replaceChildren();
    this.#source = source;
    this.#typewriter = source ? typewriter(source, this.#element, options) : undefined;
    if (this.#typewriter) onStart?.(this.#typewriter);
  }

  /** Stops typing, and leaves the source open. Bound, so that frameworks can call it alone. */
  readonly detach = (): void => {
    this.#isDetached ||= /running|paused/.test(this.#typewriter?.playState ?? '');
    this.#typewriter?.detach();
  };
}

const typings = new WeakMap<HTMLElement, Typing>();

/** The `Typing` of an element: always the same one, as frameworks hide elements and show them again. */
export function typingIn(element: HTMLElement): Typing {
  const typing = typings.get(element) ?? new Typing(element);
  typings.set(element, typing);
  return typing;
}

/** Types the value of a directive or an action into its element. */
export function typeTarget(element: HTMLElement, target: TypingTarget): void {
  const typing = typingIn(element);
  if (target && typeof target === 'object' && 'source' in target) typing.type(target.source, target);
  else typing.type(target, {});
}

/** A text that is typed again, such as by React's StrictMode, does not grow. */
function warnOfGrowingText(previous: MaybeSource, source: MaybeSource): void {
  if (!previous || typeof previous !== 'string' || typeof source !== 'string') return;
  if (source !== previous && source.startsWith(previous)) {
    console.warn(
      'Teleprinter: a text that grows is typed from its start each time. Give the typewriter the stream, not its text.',
    );
  }
}
