import type { ConversationSnapshot } from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import type { TeleprinterError } from '../errors.ts';
import { Consumers } from '../stream/consumers.ts';

/** Gives what is new in a message. */
export type MessageChange<M> = (message: Message<M>) => Partial<Message<M>>;

/**
 * Has the snapshot, and its fields, and notifies. A change is in the snapshot at once, but for an answer that grows: it is put
 * there as often as the listeners are told, so that the snapshot does not change under a framework that renders in between.
 */
export class Store<M> implements ConversationSnapshot<M> {
  declare readonly messages: ConversationSnapshot<M>['messages'];
  declare readonly queue: ConversationSnapshot<M>['queue'];
  declare readonly status: ConversationSnapshot<M>['status'];
  declare readonly error: ConversationSnapshot<M>['error'];
  #snapshot!: ConversationSnapshot<M>;
  /** The answer that has grown since the snapshot was made. */
  #growth: readonly [messageId: string, change: MessageChange<M>] | undefined;
  readonly #throttle: number;
  /** Runs while the answer is not to be shown again. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #consumers = new Consumers({}, () => {});

  /** @param throttle Milliseconds from one notification of growth to the next. */
  constructor(snapshot: ConversationSnapshot<M>, throttle: number) {
    this.#throttle = throttle;
    this.set(snapshot);
  }

  readonly getSnapshot = (): ConversationSnapshot<M> => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => this.#consumers.listenToChanges(listener);

  /** The snapshot with all that has arrived. */
  get current(): ConversationSnapshot<M> {
    this.#flush();
    return this.#snapshot;
  }

  set(change: Partial<ConversationSnapshot<M>>): void {
    this.#flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publish(change);
  }

  /** Nothing arrives any more. */
  settle(error?: TeleprinterError): void {
    this.set({ status: error ? 'error' : 'ready', error });
  }

  /** Changes one message. */
  change(messageId: string, change: MessageChange<M>): void {
    this.set({ messages: changed(this.current.messages, messageId, change) });
  }

  /** Changes one message, when it may be shown again. @param change Gives all that has arrived by then. */
  grow(messageId: string, change: MessageChange<M>): void {
    this.#growth = [messageId, change];
    if (this.#timer === undefined) queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    if (!this.#growth) return;
    const messages = changed(this.messages, ...this.#growth);
    this.#growth = undefined;
    this.#publish({ messages });
    if (!this.#throttle) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, this.#throttle);
  };

  #publish(change: Partial<ConversationSnapshot<M>>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    Object.assign(this, change);
    this.#consumers.emitChange();
  }
}

function changed<M>(
  messages: readonly Message<M>[],
  messageId: string,
  change: MessageChange<M>,
): readonly Message<M>[] {
  return messages.map((message) => (message.id === messageId ? { ...message, ...change(message) } : message));
}
