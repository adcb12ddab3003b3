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
  /** Returns the throttled change of the snapshot, if there is one. */
  #throttledChange: (() => Partial<ConversationSnapshot<M>>) | undefined;
  readonly #throttle: number;
  /** Set while the throttle interval runs. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #consumers = new Consumers({}, () => {});

  constructor({ throttle = 16 }: ConversationOptions<M>) {
    this.#throttle = throttle;
  }

  readonly getSnapshot = (): ConversationSnapshot<M> => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => this.#consumers.listenToChanges(listener);

  /** The snapshot, including a throttled change. */
  get current(): ConversationSnapshot<M> {
    if (this.#throttledChange) this.set({});
    return this.#snapshot;
  }

  /** Changes the snapshot, and notifies listeners. */
  set(change: Partial<ConversationSnapshot<M>>): void {
    const changes = { ...this.#throttledChange?.(), ...change };
    this.#throttledChange = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = { ...this.#snapshot, ...changes };
    Object.assign(this, changes);
    this.#consumers.emitChange();
  }

  /** Sets the status of a conversation in which nothing is arriving. */
  settle(error?: TeleprinterError): void {
    this.set({ status: error ? 'error' : 'ready', error });
  }

  /** Changes one message. */
  update(messageId: string, change: MessageChange<M>): void {
    this.set({ messages: withChange(this.current.messages, messageId, change) });
  }

  /** Changes a growing answer, at most once per throttle interval. @param change Called when the snapshot changes. */
  grow(messageId: string, change: MessageChange<M>): void {
    this.#throttledChange = () => ({
      messages: withChange(this.messages, messageId, change),
      status: 'streaming',
    });
    if (this.#timer === undefined) queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    if (!this.#throttledChange) return;
    this.set({});
    if (!this.#throttle) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, this.#throttle);
  };
}

function withChange<M>(
  messages: readonly Message<M>[],
  messageId: string,
  change: MessageChange<M>,
): readonly Message<M>[] {
  return messages.map((message) => (message.id === messageId ? { ...message, ...change(message) } : message));
}
