import type { AskContext, AskOptions, Trigger } from '../contract/asking.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { Message, ToolCallContent } from '../contract/message.ts';
import type { Part } from '../contract/parts.ts';
import type { StreamResult } from '../contract/result.ts';
import { OptionsError } from '../errors.ts';
import { isUnfinished } from '../stream/memory.ts';
import { report } from '../stream/report.ts';
import { AnswerParts } from './answer-parts.ts';
import { openAnswer } from './ask.ts';
import {
  isPending,
  messageWith,
  saidOfCall,
  withCall,
  withResult,
  wordsOf,
  type CallChange,
} from './calls.ts';
import type { Settings } from './settings.ts';
import { replaced, type Store } from './store.ts';

/** An answer that is to be gone on with. */
interface Unfinished<M> {
  readonly message: Message<M>;
  readonly key: string;
}

/** A question to ask. */
export interface Question<M> {
  readonly trigger: Trigger;
  readonly messages: readonly Message<M>[];
  readonly messageId?: string | undefined;
  readonly options?: AskOptions | undefined;
  readonly unfinished?: Unfinished<M> | undefined;
}

/** One turn: a question, its answer, the tools that it calls, and the answers after those. One runs at a time. */
export class Turn<M> {
  /** The newest answer. */
  message!: Message<M>;
  /** The idempotency key of its question. */
  key!: string;
  /** The last answer, when the turn is over. */
  readonly done: Promise<Message<M>>;
  readonly #settings: Settings<M>;
  readonly #store: Store<M>;
  readonly #onEnd: () => void;
  readonly #stop = new AbortController();
  #resolve!: (message: Message<M>) => void;
  #stream!: EventStream;
  #parts = new AnswerParts();
  /** Whether what arrives is what the stream had kept: the message has it already. */
  #isKept = false;
  /** Whether the page has answered a call of the newest answer. */
  #isAnswered = false;
  #isOver = false;

  /** @param onEnd Called when the turn is over. */
  constructor(settings: Settings<M>, store: Store<M>, onEnd: (turn: Turn<M>) => void) {
    this.#settings = settings;
    this.#store = store;
    this.#onEnd = () => onEnd(this);
    this.done = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Whether the newest answer is arriving. */
  get isArriving(): boolean {
    return this.message.status === 'submitted' || this.message.status === 'streaming';
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Asks, and shows the answer that will arrive. @throws OptionsError before anything has changed */
  ask({ trigger, messages, messageId, options, unfinished }: Question<M>): void {
    const { id, generateId } = this.#settings;
    const key = unfinished?.key ?? generateId();
    const before = unfinished?.message;
    const answerId = before?.id ?? generateId();
    const context: AskContext = { id, trigger, messageId, answerId, idempotencyKey: key };
    this.#stream = openAnswer(this.#settings, messages, context, options, {
      arrive: (part) => this.#arrive(part),
      open: () => this.#open(),
      restart: () => this.#parts.load([]),
      end: (result) => this.#end(result),
    });
    this.key = key;
    this.#parts = new AnswerParts();
    this.#isKept = before !== undefined && isUnfinished(this.#settings.resumeKey ?? '');
    this.#isAnswered = false;
    this.message = {
      ...before,
      id: answerId,
      role: 'assistant',
      parts: before?.parts ?? [],
      status: 'submitted',
      outcome: undefined,
      error: undefined,
    };
    this.#store.set({ messages: [...messages, this.message], status: 'submitted', error: undefined });
  }

