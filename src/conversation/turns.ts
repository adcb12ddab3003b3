import type { AskContext, AskOptions } from '../contract/asking.ts';
import type {
  Conversation,
  ConversationOptions,
  MessageInput,
  SerializedConversation,
} from '../contract/conversation.ts';
import type { Message, MessagePart, ToolCallContent } from '../contract/message.ts';
import type { StreamResult } from '../contract/result.ts';
import { OptionsError } from '../errors.ts';
import { randomKey } from '../random-key.ts';
import { report } from '../stream/report.ts';
import { Answer, type Question } from './answer.ts';
import { resumeOf } from './ask.ts';
import { isCalled, isPending, isWhole, withCall, withResult, wordsOf, type CallChange, type CallResult } from './calls.ts';
import { messageOf, plain } from './message.ts';
import { Store } from './store.ts';

/**
 * Asks. One turn runs at a time: a question, its answer, the tools that this calls, and the answers after those. Functions that
 * the page calls are fields, as they need no `this`.
 */
export abstract class Turns<M> extends Store<M> {
  readonly id: string;
  /** They may have getters: the options of a component change. */
  readonly #options: ConversationOptions<M>;
  /** The answer that is arriving or was cut, and the key of its question. */
  #unfinished: SerializedConversation['unfinished'];
  /** The last answer of the turn that runs. */
  #turn: Promise<Message<M>> | undefined;
  #resolve!: (message: Message<M>) => void;
  #stop!: AbortController;
  #answer!: Answer<M>;

  constructor(options: ConversationOptions<M>) {
    super(options);
    this.#options = options;
    const { initial } = options;
    const kept = (Array.isArray(initial) ? { messages: initial } : (initial ?? {})) as Partial<
      SerializedConversation<M>
    >;
    const { messages = [], queue = [], unfinished } = kept;
    this.id = options.id ?? kept.id ?? this.#generateId();
    this.#unfinished = unfinished;
    this.set({ messages: messages.map((message) => this.messageOf(message)), queue });
    this.settle();
  }

