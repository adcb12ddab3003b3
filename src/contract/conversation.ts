import type { TeleprinterError } from '../errors.ts';
import type { AskContext, AskOptions, RequestBody, SendOptions, WhenBusy } from './asking.ts';
import type { Message, MessagePart, Role, ToolCallContent } from './message.ts';
import type { StreamInput, StreamOptions } from './options.ts';
import type { StreamResult } from './result.ts';

/**
 * What the conversation is doing. `ready`: nothing. `submitted`: asked, and nothing has arrived. `streaming`: an answer
 * arrives, or a tool of `onToolCall` runs. `error`: the last answer was cut or failed; the next question ends this.
 * @example
 * import type { ConversationStatus } from 'teleprinter/conversation';
 * const canStop = (status: ConversationStatus) => status === 'submitted' || status === 'streaming';
 */
export type ConversationStatus = 'ready' | 'submitted' | 'streaming' | 'error';

/**
 * What is shown of a conversation: a new object for each change, for stores and frameworks.
 * @example
 * import type { ConversationSnapshot } from 'teleprinter/conversation';
 * const render = ({ messages, status }: ConversationSnapshot) => console.log(messages.length, status);
 */
export interface ConversationSnapshot<Metadata = unknown> {
  /** A new list where a message is new or has changed. The other messages in it are the same objects as before. */
  readonly messages: readonly Message<Metadata>[];
  /** Questions that wait for the answer before them. */
  readonly queue: readonly Message<Metadata>[];
  readonly status: ConversationStatus;
  /** Why the last answer was cut or failed. */
  readonly error: TeleprinterError | undefined;
}

/**
 * A message as it is given to a conversation: `text`, `parts`, or both.
 * @example
 * import type { MessageInput } from 'teleprinter/conversation';
 * const rules: MessageInput = { role: 'system', text: 'You know all about tea.' };
 */
export interface MessageInput<Metadata = unknown> extends Partial<
  Omit<Message<Metadata>, 'id' | 'role' | 'parts'>
> {
  /** @default by `generateId` */
  readonly id?: string | undefined;
  /** @default 'user' */
  readonly role?: Role | undefined;
  /** Stands before `parts`. */
  readonly text?: string | undefined;
  readonly parts?: readonly MessagePart[] | undefined;
}

/**
 * A result for a call: its output, or what went wrong.
 * @example
 * import type { ToolResult } from 'teleprinter/conversation';
 * const result: ToolResult = { toolCallId: 'call_1', output: { minutes: 3 } };
 */
export type ToolResult =
  | { readonly toolCallId: string; readonly output: unknown; readonly error?: undefined }
  | { readonly toolCallId: string; readonly error: string; readonly output?: undefined };

/**
 * The page's word on a tool that the server would run.
 * @example
 * import type { ToolApproval } from 'teleprinter/conversation';
 * const answer: ToolApproval = { toolCallId: 'call_1', approved: false, reason: 'not today' };
 */
export interface ToolApproval {
  readonly toolCallId: string;
  readonly approved: boolean;
  /** Why, for the model. */
  readonly reason?: string | undefined;
}

/**
 * A conversation as plain JSON.
 * @example
 * import type { SerializedConversation } from 'teleprinter/conversation';
 * const keep = (chat: SerializedConversation) => localStorage.setItem(chat.id, JSON.stringify(chat));
 */
export interface SerializedConversation<Metadata = unknown> {
  readonly id: string;
  readonly messages: readonly Message<Metadata>[];
  readonly queue: readonly Message<Metadata>[];
  /** The answer that was still arriving, and the key of its question, so that it can be found again. */
  readonly unfinished?: { readonly messageId: string; readonly key: string } | undefined;
}

/**
 * The options of `createConversation()`: those of `stream()`, which hold for every request, and these.
 * @example
 * import { openaiMessages, type ConversationOptions } from 'teleprinter/conversation';
 * const options: ConversationOptions = { input: '/api/chat', request: openaiMessages(), whenBusy: 'interrupt' };
 */
export interface ConversationOptions<Metadata = unknown> extends Omit<
  StreamOptions,
  'body' | 'idempotencyKey' | 'lastEventId'