  /** Stops the answer, or the tools. What arrived stays. */
  stop(): void {
    this.#stop.abort();
    // Calls `#end`, if it had not ended.
    this.#stream.close();
    if (!this.#isOver) this.#finish();
  }

  /** The page answers a call of a message. */
  changeCall(message: Message<M>, id: string, change: CallChange): void {
    if (message.id === this.message.id) this.#isAnswered = true;
    if (message.id === this.message.id && this.isArriving) {
      this.#parts.load(withCall(this.#parts.take(), id, change));
      this.#store.grow(this.#take);
    } else changeCall(this.#store, message.id, id, change);
  }

  #arrive(part: Part): void {
    if (part.type === 'data' && part.name === 'rollback') {
      // What is left of the answer.
      this.#parts.truncate(
        part.data as { text: string; reasoning: string },
        this.#stream.getSnapshot().toolCalls,
      );
    } else if (this.#isOfEarlier(part) || !this.#parts.add(part)) return;
    if (!this.#isKept) this.#grow();
  }

  /** What a tool gave that an earlier answer called, and the page let run. */
  #isOfEarlier(part: Part): boolean {
    const { id, change } = (part.type === 'data' && saidOfCall(part)) || {};
    if (!id || !change || this.#parts.has(id)) return false;
    const isIt = (call: ToolCallContent): boolean => call.id === id && call.approval?.approved !== undefined;
    const message = messageWith(this.#store.current.messages, isIt);
    if (message) changeCall(this.#store, message.id, id, change);
    return Boolean(message);
  }

  /** A connection opened: what the stream had kept has arrived. */
  #open(): void {
    if (!this.#isKept) return;
    this.#isKept = false;
    this.#parts.adopt(this.message.parts);
    this.#grow();
  }

  #grow(): void {
    const isFirst = this.message.status === 'submitted';
    if (isFirst) this.message = { ...this.message, status: 'streaming' };
    this.#store.grow(this.#take);
    if (isFirst) this.#store.set({ status: 'streaming' });
  }

  /** The answer, with all that has arrived. */
  readonly #take = (): Message<M> => {
    const { isUsed, metadata } = this.#parts;
    // An answer that is sent again from its start takes the place of what there was when it arrives.
    if (isUsed && !this.#isKept) this.message = { ...this.message, parts: this.#parts.take() };
    // What a server sends is as typed as the rest of its answer.
    if (metadata)
      this.message = { ...this.message, metadata: { ...this.message.metadata, ...metadata } as M };
    return this.message;
  };

  #end(result: StreamResult): void {
    const { outcome, usage, error } = result;
    const message: Message<M> = { ...this.#take(), status: error ? 'error' : 'done', outcome, error, usage };
    const { parts } = message;
    this.message = message;
    const isWhole = /^(complete|tool-calls)$/.test(outcome);
    const pending = isWhole ? parts.filter(isPending) : [];
    const calls = this.#settings.onToolCall ? pending.filter(({ state }) => state === 'called') : [];
    const goesOn = pending.length > 0 ? calls.length > 0 : isWhole && this.#isAnswered;
    this.#store.set({
      messages: replaced(this.#store.current.messages, message),
      status: error ? 'error' : goesOn ? 'streaming' : 'ready',
      error,
    });
    if (error) report(this.#settings.onError, error, message);
    report(this.#settings.onFinish, message, result);
    if (this.#isOver) return;
    if (goesOn && !this.#stop.signal.aborted) void this.#runTools(calls);
    else this.#finish();
  }

  /** Runs the tools side by side, and asks again when each call has its result. */
  async #runTools(calls: readonly ToolCallContent[]): Promise<void> {
    const { onToolCall } = this.#settings;
    const { message } = this;
    const { signal } = this.#stop;
    const run = async (call: ToolCallContent): Promise<void> => {
      try {
        const output = await onToolCall?.(call, { message, signal });
        if (output !== undefined) this.changeCall(message, call.id, withResult({ output }));
      } catch (error) {
        if (!signal.aborted) this.changeCall(message, call.id, withResult({ error: wordsOf(error) }));
      }
    };
    await Promise.all(calls.map(run));
    if (this.#isOver) return;
    const { messages } = this.#store.current;
    try {
      if (this.#isAnswered && canContinue(this.#settings, messages))
        this.ask({ trigger: 'tool-results', messages });
      else this.#finish();
    } catch (error) {
      this.#store.set({ status: 'error', error: error as OptionsError });
      this.#finish();
    }
  }

  #finish(): void {
    this.#isOver = true;
    const { messages, status } = this.#store.current;
    if (status !== 'error') this.#store.set({ status: 'ready' });
    // With the results that its calls have got since.
    this.message = messages.find(({ id }) => id === this.message.id) ?? this.message;
    this.#resolve(this.message);
    this.#onEnd();
  }
}

/** Changes a call of a message. */
export function changeCall<M>(store: Store<M>, messageId: string, callId: string, change: CallChange): void {
  const messages = store.current.messages.map((message) =>
    message.id === messageId ? { ...message, parts: withCall(message.parts, callId, change) } : message,
  );
  store.set({ messages });
}

/**
 * Whether to ask again with the results of tools: the last answer is whole, and none of its calls waits.
 * @throws OptionsError where tools were called too often in a row
 */
export function canContinue<M>(
  { continueAfterTools = true, maxRounds }: Settings<M>,
  messages: readonly Message<M>[],
): boolean {
  const last = messages.at(-1);
  if (!last || !/^(complete|tool-calls)$/.test(last.outcome ?? '') || last.parts.some(isPending))
    return false;
  if (!(typeof continueAfterTools === 'function' ? continueAfterTools(last) : continueAfterTools))
    return false;
  let rounds = 0;
  while (messages.at(-1 - rounds)?.role === 'assistant') rounds++;
  if (rounds > maxRounds) {
    throw new OptionsError(
      `Tools were called in ${rounds} answers in a row. See what they give, or raise maxRounds.`,
      { option: 'maxRounds' },
    );
  }
  return true;
}