  readonly stop = (): void => {
    if (!this.#turn) return;
    this.interrupt();
    this.askNext();
  };

  readonly addToolResult: Conversation<M>['addToolResult'] = ({ toolCallId, output, error }, options) =>
    this.#answerCall(toolCallId, withResult({ output, error }), options);

  readonly addToolApproval: Conversation<M>['addToolApproval'] = (
    { toolCallId, approved, reason },
    options,
  ) => {
    // The first word counts.
    const change: CallChange = (call) =>
      call.state === 'approval-requested'
        ? { ...call, state: 'approval-responded', approval: { ...call.approval!, approved, reason } }
        : call;
    return this.#answerCall(toolCallId, change, options);
  };

  readonly resume: Conversation<M>['resume'] = () => {
    const { messages } = this.current;
    const message = messages.at(-1);
    if (message && message.id === this.#unfinished?.messageId && !this.#turn && resumeOf(this.#options))
      return this.begin('resume', messages.slice(0, -1));
    this.askNext();
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

  /** Asks what waits, unless a turn runs. */
  protected abstract askNext(): void;

  /** The newest answer of the turn that runs. */
  protected get answer(): Message<M> | undefined {
    return this.#turn && this.#answer.message;
  }

  /** The newest such message, and those before it. @throws OptionsError where there is none */
  protected find(
    is: (message: Message<M>) => boolean,
    option: string,
    id: string | undefined,
  ): [message: Message<M>, before: readonly Message<M>[]] {
    const { messages } = this.current;
    const at = messages.map(is).lastIndexOf(true);
    if (at < 0) throw new OptionsError(`There is no such message (${option}: ${id}).`, { option });
    return [messages[at]!, messages.slice(0, at)];
  }

  protected messageOf(input: string | MessageInput<M>): Message<M> {
    return messageOf(input, this.#generateId);
  }

  /** Begins a turn, after the one that runs was stopped. @throws OptionsError before anything else has changed */
  protected begin(...question: Question<M>): Promise<Message<M>> {
    this.interrupt();
    // What a callback has begun meanwhile.
    this.interrupt();
    this.#ask(...question);
    this.#stop = new AbortController();
    return (this.#turn = new Promise((resolve) => (this.#resolve = resolve)));
  }

  /** Stops the turn. What arrived stays, and what waits goes on waiting. */
  protected interrupt(): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#stop.abort();
    // Calls `#end`, if it had not ended.
    this.#answer.stream.close();
    if (this.#turn === turn) this.#finish();
  }

  #answerCall(callId: string, change: CallChange, options?: AskOptions): Promise<Message<M> | undefined> {
    const isIt = (part: MessagePart): boolean => part.type === 'tool-call' && part.id === callId;
    const [{ id }] = this.find(({ parts }) => parts.some(isIt), 'toolCallId', callId);
    if (this.#turn && id === this.#answer.id) {
      this.#answer.answerCall(callId, change);
      return this.#turn;
    }
    this.change(id, withCall(callId, change));
    return !this.#turn && id === this.messages.at(-1)!.id && this.#canContinue()
      ? this.begin('tool-results', this.messages, options)
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
    this.#answer = new Answer(this, this.#options, messages, context, asked, this.#end);
    this.#unfinished = asking;
  }

  /**
   * Whether to ask again with the results of tools: the last answer is whole, and none of its calls waits.
   * @throws OptionsError where tools were called too often in a row
   */
  #canContinue(): boolean {
    const { continueAfterTools = true, maxRounds = 20 } = this.#options;
    const { messages } = this.current;
    const last = messages.at(-1)!;
    if (!isWhole(last) || last.parts.some(isPending)) return false;
    if (!(typeof continueAfterTools === 'function' ? continueAfterTools(last) : continueAfterTools))
      return false;
    const rounds = messages.slice(-1 - maxRounds);
    if (rounds.length > maxRounds && rounds.every(({ role }) => role === 'assistant')) {
      throw new OptionsError(`More than ${maxRounds} answers in a row called tools: raise maxRounds?`, {
        option: 'maxRounds',
      });
    }
    return true;
  }

  readonly #end = (result: StreamResult): void => {
    const { error } = result;
    const { onToolCall, onError, onFinish } = this.#options;
    const { signal } = this.#stop;
    const { message, isAnswered } = this.#answer;
    if (!error) this.#unfinished = undefined;
    const calls = onToolCall ? message.parts.filter(isCalled) : [];
    const goesOn = isWhole(message) && (isAnswered || calls.length > 0);
    if (goesOn) this.set({ status: 'streaming' });
    else this.settle(error);
    if (error) report(onError, error, message);
    report(onFinish, message, result);
    if (signal.aborted) return;
    if (goesOn) void this.#runTools(calls, message);
    else this.#finish();
  };

  /** Runs the tools side by side, and asks again when each call has its result. */
  async #runTools(calls: readonly ToolCallContent[], message: Message<M>): Promise<void> {
    const { onToolCall } = this.#options;
    const { signal } = this.#stop;
    const run = async (call: ToolCallContent): Promise<void> => {
      const end = (result: CallResult): void => this.change(message.id, withCall(call.id, withResult(result)));
      try {
        const output = await onToolCall!(call, { message, signal });
        if (output !== undefined) end({ output });
      } catch (error) {
        if (!signal.aborted) end({ error: wordsOf(error) });
      }
    };
    await Promise.all(calls.map(run));
    if (signal.aborted) return;
    try {
      if (this.#canContinue()) return this.#ask('tool-results', this.messages);
    } catch (error) {
      this.settle(error as OptionsError);
    }
    this.#finish();
  }

  /** The turn is over. */
  #finish(): void {
    const message = this.answer!;
    this.settle(this.error);
    this.#turn = undefined;
    this.#resolve(message);
    // What waits may count on the answer, or on what its tools give.
    if (!this.#stop.signal.aborted && !this.error && !message.parts.some(isPending)) this.askNext();
  }
}
