import type { TeleprinterError } from '../errors.ts';
import type { Usage } from './parts.ts';
import type { Outcome } from './result.ts';

/**
 * One message of a conversation: a question, or one answer of the model. It never changes: where something is new, there
 * is a new object, and what did not change in it is the same object as before.
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
  /** Never changes, so that a list can be keyed by it. */
  readonly id: string;
  /** Who wrote it. */
  readonly role: Role;
  /** In the order in which they arrived. */
  readonly parts: readonly MessagePart[];
  /** Where it is. */
  readonly status: MessageStatus;
  /** How the answer ended; `undefined` before that, and for questions. */
  readonly outcome?: Outcome | undefined;
  /** Why the answer is `truncated` or `failed`. The parts that had arrived stay. */
  readonly error?: MessageError | undefined;
  /** What the answer cost, where the model's server tells. */
  readonly usage?: Usage | undefined;
  /** The page's own, or what a server sends with an answer. It must survive `JSON.stringify`. */
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
 * Where a message is. `queued`: waits for the answer before it. `submitted`: asked, and nothing has arrived. `streaming`:
 * arrives. `done`: ended, see `outcome`. `error`: ended, see `error`.
 *
 * @example
 * import type { MessageStatus } from 'teleprinter/conversation';
 * const isArriving = (status: MessageStatus) => status === 'submitted' || status === 'streaming';
 */
export type MessageStatus = 'queued' | 'submitted' | 'streaming' | 'done' | 'error';

/**
 * An error as a message keeps it: a TeleprinterError, or what `serialize()` left of one.
 *
 * @example
 * import type { MessageError } from 'teleprinter/conversation';
 * const wordsFor = ({ code, message }: MessageError) => (code === 'timeout' ? 'No answer came.' : message);
 */
export type MessageError = Pick<TeleprinterError, 'name' | 'code' | 'message'>;

/**
 * A piece of a message, the same for every model.
 *
 * @example
 * import type { MessagePart } from 'teleprinter/conversation';
 * const wordsOf = (part: MessagePart) => (part.type === 'text' ? part.text : '');
 */
export type MessagePart = TextContent | ReasoningContent | ToolCallContent | FileContent | DataContent;

/**
 * Text. One that is arriving grows.
 *
 * @example
 * import type { TextContent } from 'teleprinter/conversation';
 * const text: TextContent = { type: 'text', text: 'Boil fresh water.' };
 */
export interface TextContent {
  readonly type: 'text';
  /** All of it so far. */
  readonly text: string;
  /** The block that it is, where the wire tells several apart. */
  readonly id?: string | undefined;
  /** True where the model says why it will not answer. */
  readonly refusal?: boolean | undefined;
  /** What the vendor wants back with the text. */
  readonly metadata?: unknown;
}

/**
 * What the model thinks before it answers.
 *
 * @example
 * import type { ReasoningContent } from 'teleprinter/conversation';
 * const thought: ReasoningContent = { type: 'reasoning', text: 'They want black tea.' };
 */
export interface ReasoningContent {
  readonly type: 'reasoning';
  /** All of it so far. */
  readonly text: string;
  /** The block that it is, where the wire tells several apart. */
  readonly id?: string | undefined;
  /** What the vendor wants back with the thought: a signature. */
  readonly metadata?: unknown;
}

/**
 * A call of a tool, and its result.
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
  /** What its result refers to. */
  readonly id: string;
  /** The tool's name. */
  readonly name: string;
  /** The arguments, parsed; the string itself while it is arriving, and where it is not JSON. */
  readonly input: unknown;
  /**
   * `streaming`: the arguments are arriving (they stay so where the answer was cut). `called`: waits for its result.
   * `approval-requested`: the server asks the page whether it may run the tool. `approval-responded`: the page has answered,
   * and the server has it with the next request. `done`: has its `output`. `error`: has its `error`.
   */
  readonly state: 'streaming' | 'called' | 'approval-requested' | 'approval-responded' | 'done' | 'error';
  /** What the tool gave. */
  readonly output?: unknown;
  /** What went wrong, in words for the model. */
  readonly error?: string | undefined;
  /** True where the provider itself runs the tool, so that the page has nothing to answer. */
  readonly providerExecuted?: boolean | undefined;
  /** What the server asks before it runs the tool, and what the page answered; as the server sent it, with its `id`. */
  readonly approval?:
    | { readonly id: string; readonly approved?: boolean; readonly reason?: string | undefined }
    | undefined;
  /** What the vendor wants back with the call: a signature. */
  readonly metadata?: unknown;
}

/**
 * A file: an image, a PDF. `filePart()` makes one of a `File`.
 *
 * @example
 * import type { FileContent } from 'teleprinter/conversation';
 * const photo: FileContent = { type: 'file', mediaType: 'image/png', url: 'https://example.com/pot.png' };
 */
export interface FileContent {
  readonly type: 'file';
  /** Its MIME type. */
  readonly mediaType: string;
  /** Where it is; may be a `data:` URL. */
  readonly url: string;
  /** Its name, for the model and the reader. */
  readonly filename?: string | undefined;
}

/**
 * Something beside the answer: a citation, a page's own data.
 *
 * @example
 * import type { DataContent } from 'teleprinter/conversation';
 * const source: DataContent = { type: 'data', name: 'citation', data: { url: 'https://example.com/tea' } };
 */
export interface DataContent {
  readonly type: 'data';
  /** What it is, in the vendor's own word. */
  readonly name: string;
  /** Its value, as the wire has it. */
  readonly data: unknown;
  /** Data that comes again under the same name and ID replaces the earlier. */
  readonly id?: string | undefined;
}
