import type { AskOptions, SendOptions } from '../contract/asking.ts';
import type {
  Conversation,
  ConversationOptions,
  ConversationSnapshot,
  ConversationStatus,
  MessageInput,
} from '../contract/conversation.ts';
import type { Message } from '../contract/message.ts';
import { OptionsError, type TeleprinterError } from '../errors.ts';
import { isPending, messageWith, withApproval, withResult, type CallChange } from './calls.ts';
import { createId, lastIndex, messageOf, plain, restore } from './message.ts';
import type { Settings } from './settings.ts';
import { Store } from './store.ts';
import { canContinue, changeCall, Turn, type Question } from './turn.ts';

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

/** The state of a conversation, and its moves. One turn runs at a time. Public functions are fields, as they need no `this`. */
class Session<M> implements Conversation<M> {
  readonly id: string;
  declare readonly messages: readonly Message<M>[];
  declare readonly queue: readonly Message<M>[];
  declare readonly status: ConversationStatus;
  declare readonly error: TeleprinterError | undefined;
  readonly #store: Store<M>;
  /** The options of now, which may have getters: those of a component change. */
  readonly #settings: () => Settings<M>;
  #turn: Turn<M> | undefined;
  /** The answer that was cut, for `resume`. */
  #unfinished: { readonly messageId: string; readonly key: string } | undefined;
  readonly #waiting = new Map<string, Waiting<M>>();

