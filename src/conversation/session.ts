import type { AskContext, AskOptions, SendOptions } from '../contract/asking.ts';
import type { Conversation, ConversationOptions, SerializedConversation } from '../contract/conversation.ts';
import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import type { StreamResult } from '../contract/result.ts';
import { assertChoices, OptionsError } from '../errors.ts';
import { randomKey } from '../random-key.ts';
import { runCallback } from '../stream/run-callback.ts';
import { Answer } from './answer.ts';
import { resumeOf, type Question } from './ask.ts';
import {
  isCalled,
  isPending,
  isWhole,
  withCall,
  withResult,
  wordsOf,
  type CallChange,
  type CallResult,
} from './calls.ts';
import { inputOf, messageOf, plain } from './message.ts';
import { Store } from './store.ts';
import { canContinue } from './tools.ts';

/** A question that waits. */
interface Waiting<M> {
  readonly options: SendOptions | undefined;
  readonly resolve: (answer?: Promise<Message<M>>) => void;
}

/**
 * Asks. One turn runs at a time: a question, its answer, the tools that this calls, and the answers after those. Functions that
 * the page calls are fields, as they need no `this`.
 */
export class Session<M> extends Store<M> implements Conversation<M> {
  readonly id: string;
  /** They may have getters: the options of a component change. */
  readonly #options: ConversationOptions<M>;
  /** The questions in the queue that were asked in this page. */
  readonly #waiting = new Map<string, Waiting<M>>();
  /** The answer that is arriving or was cut, and the key of its question. */
  #unfinished: SerializedConversation['unfinished'];
  /** The last answer of the turn that runs. */
  #turn: Promise<Message<M>> | undefined;
  #resolve!: (message: Message<M>) => void;
  #stop!: AbortController;
  #answer!: Answer<M>;
  /** Whether the page has answered a call of it. */
  #isAnswered = false;