> {
  /** Where to ask: a URL or Request; or a function that gives one, or a Response or byte stream, for each question. */
  readonly input:
    | string
    | URL
    | Request
    | ((messages: readonly Message<Metadata>[], context: AskContext) => StreamInput);
  /**
   * Makes the body of each request. `openaiMessages()` and `uiMessages()` are such functions, for servers that take the
   * messages of OpenAI or of the AI SDK.
   */
  readonly request: RequestBody<Metadata>;
  /** The ID of the conversation, for the server. @default by `generateId` */
  readonly id?: string | undefined;
  /** What `serialize()` gave, or messages. */
  readonly initial?: SerializedConversation<Metadata> | readonly MessageInput<Metadata>[] | null | undefined;
  /** @default 128 random bits in digits */
  readonly generateId?: (() => string) | undefined;
  /**
   * Sends `Idempotency-Key`, another for each question, so that a server that honours it answers a question once, whatever
   * happens to the connection. A server of another origin must allow the header. `true` says that the server honours it:
   * then a request that brought nothing is repeated. So does `resume`.
   * @default the header is sent, and nothing is repeated for it
   */
  readonly idempotencyKey?: boolean | undefined;
  /**
   * Keeps the place in the answer that is arriving under this name in `sessionStorage`, so that `resume()` goes on with it
   * after a reload. It needs a server that is a relay of `teleprinter/server`, or works like one, and implies `resume: true`.
   */
  readonly resumeKey?: string | undefined;
  /**
   * What happens to a question while an answer is arriving: answers never mix. `queue`: it waits in `queue`, and is asked
   * when the answer is whole or stopped; not after one that was cut or failed, where it waits for the next that is whole.
   * `interrupt`: the answer is stopped, and the question asked. `throw`: `send()` throws an OptionsError.
   * @default 'queue'
   */
  readonly whenBusy?: WhenBusy | undefined;
  /**
   * Whether to ask again, with the results, once each tool call of the last answer has what it waits for from the page. A
   * function decides for each answer.
   * @default true
   */
  readonly continueAfterTools?: boolean | ((message: Message<Metadata>) => boolean) | undefined;
  /** How many answers in a row may call tools before the conversation stops with an OptionsError. @default 20 */
  readonly maxRounds?: number | undefined;
  /** The shortest time between two notifications of an answer that grows, in milliseconds; 0 is one a batch. @default 16 */
  readonly throttle?: number | undefined;
  /**
   * A tool is called: once for each call that the answer has no result for, at the end of an answer that is whole. What it
   * returns is the result; `undefined` is none, and `addToolResult()` may give one later. What it throws becomes the call's
   * error, for the model. `signal` aborts when the conversation is stopped.
   */
  readonly onToolCall?:
    | ((
        call: ToolCallContent,
        context: { readonly message: Message<Metadata>; readonly signal: AbortSignal },
      ) => unknown)
    | undefined;
  /** An answer ended, with any outcome; `result` has the finish reason and the times. */
  readonly onFinish?: ((message: Message<Metadata>, result: StreamResult) => void) | undefined;
  /** An answer was cut or failed; called before `onFinish`. */
  readonly onError?: ((error: TeleprinterError, message?: Message<Metadata>) => void) | undefined;
}

/**
 * A conversation with a model: the fields of its snapshot, and what it does. Its functions need no `this`.
 * @example
 * import type { Conversation } from 'teleprinter/conversation';
 * const retry = ({ status, regenerate }: Conversation) => status === 'error' && regenerate();
 */
export interface Conversation<Metadata = unknown> {
  readonly id: string;
  readonly messages: readonly Message<Metadata>[];
  readonly queue: readonly Message<Metadata>[];
  readonly status: ConversationStatus;
  readonly error: TeleprinterError | undefined;
  /**
   * Asks. While an answer arrives, `whenBusy` decides.
   * @returns The last answer, when it has ended in any way, and tools have run; `undefined` where the question was taken out
   *   of the queue. Never rejects.
   * @throws OptionsError for an empty message, for an ID that is there already, and for `whenBusy: 'throw'`
   */
  send(
    message: string | MessageInput<Metadata>,
    options?: SendOptions,
  ): Promise<Message<Metadata> | undefined>;
  /** Stops the answer that is arriving, and the tools that run; what arrived stays. Then the next of the queue is asked. */
  stop(): void;
  /** Takes a question out of the queue. */
  unqueue(messageId: string): void;
  /**
   * Drops an answer and all that follows, and asks again with what is before it. An answer that is arriving is stopped.
   * @param messageId An answer, or the question. @default all answers to the last question
   * @throws OptionsError where there is no such message
   */
  regenerate(messageId?: string, options?: AskOptions): Promise<Message<Metadata> | undefined>;
  /**
   * Changes a question, drops all that follows, and asks again. Its files stay, unless `parts` are given. An answer that is
   * arriving is stopped.
   * @throws OptionsError where there is no such question
   */
  edit(
    messageId: string,
    message: string | MessageInput<Metadata>,
    options?: AskOptions,
  ): Promise<Message<Metadata> | undefined>;
  /**
   * Gives a call its result; the first one counts. When each call of the last answer has one, it asks again, unless
   * `continueAfterTools` says otherwise.
   * @returns The next answer, when it has ended; `undefined` where it did not ask.
   * @throws OptionsError where there is no such call
   */
  addToolResult(result: ToolResult, options?: AskOptions): Promise<Message<Metadata> | undefined>;
  /**
   * Says whether the server may run a tool that it asked about: a call in the state `approval-requested`. What happens then is
   * as with `addToolResult()`.
   * @throws OptionsError where there is no such call
   */
  addToolApproval(approval: ToolApproval, options?: AskOptions): Promise<Message<Metadata> | undefined>;
  /**
   * Replaces the messages. An answer that is arriving goes on if it is among them, by its ID; if not, it is stopped, and the
   * queue dropped.
   */
  setMessages(
    messages:
      | readonly MessageInput<Metadata>[]
      | ((messages: readonly Message<Metadata>[]) => readonly MessageInput<Metadata>[]),
  ): void;
  /**
   * Goes on with an answer that a reload or a lost connection has cut, and then with the queue; the model is not asked again
   * by a server that honours `Last-Event-ID` or `Idempotency-Key`. It needs the option `resume` or `resumeKey`. While an
   * answer arrives, that one is meant: calling it twice does nothing more.
   * @returns The answer, when it has ended; `undefined` where there is none to go on with.
   */
  resume(): Promise<Message<Metadata> | undefined>;
  /** Ends the status `error`. The message keeps its own. */
  clearError(): void;
  /**
   * The conversation as plain JSON, with all that has arrived. Keep it when the page goes, and give it as `initial`.
   *
   * @example
   * addEventListener('pagehide', () => sessionStorage.setItem('chat', JSON.stringify(conversation.serialize())));
   */
  serialize(): SerializedConversation<Metadata>;
  /**
   * Calls back after each change of the snapshot, once for all that came together.
   * @returns A function that removes the listener.
   */
  subscribe(listener: () => void): () => void;
  /** The same object until something changes. */
  getSnapshot(): ConversationSnapshot<Metadata>;
}
