import type { StreamEvent } from '../contract/events.ts';
import type { StreamOptions } from '../contract/options.ts';
import type { Part } from '../contract/parts.ts';
import type { Answer } from './answer.ts';
import { Broadcast, type SequenceEnd } from './broadcast.ts';
import { runCallback } from './run-callback.ts';

/** The type of change listeners: no server event has an empty name. */
const CHANGE = '';

interface Listener {
  readonly type: string;
  readonly call: (event?: StreamEvent) => void;
}

/** The consumers of one stream: iterators, listeners and callbacks. A callback may close the stream. */
export class Consumers {
  readonly #options: StreamOptions;
  readonly #events: Broadcast<StreamEvent>;
  readonly #parts: Broadcast<Part>;
  readonly #listeners = new Set<Listener>();
  #isNotifying = false;
  #isClosed = false;

  /** @param onLeave Called when the last iterator leaves before the end, and there are no listeners. */
  constructor(options: StreamOptions, onLeave: () => void) {
    this.#options = options;
    const leave = (): void => {
      if (!this.#events.hasReaders && !this.#parts.hasReaders && !this.#listeners.size) onLeave();
    };
    this.#events = new Broadcast(leave);
    this.#parts = new Broadcast(leave);
  }

  get hasEventConsumer(): boolean {
    return Boolean(this.#options.onEvent) || this.#listeners.size > 0 || this.#events.hasReaders;
  }

  get hasPartConsumer(): boolean {
    return Boolean(this.#options.onPart ?? this.#options.onText) || this.#parts.hasReaders;
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
    if (this.#options.onEvent) runCallback(this.#options.onEvent, event);
  }

  /** Dispatches an event to listeners only, such as the end marker. */
  emitToListeners(event: StreamEvent): void {
    if (this.#listeners.size) this.#notify(event.type, event);
  }

  /**
   * Emits the new parts of an answer, or these.
   *
   * @param event The event that has brought the parts, if it has a consumer.
   */
  emitParts(answer: Answer, event?: StreamEvent, parts: readonly Part[] = answer.takeNewParts() ?? []): void {
    const { onPart, onText } = this.#options;
    // Before any callback: it may stop the stream, but iterators receive everything that the result has. And an iterator
    // that begins in a callback must not repeat the parts that are in the snapshot.
    for (const part of parts) this.#parts.push(part);
    if (event) this.emitEvent(event);
    for (const part of parts) {
      if (this.#isClosed) return;
      if (onPart) runCallback(onPart, part);
      if (onText && part.type === 'text' && !this.#isClosed) runCallback(onText, part.delta, answer.text);
    }
  }

  /** Calls change listeners, once for all changes in the same tick. */
  emitChange(): void {
    if (this.#isNotifying || !this.#listeners.size) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      this.#notify(CHANGE);
    });
  }

  /**
   * Ends iterators, after the items that wait for them and the `rest`. After a stop, callbacks are no longer called, but
   * iterators still receive everything that the result has.
   */
  end(end: SequenceEnd, rest: readonly Part[] = []): void {
    this.#isClosed = true;
    for (const part of rest) this.#parts.push(part);
    this.#events.end(end);
    this.#parts.end(end);
  }

  /** Returns a promise while an iterator of events or of parts is far behind. */
  drained(): Promise<void> | undefined {
    return (this.#events.drained() ?? this.#parts.drained())?.then(() => this.drained());
  }

  #notify(type: string, event?: StreamEvent): void {
    // A copy, as a listener may add others, which do not receive this event, and remove others.
    for (const listener of Array.from(this.#listeners)) {
      if (listener.type === type && this.#listeners.has(listener)) runCallback(listener.call, event);
    }
  }
}
