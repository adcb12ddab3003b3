import type {
  ConversationOptions,
  ConversationSnapshot,
  ConversationStatus,
} from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import type { TeleprinterError } from '../errors.ts';
import { Consumers } from '../stream/consumers.ts';

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
  /** Puts an answer into the snapshot that has grown since it was made. */
  #growth: (() => void) | undefined;
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
    this.#flush();
    return this.#snapshot;
  }

  set(change: Partial<ConversationSnapshot<M>>): void {
    this.#snapshot = { ...this.current, ...change };
    clearTimeout(this.#timer);
    this.#timer = undefined;
    Object.assign(this, change);
    this.#consumers.emitChange();
  }

  /** Nothing arrives any more. */
  settle(error?: TeleprinterError): void {
    this.set({ status: error ? 'error' : 'ready', error });
  }

  /** Changes one message. */
  change(
    messageId: string,
    change: (message: Message<M>) => Partial<Message<M>>,
    status: ConversationStatus = this.status,
  ): void {
    const messages = this.current.messages.map((message) =>
      message.id === messageId ? { ...message, ...change(message) } : message,
    );
    this.set({ messages, status });
  }

  /** An answer has grown. @param show Changes its message, when it may be shown again. */
  grow(show: () => void): void {
    this.#growth = show;
    if (this.#timer === undefined) queueMicrotask(this.#show);
  }

  readonly #show = (): void => {
    if (!this.#growth) return;
    this.#flush();
    if (!this.#throttle) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#show();
    }, this.#throttle);
  };

  #flush(): void {
    const show = this.#growth;
    this.#growth = undefined;
    show?.();
  }
}