  constructor(options: ConversationOptions<M>) {
    super(options);
    assertChoices(options, { whenBusy: 'queue interrupt throw' });
    this.#options = options;
    const { initial } = options;
    const kept = Array.isArray(initial) ? { messages: initial } : initial;
    const { id, messages = [], queue = [], unfinished } = (kept ?? {}) as Partial<SerializedConversation<M>>;
    this.id = options.id ?? id ?? this.#generateId();
    this.#unfinished = unfinished;
    this.set({ messages: messages.map((message) => messageOf<M>(message, this.#generateId)), queue });
    this.settle();
  }

  readonly send: Conversation<M>['send'] = (input, options) => {
    const message = messageOf(input, this.#generateId);
    const { id } = message;
    if ([...this.messages, ...this.queue].some((other) => other.id === id))
      throw new OptionsError(`There is a message ${id} already.`, { option: 'id' });
    const whenBusy = this.#turn && (options?.whenBusy ?? this.#options.whenBusy);
    if (whenBusy === 'throw')
      throw new OptionsError('An answer is arriving: stop it, or set whenBusy.', { option: 'whenBusy' });
    const isUrgent = whenBusy === 'interrupt';
    if (isUrgent) this.#interrupt();
    if (isUrgent || (!this.#turn && !this.queue.length))
      return this.#begin('send', [...this.messages, message], options);
    this.set({ queue: [...this.queue, { ...message, status: 'queued' }] });
    return new Promise((resolve) => {
      this.#waiting.set(id, { options, resolve });
      this.#askNext();
    });
  };

  readonly stop = (): void => {
    if (!this.#turn) return;
    this.#interrupt();
    this.#askNext();
  };

  readonly unqueue = (messageId: string): void => this.#unqueue(messageId);

  readonly regenerate: Conversation<M>['regenerate'] = (messageId, options) => {
    const [message, before] = this.#find('messageId', messageId, ({ id, role }) =>
      messageId === undefined ? role === 'user' : id === messageId,
    );
    const messages = message.role === 'assistant' ? before : [...before, message];
    return this.#begin('regenerate', messages, options, messageId);
  };

  readonly edit: Conversation<M>['edit'] = (messageId, input, options) => {
    const [message, before] = this.#find(
      'messageId',
      messageId,
      ({ id, role }) => id === messageId && role !== 'assistant',
    );
    const given = inputOf(input);
    const parts = given.parts ?? message.parts.filter((part) => part.type !== 'text');
    const edited = messageOf<M>({ ...message, ...given, parts, id: messageId }, this.#generateId);
    return this.#begin('edit', [...before, edited], options, messageId);
  };

  readonly addToolResult: Conversation<M>['addToolResult'] = ({ toolCallId, ...result }, options) =>
    this.#answerCall(toolCallId, withResult(result), options);

  readonly addToolApproval: Conversation<M>['addToolApproval'] = ({ toolCallId, ...said }, options) =>
    // The first word counts.
    this.#answerCall(
      toolCallId,
      (call) =>
        call.state === 'approval-requested'
          ? { ...call, state: 'approval-responded', approval: { ...call.approval!, ...said } }
          : call,
      options,
    );

  readonly setMessages: Conversation<M>['setMessages'] = (given) => {
    const inputs = typeof given === 'function' ? given(this.current.messages) : given;
    const answer = this.#turn && this.#answer.message;
    const messages = inputs.map((input) =>
      answer && input.id === answer.id ? answer : messageOf<M>(input, this.#generateId),
    );
    if (!messages.includes(answer!)) {
      this.#interrupt();
      for (const { id } of this.queue) this.#unqueue(id);
      this.settle();
    }
    this.set({ messages });
  };

  readonly resume: Conversation<M>['resume'] = () => {
    const last = this.messages.at(-1);
    if (last && last.id === this.#unfinished?.messageId && !this.#turn && resumeOf(this.#options))
      return this.#begin('resume', this.messages.slice(0, -1));
    this.#askNext();
    return this.#turn ?? Promise.resolve(undefined);
  };

  readonly clearError = (): void => {
    if (!this.#turn) this.settle();
  };

  readonly serialize: Conversation<M>['serialize'] = () => {
    const { messages, queue } = this.current;
    return { id: this.id, messages: messages.map(plain), queue, unfinished: this.#unfinished };
  };

  readonly #generateId = (): string => (this.#options.generateId ?? randomKey)();

  /** The newest such message, and those before it. @throws OptionsError where there is none */
  #find(
    option: string,
    id: string | undefined,
    is: (message: Message<M>) => boolean,
  ): [message: Message<M>, before: readonly Message<M>[]] {
    const { messages } = this.current;
    const at = messages.map(is).lastIndexOf(true);
    if (at < 0) throw new OptionsError(`There is no such message (${option}: ${id}).`, { option });
    return [messages[at]!, messages.slice(0, at)];
  }

  /** Begins a turn, after the one that runs was stopped. @throws OptionsError before anything else has changed */
  #begin(...question: Question<M>): Promise<Message<M>> {
    this.#interrupt();
    // What a callback has begun meanwhile.
    this.#interrupt();
    this.#ask(...question);
    this.#stop = new AbortController();
    return (this.#turn = new Promise((resolve) => (this.#resolve = resolve)));
  }

  /** Asks what waits, unless a turn runs. */
  #askNext(): void {
    const next = this.queue[0];
    if (this.#turn || !next) return;
    try {
      const messages: readonly Message<M>[] = [...this.messages, { ...next, status: 'done' }];
      this.#unqueue(next.id, this.#begin('send', messages, this.#waiting.get(next.id)?.options));
    } catch (error) {
      // It goes on waiting.
      this.settle(error as OptionsError);
    }
  }

  #unqueue(messageId: string, answer?: Promise<Message<M>>): void {
    this.set({ queue: this.queue.filter(({ id }) => id !== messageId) });
    // Nobody waits for a question that was there before a reload.
    this.#waiting.get(messageId)?.resolve(answer);
    this.#waiting.delete(messageId);
  }

  /** Stops the turn. What arrived stays, and what waits goes on waiting. */
  #interrupt(): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#stop.abort();
    // Calls `#end`, if it had not ended.
    this.#answer.stream.close();
    if (this.#turn === turn) this.#finish();
  }

  #answerCall(callId: string, change: CallChange, options?: AskOptions): Promise<Message<M> | undefined> {
    const isIt = (part: MessagePart): boolean => part.type === 'tool-call' && part.id === callId;
    const [{ id }] = this.#find('toolCallId', callId, (message) => message.parts.some(isIt));
    if (this.#turn && id === this.#answer.id) {
      this.#answer.change(callId, change);
      this.#isAnswered = true;
      return this.#turn;
    }
    this.change(id, withCall(callId, change));
    return !this.#turn && id === this.messages.at(-1)!.id && canContinue(this.messages, this.#options)
      ? this.#begin('tool-results', this.messages, options)
      : Promise.resolve(undefined);
  }

  /** Asks, and shows the answer that will arrive. @throws OptionsError before anything has changed */
  #ask(...[trigger, messages, asked, messageId]: Question<M>): void {
    const asking =
      trigger === 'resume' ? this.#unfinished! : { messageId: this.#generateId(), key: this.#generateId() };
    const context: AskContext = {
      id: this.id,
      trigger,
      messageId,
      answerId: asking.messageId,
      idempotencyKey: asking.key,
    };
    const before = this.#answer as Answer<M> | undefined;
    this.#answer = new Answer(this, this.#options, messages, context, asked, this.#end);
    // If a callback has begun it while others were stopped, nobody hears of its end.
    before?.stream.close();
    this.#unfinished = asking;
    this.#isAnswered = false;
  }

  /** An answer has ended: runs its tools side by side, and asks again when each call has its result. */
  readonly #end = async (result: StreamResult, answer: Answer<M>): Promise<void> => {
    if (answer !== this.#answer) return;
    const { error } = result;
    const { onToolCall, onError, onFinish } = this.#options;
    const { signal } = this.#stop;
    const { message } = answer;
    if (!error) this.#unfinished = undefined;
    const calls = onToolCall ? message.parts.filter(isCalled) : [];
    const goesOn = isWhole(message) && (this.#isAnswered || calls.length > 0);
    if (goesOn) this.set({ status: 'streaming' });
    else this.settle(error);
    if (error) runCallback(onError, error, message);
    runCallback(onFinish, message, result);
    const run = async (call: ToolCallContent): Promise<void> => {
      const end = (given: CallResult): void => this.change(message.id, withCall(call.id, withResult(given)));
      try {
        const output = await onToolCall!(call, { message, signal });
        if (output !== undefined) end({ output });
      } catch (error) {
        if (!signal.aborted) end({ error: wordsOf(error) });
      }
    };
    if (goesOn && !signal.aborted) await Promise.allSettled(calls.map(run));
    if (signal.aborted) return;
    try {
      if (goesOn && canContinue(this.messages, this.#options))
        return this.#ask('tool-results', this.messages);
    } catch (error) {
      this.settle(error as OptionsError);
    }
    this.#finish();
  };

  /** The turn is over. */
  #finish(): void {
    const { message } = this.#answer;
    this.settle(this.error);
    this.#turn = undefined;
    this.#resolve(message);
    // What waits may count on the answer, or on what its tools give.
    if (!this.#stop.signal.aborted && !this.error && !message.parts.some(isPending)) this.#askNext();
  }
}
