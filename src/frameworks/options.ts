import type { Client } from '../contract/client.ts';
import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Typewriter, TypewriterOptions } from '../typewriter/options.ts';

/**
 * The options of a binding: those of the stream, and these.
 *
 * @example
 * import type { BindingOptions } from 'teleprinter/react';
 * const options: BindingOptions = { end: 'end', throttle: 100 };
 */
export interface BindingOptions<E extends EventNames = EventNames, T = unknown> extends StreamOptions<E, T> {
  /**
   * At least so many milliseconds pass between two updates of the component. `0`: an update for each frame in which
   * something arrived. A change of `state` is never held back.
   * @default 0
   */
  readonly throttle?: number | undefined;
  /** A client of `createClient()`, whose defaults then count, or anything else that opens a stream. */
  readonly client?: Pick<Client, 'stream'> | undefined;
}

/**
 * An event of the DOM or of a framework, as `onClick={start}` passes it. It counts as no input.
 *
 * @example
 * import type { EventLike } from 'teleprinter/react';
 * const event: EventLike = new Event('submit');
 * event.preventDefault();
 */
export interface EventLike {
  preventDefault(): void;
}

/**
 * What opens and closes the streams of a component.
 *
 * @example
 * import type { StreamControls } from 'teleprinter/react';
 * async function ask({ start }: StreamControls, prompt: string) {
 *   const { outcome } = await start('/api/chat', { body: { prompt } }).result;
 *   return outcome;
 * }
 */
export interface StreamControls<E extends EventNames = EventNames, T = unknown> {
  /**
   * Asks. No request is sent before it is called, and one after; a stream that is running is closed first. What is
   * left out is as `useStream` has it; options given here replace those of the same name. After unmounting, the stream
   * that it returns is closed.
   *
   * @returns The stream: `await start().result` says what became of it, and never rejects.
   * @throws OptionsError when there is no input, or an option has a value that cannot be honoured
   */
  start(input?: StreamInput | EventLike, options?: StreamOptions<E, T>): EventStream<E, T>;
  /** Closes the stream that is running, which ends as `stopped`. What has arrived stays. */
  stop(): void;
}

/**
 * What a binding types into an element: the options of the typewriter, and these.
 *
 * @example
 * import type { TypingOptions } from 'teleprinter/react';
 * const options: TypingOptions = { follow: true, onStart: (typewriter) => typewriter.pause() };
 */
export interface TypingOptions extends TypewriterOptions {
  /** Called with each typewriter that begins, for `pause`, `finish`, `scrollToEnd` and `finished`. */
  readonly onStart?: ((typewriter: Typewriter) => void) | undefined;
}
