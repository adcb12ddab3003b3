import type { AskContext, AskOptions, SendOptions, Trigger } from '../contract/asking.ts';
import type { Conversation, ConversationOptions, SerializedConversation } from '../contract/conversation.ts';
import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import type { StreamResult } from '../contract/result.ts';
import { assertChoices, type OptionsError } from '../errors.ts';
import { randomKey } from '../random-key.ts';
import { runCallback } from '../stream/run-callback.ts';
import { Answer } from './answer.ts';
import {
  callChange,
  errorText,
  isPending,
  isRunnable,
  isWhole,
  resultChange,
  type CallChange,
  type CallResult,
} from './calls.ts';
import { createMessage, toInput, toPlainMessage, wrong } from './message.ts';
import { resumeOption } from './open-answer.ts';
import { Store } from './store.ts';
import { canContinue } from './tools.ts';

/** The options of a question in the queue, and the `resolve` of the promise that `send()` returned for it. */
interface QueuedQuestion<M> {
  readonly options: SendOptions | undefined;
  readonly resolve: (answer?: Promise<Message<M>>) => void;
}

/**
 * Runs the turns of a conversation, one at a time. A turn is a question, its answer, the tool calls of that answer, and the
 * answers after them. Public methods are fields, so that they do not need `this`.
 */
export class Session<M> extends Store<M> implements Conversation<M> {
  readonly id: string;
  /** May have getters, because the options of a component can change. */
  readonly #options: ConversationOptions<M>;
  readonly #generateId: () => string;
  /** The questions of the queue by ID, except those restored from `initial`. */
  readonly #queued = new Map<string, QueuedQuestion<M>>();
  /** The answer that is arriving or was cut off, and the idempotency key of its question. */
  #unfinished: SerializedConversation['unfinished'];
  /** Resolves to the last answer of the current turn; `undefined` if none runs. */
  #turn: Promise<Message<M>> | undefined;
  #resolveTurn!: (message: Message<M> | Promise<Message<M>>) => void;
  /** Aborts when the current turn is stopped. */
  #controller!: AbortController;
  #answer!: Answer<M>;
  /** Whether the page has set a result or approval of a call of `#answer` during its turn. */
  #hasPageResponse = false;

