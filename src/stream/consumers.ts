import type { StreamEvent } from '../contract/events.ts';
import type { StreamOptions } from '../contract/options.ts';
import type { Part } from '../contract/parts.ts';
import { Broadcast, type SequenceEnd } from './broadcast.ts';
import { report } from './report.ts';

/** The type of a listener to changes: no event of a server has an empty name. */
const CHANGE = '';

interface Listener {
  readonly type: string;
  readonly call: (event?: StreamEvent) => void;
}

/** All that consume one stream: iterators, listeners and callbacks. A callback may close the stream. */
export class Consumers {
  readonly #options: StreamOptions;
  readonly #events: Broadcast<StreamEvent>;
  readonly #parts: Broadcast<Part>;
  readonly #listeners = new Set<Listener>();
  #isNotifying = false;
  #isClosed = false;

  /** @param onLeave Called when the last iterator has left before the end, and nobody listens. */
  constructor(options: StreamOptions, onLeave: () => void) {
    this.#options = options;
    const leave = (): void => {
      if (!this.#events.isRead && !this.#parts.isRead && !this.#listeners.size) onLeave();
    };
    this.#events = new Broadcast(leave);
    this.#parts = new Broadcast(leave);
  }

  get hasEventConsumer(): boolean {
    return Boolean(this.#options.onEvent) || this.#listeners.size > 0 || this.#events.isRead;
  }

  get hasPartConsumer(): boolean {
    return Boolean(this.#options.onPart ?? this.#options.onText) || this.#parts.isRead;
  }

  iterateEvents(): AsyncIterableIterator<StreamEvent> {
    return this.#events.iterate((event) => event);
  }

  iterateParts<V>(pick: (part: Part) => V | undefined): AsyncIterableIterator<V> {
    return this.#parts.iterate(pick);
  }

  /** @returns A function that removes the listener. */
  listen(type: string, call: Listener['call']): () => void {
    const listener = { type, call };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @returns A function that removes the listener. */
  listenToChanges(call: () => void): () => void {
    return this.listen(CHANGE, call);
  }

  emitEvent(event: StreamEvent): void {
    this.emitToListeners(event);
    if (this.#isClosed) return;
    this.#events.push(event);
    if (this.#options.onEvent) report(this.#options.onEvent, event);
  }

  /** The end marker comes to listeners alone. */
  emitToListeners(event: StreamEvent): void {
    if (this.#listeners.size) this.#call(event.type, event);
  }

  /** @param answer What has its whole `text`. */
  emitParts(parts: readonly Part[], answer: { readonly text: string }): void {
    const { onPart, onText } = this.#options;
    for (const part of parts) {
      if (this.#isClosed) return;
      this.#parts.push(part);
      if (onPart) report(onPart, part);
      if (onText && part.type === 'text' && !this.#isClosed) report(onText, part.delta, answer.text);
    }
  }

  /** Calls listeners to changes, once for all that changes in the same tick. */
  emitChange(): void {
    if (this.#isNotifying || !this.#listeners.size) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      this.#call(CHANGE);
    });
  }

  /**
   * Iterators get what is waiting, the rest, and then the end. A stream that is stopped calls back no more, but its iterators
   * get all that the result has.
   */
  end(end: SequenceEnd, rest: readonly Part[] = []): void {
    this.#isClosed = true;
    for (const part of rest) this.#parts.push(part);
    this.#events.end(end);
    this.#parts.end(end);
  }

  /** A promise while an iterator is far behind, of events or of parts. */
  drained(): Promise<void> | undefined {
    return (this.#events.drained() ?? this.#parts.drained())?.then(() => this.drained());
  }

  #call(type: string, event?: StreamEvent): void {
    for (const listener of this.#listeners) if (listener.type === type) report(listener.call, event);
  }
}
