import type {
  DataPart,
  ErrorPart,
  FinishOutcome,
  ReasoningPart,
  TextPart,
  ToolCall,
  UnknownPart,
  UsagePart,
} from './parts.ts';

/**
 * One wire format: it reads a server's events and tells the parts of the answer.
 *
 * @example
 * const house: Format = {
 *   name: 'house',
 *   hasEnd: true,
 *   reader: () => ({ data }, emit) => {
 *     const { token, done } = data as { token?: string; done?: boolean };
 *     if (token) emit({ type: 'text', delta: token });
 *     if (done) emit({ type: 'finish', outcome: 'complete', isLast: true });
 *   },
 * };
 */
export interface Format {
  /** What `s.format` says. */
  readonly name: string;
  /** The event names of the format: native EventSource hears no others. @default none but `message` */
  readonly events?: readonly string[] | undefined;
  /** Whether it says when an answer ends, so that one without an end is `truncated`. @default false */
  readonly hasEnd?: boolean | undefined;
  /** Whether an event is of this format, for `auto()`. */
  recognises?(event: FormatEvent): boolean;
  /** Begins to read an answer. What the function throws fails the stream. */
  reader(): (event: FormatEvent, emit: (part: FormatPart) => void) => void;
  /** Where in the answer the stream is after this event, for `resume`; JSON can say it. */
  cursor?(data: unknown, before: unknown): unknown;
}

/** One event as a format gets it. */
export interface FormatEvent {
  /** The server's name for it; `message` where it gave none. */
  readonly type: string;
  /** What `decode` made of the data. */
  readonly data: unknown;
  /** The headers that it came under. Native EventSource shows none. */
  readonly headers: Headers | undefined;
}

/** What a format tells. */
export type FormatPart =
  | TextPart
  | ReasoningPart
  | ToolCallDraft
  | UsagePart
  | FinishDraft
  | ErrorPart
  | DataPart
  | UnknownPart
  /** Another message begins, so the finish before was not the last. */
  | { readonly type: 'start' }
  /** The format is this one: for those that find it out. */
  | { readonly type: 'format'; readonly format: Format };

/** More of a tool call. */
export interface ToolCallDraft extends Partial<Pick<ToolCall, 'id' | 'name' | 'providerExecuted'>> {
  readonly type: 'tool-call';
  /** Which of the open calls it is, where the wire numbers them. @default the newest */
  readonly key?: unknown;
  /** More of the arguments' JSON. */
  readonly delta?: string | undefined;
  /** All of the arguments' JSON: used where no delta has come. */
  readonly whole?: string | undefined;
  /** Whether the arguments are complete. All are when the answer finishes. */
  readonly done?: boolean | undefined;
}

/** The model has stopped: from here on the server may close. */
export interface FinishDraft {
  readonly type: 'finish';
  readonly outcome: FinishOutcome;
  readonly reason?: string | undefined;
  /** Nothing follows, so the stream is closed even if the server does not close it. @default false */
  readonly isLast?: boolean | undefined;
}

/** The name of a format, where all are bundled. */
export type FormatName =
  | 'agUi'
  | 'aiSdk'
  | 'anthropic'
  | 'auto'
  | 'cohere'
  | 'gemini'
  | 'geminiInteractions'
  | 'langGraph'
  | 'ollama'
  | 'openaiChat'
  | 'openaiResponses'
  | 'plain';
