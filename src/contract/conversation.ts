import type { TeleprinterError } from '../errors.ts';
import type { AskContext, AskOptions, RequestBody, SendOptions, WhenBusy } from './asking.ts';
import type { Message, MessagePart, Role, ToolCallContent } from './message.ts';
import type { StreamInput, StreamOptions } from './options.ts';
import type { StreamResult } from './result.ts';

/**
 * The state of a conversation. `ready`: idle. `submitted`: a question was sent, and nothing has arrived yet.
 * `streaming`: an answer is arriving, or a tool of `onToolCall` is running. `error`: the last answer was cut off or
 * failed; the next question clears this.
 * @example
 * import type { ConversationStatus } from 'teleprinter/conversation';
 * const canStop = (status: ConversationStatus) => status === 'submitted' || status === 'streaming';
 */
export type ConversationStatus = 'ready' | 'submitted' | 'streaming' | 'error';

/**
 * The visible state of a conversation. Each change creates a new object, as stores and frameworks expect.
 * @example
 * import type { ConversationSnapshot } from 'teleprinter/conversation';
 * const render = ({ messages, status }: ConversationSnapshot) => console.log(messages.length, status);
 */
export interface ConversationSnapshot<Metadata = unknown> {
  /** A new list whenever a message is added or changes. Unchanged messages in it are the same objects as before. */
  readonly messages: readonly Message<Metadata>[];
  /** Questions that wait until the current answer has ended. */
  readonly queue: readonly Message<Metadata>[];
  /** `ready`, `submitted`, `streaming` or `error`. */
  readonly status: ConversationStatus;
  /** Why the last answer was cut off or failed. */
  readonly error: TeleprinterError | undefined;
}

/**
 * A message as the page passes it to a conversation: `text`, `parts`, or both.
 * @example
 * import type { MessageInput } from 'teleprinter/conversation';
 * const rules: MessageInput = { role: 'system', text: 'You know all about tea.' };
 */
export interface MessageInput<Metadata = unknown> extends Partial<
  Omit<Message<Metadata>, 'id' | 'role' | 'parts'>
> {
  /** @default created by `generateId` */
  readonly id?: string | undefined;
  /** @default 'user' */
  readonly role?: Role | undefined;
  /** Becomes a text part before `parts`. */
  readonly text?: string | undefined;
  readonly parts?: readonly MessagePart[] | undefined;
}

/**
 * The result of a tool call: its output, or an error message.
 * @example
 * import type { ToolResult } from 'teleprinter/conversation';
 * const result: ToolResult = { toolCallId: 'call_1', output: { minutes: 3 } };
 */
export type ToolResult =
  | { readonly toolCallId: string; readonly output: unknown; readonly error?: undefined }
  | { readonly toolCallId: string; readonly error: string; readonly output?: undefined };

/**
 * The page's decision whether the server may run a tool.
 * @example
 * import type { ToolApproval } from 'teleprinter/conversation';
 * const answer: ToolApproval = { toolCallId: 'call_1', approved: false, reason: 'not today' };
 */
export interface ToolApproval {
  readonly toolCallId: string;
  readonly approved: boolean;
  /** The reason, for the model. */
  readonly reason?: string | undefined;
}

/**
 * A conversation as plain JSON, as `serialize()` returns it.
 * @example
 * import type { SerializedConversation } from 'teleprinter/conversation';
 * const keep = (chat: SerializedConversation) => localStorage.setItem(chat.id, JSON.stringify(chat));
 */
export interface SerializedConversation<Metadata = unknown> {
  readonly id: string;
  readonly messages: readonly Message<Metadata>[];
  readonly queue: readonly Message<Metadata>[];
  /** The answer that was still arriving, and the key of its question, by which `resume()` finds it again. */
  readonly unfinished?: { readonly messageId: string; readonly key: string } | undefined;
}

/**
 * The options of `createConversation()`: those of `stream()`, which apply to every request, and the following.
 * @example
 * import { openaiMessages, type ConversationOptions } from 'teleprinter/conversation';
 * const options: ConversationOptions = { input: '/api/chat', request: openaiMessages(), whenBusy: 'interrupt' };
 */
