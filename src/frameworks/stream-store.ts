/**
 * The streams of one component, one after the other, as a store with subscribers: what `useStream` does in every
 * framework.
 */
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Snapshot } from '../contract/result.ts';
import { OptionsError } from '../errors.ts';
import { stream as openStream } from '../stream/stream.ts';
import { afterRender } from './after-render.ts';
import type { BindingOptions, EventLike } from './options.ts';

/** The snapshot before the first `start()`, and while a server renders. */
export const IDLE_SNAPSHOT: Snapshot = {
  state: 'idle',
  text: '',
  reasoning: '',
  toolCalls: [],
  outcome: undefined,
  error: undefined,
  usage: undefined,
  finishReason: undefined,
  // Times and bytes are absent until they are measured.
  metrics: { events: 0, reconnects: 0, longestStallMs: 0, buffered: false } as Snapshot['metrics'],
};

/** An update waits so long for a frame, in milliseconds: a hidden page has no frames. */
const FRAME_TIMEOUT = 100;

/** The arguments of `useStream`. Input and options are read at each start, callbacks at each call. */
export interface UseStreamArguments {
  readonly input: StreamInput | undefined;
  /** `select` is an option of the binding for React alone. */
  readonly options: (BindingOptions & { readonly select?: unknown }) | undefined;
}

type Options = Pick<BindingOptions, 'throttle' | 'client'> &
  Record<string, ((...values: never[]) => unknown) | undefined>;

/** Opens the streams of a component, and notifies its subscribers. All methods are bound. */
export class StreamStore {
  #stream: EventStream | undefined;
  #snapshot = IDLE_SNAPSHOT;
  #throttle = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  /** Whether the component is unmounted. */
  #isDisposed = false;
  /** True while a stream that has sent no request is closed, for which no callback is called. */
  #isSilent = false;
  readonly #listeners = new Set<() => void>();
  readonly #arguments: UseStreamArguments;

  constructor(args: UseStreamArguments) {
    this.#arguments = args;
  }

  readonly getStream = (): EventStream | undefined => this.#stream;

  /** The snapshot of the last update. */
  readonly getSnapshot = (): Snapshot => this.#snapshot;

  /** @returns A function that removes the listener. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** @throws OptionsError */
  readonly start = (input?: StreamInput | EventLike, options?: StreamOptions): EventStream => {
    // Closing a stream removes what is saved under its `resumeKey`, so it is closed before the next stream reads that.
    this.stop();
    const target =
      !input || 'preventDefault' in Object(input) ? this.#arguments.input : (input as StreamInput);
    if (target === undefined) {
      throw new OptionsError('No input: give useStream() or start() a URL.', {
        option: 'input',
      });
    }
    const latest = (): Options => ({ ...this.#arguments.options, ...options }) as never;
    const { throttle = 0, client, select: _, ...streamOptions } = latest();
    for (const name of Object.keys(streamOptions)) {
      // A component may pass another function in each render.
      if (/^on[A-Z]/.test(name))
        streamOptions[name] = (...values: never[]) => this.#isSilent || latest()[name]?.(...values);
    }
    const stream = (client?.stream ?? openStream)(target, streamOptions as StreamOptions);
    this.#stream = stream;
    this.#throttle = throttle;
    if (this.#isDisposed) stream.close();
    stream.subscribe(() => {
      if (stream === this.#stream) this.#onChange(stream);
    });
    this.#update();
    return stream;
  };

  readonly stop = (): void => {
    this.#isSilent = this.#stream?.state === 'idle';
    this.#stream?.close();
    this.#isSilent = false;
  };

  /** Call when the component is mounted, also again. @returns `dispose` */
  readonly mount = (): (() => void) => {
    this.#isDisposed = false;
    return this.dispose;
  };

  /**
   * Call when the component is unmounted. Closes the stream, unless the component is mounted again in the same tick, as
   * by a hot reload.
   */
  readonly dispose = (): void => {
    this.#isDisposed = true;
    // Closed now, a stream that is still idle sends no request.
    if (this.#stream?.state === 'idle') this.stop();
    afterRender(() => {
      if (!this.#isDisposed) return;
      this.stop();
      this.#cancelUpdate();
    });
  };

  #onChange({ state }: EventStream): void {
    if (state !== this.#snapshot.state) return this.#update();
    if (this.#timer) return;
    if (!this.#throttle) this.#frame = globalThis.requestAnimationFrame?.(this.#update);
    this.#timer = setTimeout(this.#update, this.#throttle || FRAME_TIMEOUT);
  }

  readonly #update = (): void => {
    this.#cancelUpdate();
    this.#snapshot = this.#stream!.getSnapshot();
    for (const listener of this.#listeners) listener();
  };

  #cancelUpdate(): void {
    clearTimeout(this.#timer);
    if (this.#frame) cancelAnimationFrame(this.#frame);
    this.#timer = this.#frame = undefined;
  }
}
