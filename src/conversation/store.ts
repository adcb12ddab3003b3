import type { ConversationOptions, ConversationSnapshot } from '../contract/conversation.ts';
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
  /** Gives what is new in the snapshot since the answer has grown. */
  #growth: (() => Partial<ConversationSnapshot<M>>) | undefined;
  readonly #throttle: number;
  /** Runs while the answer is not to be shown again. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #consumers = new Consumers({}, () => {});

  constructor({ throttle = 16 }: ConversationOptions<M>) {
    this.#throttle = throttle;
  }

  readonly getSnapshot = (): ConversationSnapshot<M> => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => this.#consumers.listenToChanges(listener);

  /** The snapshot with all that has arrived. */
  get current(): ConversationSnapshot<M> {
    if (this.#growth) this.set({});
    return this.#snapshot;
  }

  set(change: Partial<ConversationSnapshot<M>>): void {
    const all = { ...this.#growth?.(), ...change };
    this.#growth = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = { ...this.#snapshot, ...all };
    Object.assign(this, all);
    this.#consumers.emitChange();
  }

  /** Nothing arrives any more. */
  settle(error?: TeleprinterError): void {
    this.set({ status: error ? 'error' : 'ready', error });
  }

  /** Changes one message. */
  change(messageId: string, change: MessageChange<M>): void {
    this.set({ messages: withChange(this.current.messages, messageId, change) });
  }

  /** An answer grows: it is shown when it may be shown again. @param change Gives all that has arrived by then. */
  grow(messageId: string, change: MessageChange<M>): void {
    this.#growth = () => ({ messages: withChange(this.messages, messageId, change), status: 'streaming' });
    if (this.#timer === undefined) queueMicrotask(this.#show);
  }

  readonly #show = (): void => {
    if (!this.#growth) return;
    this.set({});
    if (!this.#throttle) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#show();
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