  constructor(options: ConversationOptions<M>) {
    const { generateId = createId, initial, resumeKey, whenBusy = 'queue', throttle = 16 } = options;
    if (!/^(queue|interrupt|throw)$/.test(whenBusy)) {
      throw new OptionsError(`whenBusy is '${whenBusy}'. It takes one of: queue interrupt throw.`, {
        option: 'whenBusy',
      });
    }
    const { id, messages, queue, unfinished } = restore(initial, generateId);
    this.id = options.id ?? id ?? generateId();
    this.#settings = () => ({
      ...options,
      id: this.id,
      generateId,
      whenBusy,
      maxRounds: options.maxRounds ?? 20,
      resume: options.resume ?? (resumeKey === undefined ? undefined : true),
    });
    this.#unfinished = unfinished;
    const snapshot: ConversationSnapshot<M> = { messages, queue, status: 'ready', error: undefined };
    const store = new Store<M>(snapshot, throttle);
    this.#store = store;
    // Without `this`, as they are also read through proxies that know no private field: those of Vue's reactive objects.
    for (const name in snapshot)
      Object.defineProperty(this, name, { get: () => store.snapshot[name as keyof typeof snapshot] });
  }

  readonly getSnapshot = (): ConversationSnapshot<M> => this.#store.snapshot;

  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  readonly send: Conversation<M>['send'] = (input, options) => {
    const { generateId } = this.#settings();
    const whenBusy = options?.whenBusy ?? this.#settings().whenBusy;
    const message = messageOf<M>(input, generateId);
    const { messages, queue } = this.#store.current;
    if ([...messages, ...queue].some(({ id }) => id === message.id))
      throw new OptionsError(`There is a message with the ID ${message.id} already.`, { option: 'id' });
    if (!this.#turn && !queue.length)
      return this.#begin({ trigger: 'send', messages: [...messages, message], options });
    if (this.#turn && whenBusy === 'throw') {
      throw new OptionsError('An answer is arriving. Wait for it, stop it, or set whenBusy.', {
        option: 'whenBusy',
      });
    }
    const isUrgent = this.#turn && whenBusy === 'interrupt';
    const queued: Message<M> = { ...message, status: 'queued' };
    this.#store.set({ queue: isUrgent ? [queued, ...queue] : [...queue, queued] });
    const answer = new Promise<Message<M> | undefined>((resolve) => {
      this.#waiting.set(message.id, { options, resolve });
    });
    if (isUrgent) this.stop();
    else if (!this.#turn) this.#askNext();
    return answer;
  };

  readonly stop = (): void => {
    this.#turn?.stop();
  };

  readonly unqueue = (messageId: string): void => {
    this.#store.set({ queue: this.#store.current.queue.filter(({ id }) => id !== messageId) });
    this.#waiting.get(messageId)?.resolve();
    this.#waiting.delete(messageId);
  };

  readonly regenerate: Conversation<M>['regenerate'] = (messageId, options) => {
    const { messages } = this.#store.current;
    const at = lastIndex(messages, ({ id, role }) =>
      messageId === undefined ? role === 'user' : id === messageId,
    );
    if (at === -1) throw unknownMessage(messageId);
    const end = messages[at]!.role === 'assistant' ? at : at + 1;
    this.#interrupt();
    return this.#begin({ trigger: 'regenerate', messages: messages.slice(0, end), messageId, options });
  };

  readonly edit: Conversation<M>['edit'] = (messageId, input, options) => {
    const { messages } = this.#store.current;
    const at = lastIndex(messages, ({ id, role }) => id === messageId && role !== 'assistant');
    const before = messages[at];
    if (!before) throw unknownMessage(messageId);
    const given: MessageInput<M> = typeof input === 'string' ? { text: input } : input;
    const parts = given.parts ?? before.parts.filter(({ type }) => type !== 'text');
    const edited = messageOf<M>({ ...before, ...given, parts, id: messageId }, this.#settings().generateId);
    this.#interrupt();
    return this.#begin({ trigger: 'edit', messages: [...messages.slice(0, at), edited], messageId, options });
  };

  readonly addToolResult: Conversation<M>['addToolResult'] = ({ toolCallId, output, error }, options) =>
    this.#answerCall(toolCallId, withResult(error === undefined ? { output } : { error }), options);

  readonly addToolApproval: Conversation<M>['addToolApproval'] = (
    { toolCallId, approved, reason },
    options,
  ) => this.#answerCall(toolCallId, withApproval(approved, reason), options);

  readonly setMessages: Conversation<M>['setMessages'] = (given) => {
    const inputs = typeof given === 'function' ? given(this.#store.current.messages) : given;
    const { generateId } = this.#settings();
    const answer = this.#turn && this.#store.current.messages.find(({ id }) => id === this.#turn?.message.id);
    const messages = inputs.map((input) =>
      answer && input.id === answer.id ? answer : messageOf<M>(input, generateId),
    );
    if (answer && messages.includes(answer)) return this.#store.set({ messages });
    this.#interrupt();
    for (const { id } of this.#store.current.queue) this.unqueue(id);
    this.#store.set({ messages, status: 'ready', error: undefined });
  };

  readonly resume: Conversation<M>['resume'] = () => {
    if (this.#turn) return this.#turn.done;
    const { messages } = this.#store.current;
    const message = messages.at(-1);
    const { messageId, key } = this.#unfinished ?? {};
    if (this.#settings().resume && key !== undefined && message?.id === messageId) {
      const unfinished = { message: message!, key };
      return this.#begin({ trigger: 'resume', messages: messages.slice(0, -1), unfinished });
    }
    this.#askNext();
    return (this.#turn as Turn<M> | undefined)?.done ?? Promise.resolve(undefined);
  };

  readonly clearError = (): void => {
    if (!this.#turn) this.#store.set({ status: 'ready', error: undefined });
  };

  readonly serialize: Conversation<M>['serialize'] = () => {
    const { messages, queue } = this.#store.current;
    const turn = this.#turn;
    const unfinished = turn?.isArriving ? { messageId: turn.message.id, key: turn.key } : this.#unfinished;
    return { id: this.id, messages: messages.map(plain), queue, ...(unfinished && { unfinished }) };
  };

  #answerCall(
    callId: string,
    change: CallChange,
    options: AskOptions | undefined,
  ): Promise<Message<M> | undefined> {
    const message = messageWith(this.#store.current.messages, ({ id }) => id === callId);
    if (!message) throw new OptionsError(`There is no call with the ID ${callId}.`, { option: 'toolCallId' });
    if (this.#turn) {
      this.#turn.changeCall(message, callId, change);
      return message.id === this.#turn.message.id ? this.#turn.done : Promise.resolve(undefined);
    }
    changeCall(this.#store, message.id, callId, change);
    const { messages } = this.#store.current;
    if (messages.at(-1)!.id !== message.id || !canContinue(this.#settings(), messages))
      return Promise.resolve(undefined);
    return this.#begin({ trigger: 'tool-results', messages, options });
  }

  /** @throws OptionsError before anything has changed */
  #begin(question: Question<M>): Promise<Message<M>> {
    const turn = new Turn<M>(this.#settings(), this.#store, (ended) => this.#onEnd(ended));
    turn.ask(question);
    this.#turn = turn;
    this.#unfinished = undefined;
    return turn.done;
  }

  /** Stops the turn; what waits goes on waiting. */
  #interrupt(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    turn?.stop();
  }

  #onEnd(turn: Turn<M>): void {
    if (this.#turn !== turn) return;
    this.#turn = undefined;
    const { outcome, id, parts } = turn.message;
    const isCut = outcome === 'truncated' || outcome === 'failed';
    this.#unfinished = isCut ? { messageId: id, key: turn.key } : undefined;
    // What waits may count on the answer, or on what its tools give.
    if (turn.isStopped || (this.#store.current.status !== 'error' && !parts.some(isPending))) this.#askNext();
  }

  #askNext(): void {
    const { messages: before, queue } = this.#store.current;
    const [next, ...rest] = queue;
    if (!next) return;
    const { options, resolve } = this.#waiting.get(next.id) ?? {};
    try {
      const messages = [...before, { ...next, status: 'done' as const }];
      const answer = this.#begin({ trigger: 'send', messages, options });
      // Nobody waits for a question that was there before a reload.
      resolve?.(answer);
      this.#waiting.delete(next.id);
      this.#store.set({ queue: rest });
    } catch (error) {
      // It goes on waiting.
      this.#store.set({ status: 'error', error: error as OptionsError });
    }
  }
}

function unknownMessage(messageId: string | undefined): OptionsError {
  return new OptionsError(`There is no such message: ${messageId ?? 'no question'}.`, {
    option: 'messageId',
  });
}
