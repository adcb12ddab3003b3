import type { SendOptions, WhenBusy } from '../contract/asking.ts';
import type { Conversation, ConversationOptions } from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import { OptionsError } from '../errors.ts';
import { inputOf } from './message.ts';
import { Turns } from './turns.ts';

/**
 * Makes a conversation with a model: it holds the messages, asks, and shows the answers while they arrive. It makes no request
 * until it is asked to, and works without a page, too.
 *
 * @throws OptionsError when `whenBusy` is unknown, or a message in `initial` is empty. Other options are checked when it asks.
 * @example
 * import { createConversation, openaiMessages } from 'teleprinter/conversation';
 * const conversation = createConversation({ input: '/api/chat', request: openaiMessages() });
 * conversation.subscribe(() => console.log(conversation.messages, conversation.status));
 * await conversation.send('Why is the sky blue?');
 */
export function createConversation<Metadata = unknown>(
  options: ConversationOptions<Metadata>,
): Conversation<Metadata> {
  return new Session(options);
}

/** A question that waits. */
interface Waiting<M> {
  readonly options: SendOptions | undefined;
  readonly resolve: (answer?: Message<M> | PromiseLike<Message<M>>) => void;
}

/** The messages of a conversation, and the questions that wait. */
class Session<M> extends Turns<M> implements Conversation<M> {
  readonly #whenBusy: WhenBusy;
  readonly #waiting = new Map<string, Waiting<M>>();

  constructor(options: ConversationOptions<M>) {
    super(options);
    const { whenBusy = 'queue' } = options;
    if (!/^(queue|interrupt|throw)$/.test(whenBusy)) {
      throw new OptionsError(`whenBusy is '${whenBusy}', not queue, interrupt or throw.`, {
        option: 'whenBusy',
      });
    }
    this.#whenBusy = whenBusy;
  }

  readonly send: Conversation<M>['send'] = (input, options) => {
    const message = this.messageOf(input);
    const { id } = message;
    if ([...this.messages, ...this.queue].some((other) => other.id === id))
      throw new OptionsError(`There is a message ${id} already.`, { option: 'id' });
    const whenBusy = this.answer && (options?.whenBusy ?? this.#whenBusy);
    if (whenBusy === 'throw')
      throw new OptionsError('An answer is arriving: stop it, or set whenBusy.', { option: 'whenBusy' });
    if (whenBusy === 'interrupt') this.interrupt();
    const { messages, queue } = this.current;
    if (whenBusy === 'interrupt' || (!whenBusy && !queue.length))
      return this.begin('send', [...messages, message], options);
    this.set({ queue: [...queue, { ...message, status: 'queued' }] });
    return new Promise((resolve) => {
      this.#waiting.set(id, { options, resolve });
      this.askNext();
    });
  };

  readonly unqueue = (messageId: string): void => {
    this.set({ queue: this.queue.filter(({ id }) => id !== messageId) });
    this.#waiting.get(messageId)?.resolve();
    this.#waiting.delete(messageId);
  };

  readonly regenerate: Conversation<M>['regenerate'] = (messageId, options) => {
    const [message, before] = this.find(
      ({ id, role }) => (messageId === undefined ? role === 'user' : id === messageId),
      'messageId',
      messageId,
    );
    const messages = message.role === 'assistant' ? before : [...before, message];
    return this.begin('regenerate', messages, options, messageId);
  };

  readonly edit: Conversation<M>['edit'] = (messageId, input, options) => {
    const [message, before] = this.find(
      ({ id, role }) => id === messageId && role !== 'assistant',
      'messageId',
      messageId,
    );
    const given = inputOf(input);
    const parts = given.parts ?? message.parts.filter(({ type }) => type !== 'text');
    const edited = this.messageOf({ ...message, ...given, parts, id: messageId });
    return this.begin('edit', [...before, edited], options, messageId);
  };

  readonly setMessages: Conversation<M>['setMessages'] = (given) => {
    const { messages: before, queue } = this.current;
    const inputs = typeof given === 'function' ? given(before) : given;
    const { answer } = this;
    const messages = inputs.map((input) =>
      answer && input.id === answer.id ? answer : this.messageOf(input),
    );
    if (!answer || !messages.includes(answer)) {
      this.interrupt();
      for (const { id } of queue) this.unqueue(id);
      this.settle();
    }
    this.set({ messages });
  };

  protected askNext(): void {
    const next = this.queue[0];
    if (this.answer || !next) return;
    const { options, resolve } = this.#waiting.get(next.id) ?? {};
    try {
      const question: Message<M> = { ...next, status: 'done' };
      const answer = this.begin('send', [...this.messages, question], options);
      // Nobody waits for a question that was there before a reload.
      resolve?.(answer);
      this.unqueue(next.id);
    } catch (error) {
      // It goes on waiting.
      this.settle(error as OptionsError);
    }
  }
}