  constructor(options: ConversationOptions<M>) {
    super(options);
    if (DEVELOPMENT && typeof (options as Partial<typeof options>).request !== 'function')
      throw wrong('request', 'Give openaiMessages(), uiMessages() or a function of the messages.');
    assertChoices(options, { whenBusy: 'queue interrupt throw' });
    this.#options = options;
    const { initial, generateId = randomKey } = options;
    this.#generateId = generateId;
    const saved: unknown = Array.isArray(initial) ? { messages: initial } : Object(initial);
    const { id, messages = [], queue = [], unfinished } = saved as Partial<SerializedConversation<M>>;
    this.id = options.id ?? id ?? this.#generateId();
    this.#unfinished = unfinished;
    this.set({ messages: messages.map((message) => createMessage<M>(message, this.#generateId)), queue });
    this.settle();
  }

  readonly send: Conversation<M>['send'] = (input, options) => {
    const message = createMessage<M>(input, this.#generateId);
    const { id } = message;
    if (this.messages.concat(this.queue).some((other) => other.id === id))
      throw wrong('id', `A message has id ${id}.`);
    const whenBusy = this.#turn && (options?.whenBusy ?? this.#options.whenBusy);
    if (whenBusy === 'throw') throw wrong('whenBusy', 'An answer is arriving: stop it or set whenBusy.');
    if (whenBusy === 'interrupt' || (!this.#turn && !this.queue.length))
      return this.#startTurn('send', undefined, message, options);
    this.set({ queue: this.queue.concat({ ...message, status: 'queued' }) });
    return new Promise((resolve) => {
      this.#queued.set(id, { options, resolve });
      this.#sendNext();
    });
  };

  readonly stop = (): void => {
    if (!this.#turn) return;
    this.#interrupt();
    this.#sendNext();
  };

  readonly unqueue = (messageId: string): void => {
    this.set({ queue: this.queue.filter(({ id }) => id !== messageId) });
    // A question restored from `initial` has no promise.
    this.#queued.get(messageId)?.resolve();
    this.#queued.delete(messageId);
  };

  readonly regenerate: Conversation<M>['regenerate'] = (messageId, options) => {
    const [at, { role }] = this.#find('messageId', messageId, ({ id, role }) =>
      messageId === undefined ? role === 'user' : id === messageId,
    );
    return this.#startTurn('regenerate', role === 'assistant' ? at : at + 1, undefined, options, messageId);
  };

  readonly edit: Conversation<M>['edit'] = (messageId, input, options) => {
    const [at, message] = this.#find(
      'messageId',
      messageId,
      ({ id, role }) => id === messageId && role !== 'assistant',
    );
    const { parts = message.parts.filter((part) => part.type !== 'text'), ...given } = toInput(input);
    const edited = createMessage<M>({ ...message, ...given, parts, id: messageId }, this.#generateId);
    return this.#startTurn('edit', at, edited, options, messageId);
  };

  readonly addToolResult: Conversation<M>['addToolResult'] = ({ toolCallId, ...result }, options) =>
    this.#updateCall(toolCallId, resultChange(result), options);

  readonly addToolApproval: Conversation<M>['addToolApproval'] = ({ toolCallId, ...decision }, options) =>
    // Only the first decision counts.
    this.#updateCall(
      toolCallId,
      (call) =>
        call.state === 'approval-requested' && {
          state: 'approval-responded',
          approval: { ...call.approval!, ...decision },
        },
      options,
    );

  readonly setMessages: Conversation<M>['setMessages'] = (given) => {
    const inputs = typeof given === 'function' ? given(this.current) : given;
    const answer = this.#turn && this.#answer.message;
    const messages = inputs.map((input) =>
      answer && input.id === answer.id ? answer : createMessage<M>(input, this.#generateId),
    );
    if (!messages.includes(answer!)) {
      this.#interrupt();
      for (const { id } of this.queue) this.unqueue(id);
      this.settle();
    }
    this.set({ messages });
  };

  readonly resume: Conversation<M>['resume'] = async () => {
    const last = this.messages.at(-1);
    if (last && last.id === this.#unfinished?.messageId && !this.#turn && resumeOption(this.#options))
      return this.#startTurn('resume', -1);
    this.#sendNext();
    return this.#turn;
  };

  readonly clearError = (): void => {
    if (!this.#turn) this.settle();
  };

  readonly serialize: Conversation<M>['serialize'] = () => {
    const messages = this.current.map(toPlainMessage);
    return { id: this.id, messages, queue: this.queue, unfinished: this.#unfinished };
  };

  /** The index of the last message that matches. @throws OptionsError if none does */
  #find(
    option: string,
    id: string | undefined,
    matches: (message: Message<M>) => boolean,
  ): [at: number, message: Message<M>] {
    const at = this.current.map(matches).lastIndexOf(true);
    const message = this.messages[at];
    if (!message) throw wrong(option, `No message has ${option} ${id}.`);
    return [at, message];
  }

  /**
   * Stops the current turn and starts another.
   *
   * @param end The index of the first message to remove.
   * @param question The message to add.
   * @throws OptionsError before anything else has changed
   */
  #startTurn(
    trigger: Trigger,
    end?: number,
    question?: Message<M>,
    options?: AskOptions,
    messageId?: string,
  ): Promise<Message<M>> {
    this.#interrupt();
    // A callback may have started another turn meanwhile.
    this.#interrupt();
    const unfinished =
      trigger === 'resume' ? this.#unfinished! : { messageId: this.#generateId(), key: this.#generateId() };
    const context: AskContext = {
      id: this.id,
      trigger,
      messageId,
      answerId: unfinished.messageId,
      idempotencyKey: unfinished.key,
    };
    const messages = this.messages.slice(0, end).concat(question ?? []);
    const previous = this.#answer as Answer<M> | undefined;
    this.#answer = new Answer(this, this.#options, messages, context, options, this.#handleEnd);
    // A callback may have requested it while others were stopped. Its end is then ignored.
    previous?.stream.close();
    this.#unfinished = unfinished;
    this.#hasPageResponse = false;
    this.#controller = new AbortController();
    return (this.#turn = new Promise((resolve) => (this.#resolveTurn = resolve)));
  }

  /** Sends the next question of the queue, unless a turn is running. */
  #sendNext(): void {
    const next = this.queue[0];
    if (this.#turn || !next) return;
    try {
      const queued = this.#queued.get(next.id);
      const turn = this.#startTurn('send', undefined, { ...next, status: 'done' }, queued?.options);
      queued?.resolve(turn);
      this.unqueue(next.id);
    } catch (error) {
      // The question stays in the queue.
      this.settle(error as OptionsError);
    }
  }

  /** Stops the current turn. The parts received so far and the queue are kept. */
  #interrupt(): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#controller.abort();
    // Calls `#handleEnd`, unless the answer has already ended.
    this.#answer.stream.close();
    if (this.#turn === turn) this.#endTurn();
  }

  #updateCall(callId: string, change: CallChange, options?: AskOptions): Promise<Message<M> | undefined> {
    const isCall = (part: MessagePart): boolean => part.type === 'tool-call' && part.id === callId;
    const [, { id }] = this.#find('toolCallId', callId, (message) => message.parts.some(isCall));
    if (this.#turn && id === this.#answer.id) {
      this.#hasPageResponse = true;
      this.#answer.update(callId, change);
      return this.#turn;
    }
    this.update(id, callChange(callId, change));
    return !this.#turn && id === this.messages.at(-1)!.id && canContinue(this.messages, this.#options)
      ? this.#startTurn('tool-results', undefined, undefined, options)
      : Promise.resolve(undefined);
  }

  /** Runs the tools of an answer that has ended, all at once, and requests the next answer when every call has a result. */
  readonly #handleEnd = async (result: StreamResult, answer: Answer<M>): Promise<void> => {
    if (answer !== this.#answer) return;
    const { error } = result;
    const { message } = answer;
    const { onToolCall, onError, onFinish } = this.#options;
    const { signal } = this.#controller;
    if (!error) this.#unfinished = undefined;
    const calls = onToolCall ? message.parts.filter(isRunnable) : [];
    const mayContinue = isWhole(message) && (this.#hasPageResponse || calls.length > 0);
    if (mayContinue) this.set({ status: 'streaming' });
    else this.settle(error);
    if (error) runCallback(onError, error, message);
    runCallback(onFinish, message, result);
    const runTool = async (call: ToolCallContent): Promise<void> => {
      let result: CallResult;
      try {
        const output = await onToolCall!(call, { message, signal });
        if (output === undefined) return;
        result = { output };
      } catch (error) {
        if (signal.aborted) return;
        result = { error: errorText(error) };
      }
      this.update(message.id, callChange(call.id, resultChange(result)));
    };
    if (mayContinue && !signal.aborted) await Promise.allSettled(calls.map(runTool));
    if (signal.aborted) return;
    try {
      if (mayContinue && canContinue(this.messages, this.#options)) {
        this.#turn = undefined;
        return this.#resolveTurn(this.#startTurn('tool-results'));
      }
    } catch (error) {
      this.settle(error as OptionsError);
    }
    this.#endTurn();
    // The next question may depend on this answer, or on results that the page still has to provide.
    if (!this.error && !answer.message.parts.some(isPending)) this.#sendNext();
  };

  #endTurn(): void {
    this.settle(this.error);
    this.#turn = undefined;
    this.#resolveTurn(this.#answer.message);
  }
}
