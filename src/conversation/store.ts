import type { ConversationSnapshot } from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import { report } from '../stream/report.ts';

/** The list with this message in place of the one with its ID. */
export function replaced<M>(messages: readonly Message<M>[], message: Message<M>): readonly Message<M>[] {
  return messages.map((other) => (other.id === message.id ? message : other));
}

/**
 * Holds the snapshot, and notifies. A change is in the snapshot at once, but for an answer that grows: it is put there as
 * often as the listeners are told, so that the snapshot does not change under a framework that renders in between.
 */
export class Store<M> {
  #snapshot: ConversationSnapshot<M>;
  /** Gives the answer that has grown since the snapshot was made. */
  #growth: (() => Message<M>) | undefined;
  readonly #throttle: number;
  readonly #listeners = new Set<() => void>();
  #isNotifying = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param throttle Milliseconds from one notification of growth to the next. */
  constructor(snapshot: ConversationSnapshot<M>, throttle: number) {
    this.#snapshot = snapshot;
    this.#throttle = throttle;
  }

  get snapshot(): ConversationSnapshot<M> {
    return this.#snapshot;
  }

  /** The snapshot with all that has arrived. */
  get current(): ConversationSnapshot<M> {
    if (this.#growth) {
      const message = this.#growth();
      this.#growth = undefined;
      this.#snapshot = { ...this.#snapshot, messages: replaced(this.#snapshot.messages, message) };
      this.#notify();
    }
    return this.#snapshot;
  }

  set(change: Partial<ConversationSnapshot<M>>): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = { ...this.current, ...change };
    this.#notify();
  }

  /** @param take Gives the answer with all that has arrived, when it is needed. */
  grow(take: () => Message<M>): void {
    const isFirst = !this.#growth;
    this.#growth = take;
    if (isFirst && this.#timer === undefined) queueMicrotask(() => this.#publish());
  }

  subscribe(listener: () => void): () => void {
    // Another object each time, so that one function may listen twice.
    const call = (): void => listener();
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  #publish(): void {
    if (!this.#growth || this.#timer !== undefined) return;
    void this.current;
    if (!this.#throttle) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#publish();
    }, this.#throttle);
  }

  #notify(): void {
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      for (const listener of this.#listeners) report(listener, undefined);
    });
  }
}
