import type { AskOptions } from '../contract/asking.ts';
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
import { isPending, isSettled, isWhole, withCall, withResult, wordsOf, type CallChange } from './calls.ts';
import { lastIndex, messageOf, plain } from './message.ts';
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
    const { generateId = randomKey, initial, throttle = 16 } = options;
    const kept = (Array.isArray(initial) ? { messages: initial } : (initial ?? {})) as Partial<
      SerializedConversation<M>
    >;
    const { messages = [], queue = [], unfinished } = kept;
    super(
      {
        messages: messages.map((message) => messageOf<M>(message, generateId)),
        queue,
        status: 'ready',
        error: undefined,
      },
      throttle,
    );
    this.id = options.id ?? kept.id ?? generateId();
    this.#options = options;
    this.#unfinished = unfinished;
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
    const { messageId, key } = this.#unfinished ?? {};
    if (message && message.id === messageId && !this.#turn && resumeOf(this.#options))
      return this.begin('resume', messages.slice(0, -1), undefined, undefined, message, key);
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

  /** Asks what waits, unless a turn runs. */
  protected abstract askNext(): void;

  /** The newest answer of the turn that runs. */
  protected get answer(): Message<M> | undefined {
    return this.#turn && this.#answer.message;
  }

  /** Where the newest such message is. @throws OptionsError where there is none */
  protected indexOf(is: (message: Message<M>) => boolean, option: string, id: string | undefined): number {
    const at = lastIndex(this.current.messages, is);
    if (at < 0) throw new OptionsError(`There is no such message (${option}: ${id}).`, { option });
    return at;
  }

  protected messageOf(input: string | MessageInput<M>): Message<M> {
    return messageOf(input, this.#options.generateId ?? randomKey);
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
    const at = this.indexOf(({ parts }) => parts.some(isIt), 'toolCallId', callId);
    const message = this.messages[at]!;
    const isNewest = this.#turn && message.id === this.#answer.id;
    if (!isNewest || !this.#answer.answerCall(callId, change))
      this.change(message.id, withCall(callId, change));
    if (isNewest) return this.#turn!;
    if (!this.#turn && at === this.messages.length - 1 && this.#canContinue())
      return this.begin('tool-results', this.messages, options);
    return Promise.resolve(undefined);
  }

  /** Asks, and shows the answer that will arrive. @throws OptionsError before anything has changed */
  #ask(...question: Question<M>): void {
    const answer = new Answer(this, this.#options, this.id, this.#end, ...question);
    this.#answer = answer;
    this.#unfinished = { messageId: answer.id, key: answer.key };
  }

  /**
   * Whether to ask again with the results of tools: the last answer is whole, and none of its calls waits.
   * @throws OptionsError where tools were called too often in a row
   */
  #canContinue(): boolean {
    const { continueAfterTools = true, maxRounds = 20 } = this.#options;
    const { messages } = this.current;
    const last = messages.at(-1)!;
    if (!isSettled(last)) return false;
    if (!(typeof continueAfterTools === 'function' ? continueAfterTools(last) : continueAfterTools))
      return false;
    if (lastIndex(messages, ({ role }) => role !== 'assistant') < messages.length - 1 - maxRounds) {
      throw new OptionsError(`More than ${maxRounds} answers in a row called tools: raise maxRounds?`, {
        option: 'maxRounds',
      });
    }
    return true;
  }

  readonly #end = (result: StreamResult, answer: Answer<M>): void => {
    if (answer !== this.#answer) return;
    const { error } = result;
    const { onToolCall, onError, onFinish } = this.#options;
    const { signal } = this.#stop;
    const { message, isAnswered } = answer;
    if (!error) this.#unfinished = undefined;
    const calls =
      onToolCall && isWhole(message)
        ? message.parts.filter((part) => isPending(part) && part.state === 'called')
        : [];
    const goesOn = calls.length > 0 || (isAnswered && isSettled(message));
    this.settle(error);
    if (goesOn) this.set({ status: 'streaming' });
    if (error) report(onError, error, message);
    report(onFinish, message, result);
    if (signal.aborted) return;
    if (goesOn) void this.#runTools(calls as ToolCallContent[], message);
    else this.#finish(true);
  };

  /** Runs the tools side by side, and asks again when each call has its result. */
  async #runTools(calls: readonly ToolCallContent[], message: Message<M>): Promise<void> {
    const { onToolCall } = this.#options;
    const { signal } = this.#stop;
    const run = async (call: ToolCallContent): Promise<void> => {
      const change = (result: CallChange): void => this.change(message.id, withCall(call.id, result));
      try {
        const output = await onToolCall!(call, { message, signal });
        if (output !== undefined) change(withResult({ output }));
      } catch (error) {
        if (!signal.aborted) change(withResult({ error: wordsOf(error) }));
      }
    };
    await Promise.all(calls.map(run));
    if (signal.aborted) return;
    try {
      if (this.#canContinue()) return this.#ask('tool-results', this.messages);
    } catch (error) {
      this.settle(error as OptionsError);
    }
    this.#finish(true);
  }

  /** The turn is over. */
  #finish(isByItself?: boolean): void {
    const message = this.answer!;
    this.settle(this.error);
    this.#turn = undefined;
    this.#resolve(message);
    // What waits may count on the answer, or on what its tools give.
    if (isByItself && !this.error && !message.parts.some(isPending)) this.askNext();
  }
}
