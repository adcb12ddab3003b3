import type { ConversationOptions, ConversationSnapshot } from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import type { TeleprinterError } from '../errors.ts';
import { Consumers } from '../stream/consumers.ts';

/** Returns the changed fields of a message. */
export type MessageChange<M> = (message: Message<M>) => Partial<Message<M>>;

/**
 * Holds the snapshot and notifies listeners of changes. A change is in the snapshot at once. A growing answer is throttled: the
 * snapshot changes only when listeners are notified, so that it stays the same while a framework renders in between.
 */
export class Store<M> implements ConversationSnapshot<M> {
  declare readonly messages: ConversationSnapshot<M>['messages'];
  declare readonly queue: ConversationSnapshot<M>['queue'];
  declare readonly status: ConversationSnapshot<M>['status'];
  declare readonly error: ConversationSnapshot<M>['error'];
  #snapshot!: ConversationSnapshot<M>;
  /** Puts the throttled change into the snapshot, if there is one. */
  #applyGrowth: (() => void) | undefined;
  readonly #throttle: number;
  /** Set while the throttle interval runs. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #consumers = new Consumers({}, () => {});

  constructor({ throttle = 16 }: ConversationOptions<M>) {
    this.#throttle = throttle;
  }

  readonly getSnapshot = (): ConversationSnapshot<M> => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => this.#consumers.listenToChanges(listener);

  /** The messages, including a throttled change. */
  get current(): readonly Message<M>[] {
    this.#flush();
    return this.messages;
  }

  /** Changes the snapshot, and notifies listeners. */
  set(changes: Partial<ConversationSnapshot<M>>): void {
    this.#snapshot = { ...this.#snapshot, ...changes };
    Object.assign(this, changes);
    this.#consumers.emitChange();
  }

  /** Sets the status of a conversation in which nothing is arriving. */
  settle(error?: TeleprinterError): void {
    this.set({ error, status: error ? 'error' : 'ready' });
  }

  /** Changes one message. */
  update(messageId: string, change: MessageChange<M>): void {
    this.#flush();
    this.set({
      messages: this.messages.map((message) =>
        message.id === messageId ? { ...message, ...change(message) } : message,
      ),
    });
  }

  /** Changes a growing answer, at most once per throttle interval. @param change Called when the snapshot changes. */
  grow(messageId: string, change: MessageChange<M>): void {
    if (!this.#applyGrowth && !this.#timer) queueMicrotask(this.#startInterval);
    this.#applyGrowth = () => {
      this.update(messageId, change);
      this.set({ status: 'streaming' });
    };
  }

  readonly #startInterval = (): void => {
    if (this.#flush() && this.#throttle) this.#timer = setTimeout(this.#startInterval, this.#throttle);
  };

  /** Ends the throttle interval. Returns whether something has changed. */
  #flush(): unknown {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const apply = this.#applyGrowth;
    this.#applyGrowth = undefined;
    apply?.();
    return apply;
  }
}