export interface ConversationOptions<Metadata = unknown> extends Omit<
  StreamOptions,
  'body' | 'idempotencyKey' | 'lastEventId'
> {
  /**
   * The endpoint: a URL or Request; or a function that is called for each question and returns one, or a Response or
   * byte stream.
   */
  readonly input:
    | string
    | URL
    | Request
    | ((messages: readonly Message<Metadata>[], context: AskContext) => StreamInput);
  /**
   * Creates the body of each request. `openaiMessages()` and `uiMessages()` return such functions, for servers that
   * accept the messages of OpenAI or of the AI SDK.
   */
  readonly request: RequestBody<Metadata>;
  /** The ID of the conversation, for the server. @default created by `generateId` */
  readonly id?: string | undefined;
  /** The result of `serialize()`, or messages. */
  readonly initial?: SerializedConversation<Metadata> | readonly MessageInput<Metadata>[] | null | undefined;
  /** Creates the IDs of messages and of the conversation. @default 128 random bits in digits */
  readonly generateId?: (() => string) | undefined;
  /**
   * Sends `Idempotency-Key` with a new key for each question, so that a server that honours it answers a question
   * once, even if the connection is lost. A server of another origin must allow the header. `true` declares that the
   * server honours it, as `resume` does: then a request that brought nothing is repeated.
   * @default the header is sent, but nothing is repeated because of it
   */
  readonly idempotencyKey?: boolean | undefined;
  /**
   * Stores the position in the current answer under this name in `sessionStorage`, so that `resume()` continues it
   * after a reload. Requires a relay of `teleprinter/server` or a server that works like one, and implies
   * `resume: true`.
   */
  readonly resumeKey?: string | undefined;
  /**
   * What to do with a new question while an answer is arriving. `queue`: the question waits in `queue` and is sent
   * when the answer is complete or stopped. After an answer that was cut off or failed, it waits for the next
   * complete one. `interrupt`: stops the answer and sends the question. `throw`: `send()` throws an OptionsError.
   * @default 'queue'
   */
  readonly whenBusy?: WhenBusy | undefined;
  /**
   * Whether to send the results, and so request the next answer, once every tool call of the last answer has what it
   * needs from the page. A function decides for each answer.
   * @default true
   */
  readonly continueAfterTools?: boolean | ((message: Message<Metadata>) => boolean) | undefined;
  /** How many answers in a row may call tools before the conversation stops with an OptionsError. @default 20 */
  readonly maxRounds?: number | undefined;
  /**
   * The shortest interval between two notifications of a growing answer, in milliseconds; 0 notifies once per batch.
   * @default 16
   */
  readonly throttle?: number | undefined;
  /**
   * Runs a tool. Called at the end of a complete answer, once for each call without a result. The return value is the
   * result; after `undefined`, `addToolResult()` can provide one later. A thrown error becomes the call's error, for
   * the model. `signal` aborts when the conversation is stopped.
   */
  readonly onToolCall?:
    | ((
        call: ToolCallContent,
        context: { readonly message: Message<Metadata>; readonly signal: AbortSignal },
      ) => unknown)
    | undefined;
  /** Called when an answer has ended, with any outcome. `result` has the finish reason and the metrics. */
  readonly onFinish?: ((message: Message<Metadata>, result: StreamResult) => void) | undefined;
  /** Called when an answer was cut off or failed, before `onFinish`. */
  readonly onError?: ((error: TeleprinterError, message?: Message<Metadata>) => void) | undefined;
}

/**
 * A conversation with a model: the fields of its snapshot, and its methods, which do not need `this`.
 * @example
 * import type { Conversation } from 'teleprinter/conversation';
 * const retry = ({ status, regenerate }: Conversation) => status === 'error' && regenerate();
 */
