import type { Typewriter } from '../typewriter/options.ts';
import type { TypewriterSource } from '../typewriter/source.ts';
import { typewriter } from '../typewriter/typewriter.ts';
import type { TypingOptions } from './options.ts';

/** A source; or nothing, which leaves the element empty. */
export type MaybeSource = TypewriterSource | null | undefined;

/**
 * What a directive or an action takes: a source, or an object with the source and the options of the typewriter.
 *
 * @example
 * import { stream } from 'teleprinter';
 * import type { TypingTarget } from 'teleprinter/vue';
 * const target: TypingTarget = { source: stream('/api/chat'), follow: true };
 */
export type TypingTarget = MaybeSource | (TypingOptions & { readonly source: MaybeSource });

/** Types sources into one element, one after the other. It closes none of them: that is for whoever opened them. */
class Typing {
  readonly #element: HTMLElement;
  #source: MaybeSource;
  #run: Typewriter | undefined;
  /** Whether the source was left in mid-answer. */
  #isLeft = false;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /**
   * Types this source. One that is being typed, or has been, is left as it is: options count from the start of a
   * source. One that was left in mid-answer shows at once what has arrived, and goes on.
   */
  type(source: MaybeSource, { onStart, ...options }: TypingOptions): void {
    if (source === this.#source && !this.#isLeft) return;
    if (DEVELOPMENT) warnOfGrowth(this.#source, source);
    this.leave();
    this.#isLeft = false;
    this.#element.replaceChildren();
    this.#source = source;
    this.#run = source ? typewriter(source, this.#element, options) : undefined;
    if (this.#run) onStart?.(this.#run);
  }

  /** Stops typing, and leaves the source open. Bound, as frameworks take the function alone. */
  readonly leave = (): void => {
    this.#isLeft ||= /running|paused/.test(this.#run?.playState ?? '');
    this.#run?.detach();
  };
}

const typings = new WeakMap<HTMLElement, Typing>();

/** What types into this element: always the same, as frameworks hide elements and show them again. */
export function typingIn(element: HTMLElement): Typing {
  const typing = typings.get(element) ?? new Typing(element);
  typings.set(element, typing);
  return typing;
}

/** Types what a directive or an action was given. */
export function typeTarget(element: HTMLElement, target: TypingTarget): void {
  const typing = typingIn(element);
  if (target && typeof target === 'object' && 'source' in target) typing.type(target.source, target);
  else typing.type(target, {});
}

function warnOfGrowth(before: MaybeSource, now: MaybeSource): void {
  if (before && typeof before === 'string' && typeof now === 'string' && now.startsWith(before)) {
    console.warn(
      'Teleprinter: a text that grows is typed from its start each time. Give the typewriter the stream, not its text.',
    );
  }
}
