import type { TeleprinterError } from '../errors.ts';
import type { Usage } from './parts.ts';
import type { Outcome } from './result.ts';

/**
 * One message of a conversation: a question, or one answer of the model. Immutable: a change creates a new object,
 * whose unchanged fields are the same objects as before.
 *
 * @example
 * import type { Message } from 'teleprinter/conversation';
 * const question: Message = {
 *   id: 'm1',
 *   role: 'user',
 *   status: 'done',
 *   parts: [{ type: 'text', text: 'How do I make tea?' }],
 * };
 */
export interface Message<Metadata = unknown> {
  /** Constant, so that a list can be keyed by it. */
  readonly id: string;
  /** Who wrote it. */
  readonly role: Role;
  /** The parts in the order of arrival. */
  readonly parts: readonly MessagePart[];
  /** The state of the message. */
  readonly status: MessageStatus;
  /** How the answer ended; `undefined` before that, and for questions. */
  readonly outcome?: Outcome | undefined;
  /** Why the answer is `truncated` or `failed`. Parts that had arrived are kept. */
  readonly error?: MessageError | undefined;
  /** The token usage of the answer, if the server reports it. */
  readonly usage?: Usage | undefined;
  /** Data of the page, or data that the server sent with the answer. It must survive `JSON.stringify`. */
  readonly metadata?: Metadata | undefined;
}

/**
 * Who wrote a message.
 *
 * @example
 * import type { Role } from 'teleprinter/conversation';
 * const labels: Record<Role, string> = { system: 'Rules', user: 'You', assistant: 'Tea expert' };
 */
export type Role = 'system' | 'user' | 'assistant';

/**
 * The state of a message. `queued`: waits for the current answer. `submitted`: sent, and nothing has arrived yet.
 * `streaming`: arriving. `done`: ended, see `outcome`. `error`: ended, see `error`.
 *
 * @example
 * import type { MessageStatus } from 'teleprinter/conversation';
 * const isArriving = (status: MessageStatus) => status === 'submitted' || status === 'streaming';
 */
export type MessageStatus = 'queued' | 'submitted' | 'streaming' | 'done' | 'error';

/**
 * The error of a message: a TeleprinterError, or the fields of one that `serialize()` keeps.
 *
 * @example
 * import type { MessageError } from 'teleprinter/conversation';
 * const wordsFor = ({ code, message }: MessageError) => (code === 'timeout' ? 'No answer came.' : message);
 */
export type MessageError = Pick<TeleprinterError, 'name' | 'code' | 'message'>;

/**
 * One part of a message, the same for every model.
 *
 * @example
 * import type { MessagePart } from 'teleprinter/conversation';
 * const wordsOf = (part: MessagePart) => (part.type === 'text' ? part.text : '');
 */
export type MessagePart = TextContent | ReasoningContent | ToolCallContent | FileContent | DataContent;

/**
 * Text. It grows while it arrives.
 *
 * @example
 * import type { TextContent } from 'teleprinter/conversation';
 * const text: TextContent = { type: 'text', text: 'Boil fresh water.' };
 */
export interface TextContent {
  readonly type: 'text';
  /** The whole text so far. */
  readonly text: string;
  /** The ID of its block, if the wire distinguishes several. */
  readonly id?: string | undefined;
  /** True if the model explains here why it will not answer. */
  readonly refusal?: boolean | undefined;
  /** Data that the vendor expects back with the text. */
  readonly metadata?: unknown;
}

/**
 * The model's reasoning before it answers.
 *
 * @example
 * import type { ReasoningContent } from 'teleprinter/conversation';
 * const thought: ReasoningContent = { type: 'reasoning', text: 'They want black tea.' };
 */
export interface ReasoningContent {
  readonly type: 'reasoning';
  /** The whole reasoning so far. */
  readonly text: string;
  /** The ID of its block, if the wire distinguishes several. */
  readonly id?: string | undefined;
  /** Data that the vendor expects back with the reasoning, such as a signature. */
  readonly metadata?: unknown;
}

/**
 * A tool call and its result.
 *
 * @example
 * import type { ToolCallContent } from 'teleprinter/conversation';
 * const call: ToolCallContent = {
 *   type: 'tool-call',
 *   id: 'call_1',
 *   name: 'brew',
 *   input: { minutes: 3 },
 *   state: 'done',
 *   output: 'ready',
 * };
 */
export interface ToolCallContent {
  readonly type: 'tool-call';
  /** The ID that the result refers to. */
  readonly id: string;
  /** The tool's name. */
  readonly name: string;
  /** The parsed arguments; the string itself while it is arriving, or if it is not JSON. */
  readonly input: unknown;
  /**
   * `streaming`: the arguments are arriving, or were cut off with the answer. `called`: waits for its result.
   * `approval-requested`: the server asks the page whether it may run the tool. `approval-responded`: the page has
   * decided; the next request tells the server. `done`: has its `output`. `error`: has its `error`.
   */
  readonly state: 'streaming' | 'called' | 'approval-requested' | 'approval-responded' | 'done' | 'error';
  /** The output of the tool. */
  readonly output?: unknown;
  /** The error message, for the model. */
  readonly error?: string | undefined;
  /** True if the provider runs the tool itself, so that the page need not provide a result. */
  readonly providerExecuted?: boolean | undefined;
  /** The server's question before it runs the tool, as it was sent with its `id`, and the page's decision. */
  readonly approval?:
    | { readonly id: string; readonly approved?: boolean; readonly reason?: string | undefined }
    | undefined;
  /** Data that the vendor expects back with the call, such as a signature. */
  readonly metadata?: unknown;
}

/**
 * A file, such as an image or a PDF. `filePart()` creates one from a `File`.
 *
 * @example
 * import type { FileContent } from 'teleprinter/conversation';
 * const photo: FileContent = { type: 'file', mediaType: 'image/png', url: 'https://example.com/pot.png' };
 */
export interface FileContent {
  readonly type: 'file';
  /** Its MIME type. */
  readonly mediaType: string;
  /** Its URL; may be a `data:` URL. */
  readonly url: string;
  /** Its name, for the model and the reader. */
  readonly filename?: string | undefined;
}

/**
 * Data beside the text of the answer, such as a citation or data of the page.
 *
 * @example
 * import type { DataContent } from 'teleprinter/conversation';
 * const source: DataContent = { type: 'data', name: 'citation', data: { url: 'https://example.com/tea' } };
 */
export interface DataContent {
  readonly type: 'data';
  /** The kind of data, in the vendor's own word. */
  readonly name: string;
  /** The value, as received. */
  readonly data: unknown;
  /** Data with the same name and ID replaces earlier data. */
  readonly id?: string | undefined;
}
