/**
 * The streams of one component, one after the other, as something to subscribe to. All that the bindings have in
 * common, without a framework.
 */
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Snapshot } from '../contract/result.ts';
import { OptionsError } from '../errors.ts';
import { stream as openStream } from '../stream/stream.ts';
import type { BindingOptions, EventLike } from './options.ts';

/** What there is before a start, and while a server renders. */
export const IDLE: Snapshot = {
  state: 'idle',
  text: '',
  reasoning: '',
  toolCalls: [],
  outcome: undefined,
  error: undefined,
  usage: undefined,
  finishReason: undefined,
  // The times and the bytes come when they do.
  metrics: { events: 0, reconnects: 0, longestStallMs: 0, buffered: false } as Snapshot['metrics'],
};

/** No frame comes in a page that is hidden: after so many milliseconds an update waits no longer for one. */
const FRAME_PATIENCE = 100;

/** What the component gives to `useStream`: read at each start, callbacks at each call. */
export interface Given {
  readonly input: StreamInput | undefined;
  /** `select` is for the binding. */
  readonly options: (BindingOptions & { readonly select?: unknown }) | undefined;
}

type Options = Pick<BindingOptions, 'throttle' | 'client'> &
  Record<string, ((...values: never[]) => unknown) | undefined>;

/** The methods are bound, so that they can be passed on. */
export class StreamStore {
  #stream: EventStream | undefined;
  #snapshot = IDLE;
  #throttle = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  /** Whether the component is gone. */
  #isDisposed = false;
  /** While a stream is closed that has sent no request: nobody needs to hear of it. */
  #isSilent = false;
  readonly #listeners = new Set<() => void>();
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
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
    // An answer that is closed is forgotten under its `resumeKey`, so it is closed before the next one looks there.
    this.stop();
    const from = !input || 'preventDefault' in Object(input) ? this.#given.input : (input as StreamInput);
    if (from === undefined) {
      throw new OptionsError('No input: give useStream() or start() a URL.', {
        option: 'input',
      });
    }
    const newest = (): Options => ({ ...this.#given.options, ...options }) as never;
    const { throttle = 0, client, select: _, ...rest } = newest();
    for (const name of Object.keys(rest)) {
      // A component may give another function with each render.
      if (/^on[A-Z]/.test(name))
        rest[name] = (...values: never[]) => this.#isSilent || newest()[name]?.(...values);
    }
    const source = (client?.stream ?? openStream)(from, rest as StreamOptions);
    this.#stream = source;
    this.#throttle = throttle;
    if (this.#isDisposed) source.close();
    source.subscribe(() => {
      if (source === this.#stream) this.#onChange(source);
    });
    this.#update();
    return source;
  };

  readonly stop = (): void => {
    this.#isSilent = this.#stream?.state === 'idle';
    this.#stream?.close();
    this.#isSilent = false;
  };

  /** The component is gone. Unless it is back in the same tick, as in a hot reload, its stream is closed. */
  readonly dispose = (): void => {
    this.#isDisposed = true;
    // Its request has not gone out, and need not.
    if (this.#stream?.state === 'idle') this.stop();
    queueMicrotask(() => {
      if (!this.#isDisposed) return;
      this.stop();
      this.#cancel();
    });
  };

  /** The component is there. @returns `dispose` */
  readonly mount = (): (() => void) => {
    this.#isDisposed = false;
    return this.dispose;
  };

  #onChange({ state }: EventStream): void {
    if (state !== this.#snapshot.state) return this.#update();
    if (this.#timer) return;
    if (!this.#throttle) this.#frame = globalThis.requestAnimationFrame?.(this.#update);
    this.#timer = setTimeout(this.#update, this.#throttle || FRAME_PATIENCE);
  }

  readonly #update = (): void => {
    this.#cancel();
    this.#snapshot = this.#stream!.getSnapshot();
    for (const listener of this.#listeners) listener();
  };

  #cancel(): void {
    clearTimeout(this.#timer);
    if (this.#frame) cancelAnimationFrame(this.#frame);
    this.#timer = this.#frame = undefined;
  }
}