export interface Conversation<Metadata = unknown> {
  /** The ID of the conversation. */
  readonly id: string;
  /** A new list whenever a message is added or changes. Unchanged messages in it are the same objects as before. */
  readonly messages: readonly Message<Metadata>[];
  /** Questions that wait until the current answer has ended. */
  readonly queue: readonly Message<Metadata>[];
  /** `ready`, `submitted`, `streaming` or `error`. */
  readonly status: ConversationStatus;
  /** Why the last answer was cut off or failed. */
  readonly error: TeleprinterError | undefined;
  /**
   * Sends a question. While an answer is arriving, `whenBusy` decides.
   * @returns The last answer, once it has ended with any outcome and tools have run; `undefined` if the question was
   *   removed from the queue. Never rejects.
   * @throws OptionsError if the message is empty, if its ID is in use, or by `whenBusy: 'throw'`
   */
  send(
    this: void,
    message: string | MessageInput<Metadata>,
    options?: SendOptions,
  ): Promise<Message<Metadata> | undefined>;
  /**
   * Stops the answer that is arriving and the tools that run. What has arrived is kept. Then the next question of the
   * queue is sent.
   */
  stop(this: void): void;
  /** Removes a question from the queue. */
  unqueue(this: void, messageId: string): void;
  /**
   * Removes an answer and everything after it, and requests a new one for the messages before it. Stops an answer
   * that is arriving.
   * @param messageId An answer, or the question.
   * @default all answers to the last question
   * @throws OptionsError if there is no such message
   */
  regenerate(this: void, messageId?: string, options?: AskOptions): Promise<Message<Metadata> | undefined>;
  /**
   * Replaces a question, removes everything after it, and sends it again. Its files are kept, unless `parts` are
   * given. Stops an answer that is arriving.
   * @throws OptionsError if there is no such question
   */
  edit(
    this: void,
    messageId: string,
    message: string | MessageInput<Metadata>,
    options?: AskOptions,
  ): Promise<Message<Metadata> | undefined>;
  /**
   * Sets the result of a tool call; later results of the same call are ignored. Once every call of the last answer
   * has one, the next answer is requested, unless `continueAfterTools` prevents it.
   * @returns The next answer, once it has ended; `undefined` if none was requested.
   * @throws OptionsError if there is no such call
   */
  addToolResult(this: void, result: ToolResult, options?: AskOptions): Promise<Message<Metadata> | undefined>;
  /**
   * Approves or rejects a tool call in the state `approval-requested`, so that the server may run the tool or not.
   * Continues like `addToolResult()`.
   * @throws OptionsError if there is no such call
   */
  addToolApproval(
    this: void,
    approval: ToolApproval,
    options?: AskOptions,
  ): Promise<Message<Metadata> | undefined>;
  /**
   * Replaces the messages. An answer that is arriving continues if its ID is among them; otherwise it is stopped, and
   * the queue is cleared.
   */
  setMessages(
    this: void,
    messages:
      | readonly MessageInput<Metadata>[]
      | ((messages: readonly Message<Metadata>[]) => readonly MessageInput<Metadata>[]),
  ): void;
  /**
   * Continues an answer that a reload or a lost connection has interrupted, and then the queue. A server that honours
   * `Last-Event-ID` or `Idempotency-Key` does not ask the model again. Requires the option `resume` or `resumeKey`.
   * While an answer is arriving, it returns that one, so a second call does nothing more.
   * @returns The answer, once it has ended; `undefined` if there is none to continue.
   */
  resume(this: void): Promise<Message<Metadata> | undefined>;
  /** Ends the status `error`. The message keeps its own error. */
  clearError(this: void): void;
  /**
   * Returns the conversation as plain JSON, with everything that has arrived. Store it when the page is left, and
   * pass it as `initial`.
   *
   * @example
   * addEventListener('pagehide', () => sessionStorage.setItem('chat', JSON.stringify(conversation.serialize())));
   */
  serialize(this: void): SerializedConversation<Metadata>;
  /**
   * Calls the listener after changes of the snapshot, once per batch.
   * @returns A function that removes the listener.
   */
  subscribe(this: void, listener: () => void): () => void;
  /** Returns the same object until something changes. */
  getSnapshot(this: void): ConversationSnapshot<Metadata>;
}
