/** The options and controls that all bindings have in common. */
import type { Client } from '../contract/client.ts';
import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Typewriter, TypewriterOptions } from '../typewriter/options.ts';

/**
 * The options of `useStream`: those of `stream()`, and these.
 *
 * @example
 * import type { BindingOptions } from 'teleprinter/react';
 * const options: BindingOptions = { end: 'end', throttle: 100 };
 */
export interface BindingOptions<E extends EventNames = EventNames, T = unknown> extends StreamOptions<E, T> {
  /**
   * The minimum time between two updates of the component, in milliseconds. `0`: one update in each frame in which
   * something arrived. A change of `state` always updates at once.
   * @default 0
   */
  readonly throttle?: number | undefined;
  /** A client of `createClient()`, whose defaults then apply, or any other object that opens streams. */
  readonly client?: Pick<Client, 'stream'> | undefined;
}

/**
 * An event of the DOM or of a framework, as `onClick={start}` passes it. As an input it is ignored.
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
 * Opens and closes the streams of a component.
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
   * Closes the running stream, if there is one, and sends a request. The input and options default to those of
   * `useStream`; options given here override those with the same names. After unmounting, it returns a closed stream.
   *
   * @returns The stream. `await start().result` is its result, and never rejects.
   * @throws OptionsError when there is no input, or an option has an invalid value
   */
  start(this: void, input?: StreamInput | EventLike, options?: StreamOptions<E, T>): EventStream<E, T>;
  /** Closes the running stream with the outcome `stopped`. What has arrived stays. */
  stop(this: void): void;
}

/**
 * The options of a typewriter in a component: those of `typewriter()`, and these.
 *
 * @example
 * import type { TypingOptions } from 'teleprinter/react';
 * const options: TypingOptions = { follow: true, onStart: (typewriter) => typewriter.pause() };
 */
export interface TypingOptions extends TypewriterOptions {
  /** Called with each typewriter that starts, to use its `pause`, `finish`, `scrollToEnd` and `finished`. */
  readonly onStart?: ((typewriter: Typewriter) => void) | undefined;
}
