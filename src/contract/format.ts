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
 * One wire format: reads a server's events and emits the parts of the answer.
 *
 * @example
 * import { stream, type Format } from 'teleprinter';
 * const house: Format = {
 *   name: 'house',
 *   hasEnd: true,
 *   reader: () => ({ data }, emit) => {
 *     const { token, done } = data as { token?: string; done?: boolean };
 *     if (token) emit({ type: 'text', delta: token });
 *     if (done) emit({ type: 'finish', outcome: 'complete', isLast: true });
 *   },
 * };
 * const answer = stream('/api/chat', { format: house });
 */
export interface Format {
  /** The name that `s.format` gives. */
  readonly name: string;
  /** The event names of the format: native EventSource receives no others. @default none but `message` */
  readonly events?: readonly string[] | undefined;
  /** Whether the format marks the end of an answer, so that an answer without an end is `truncated`. @default false */
  readonly hasEnd?: boolean | undefined;
  /** Whether text in `<think>…</think>` at the very start of an answer is reasoning. @default false */
  readonly think?: boolean | undefined;
  /** Whether all its data is JSON, so that damaged JSON fails the stream. @default false */
  readonly isJson?: boolean | undefined;
  /** Whether an event is of this format, for `auto()`. */
  recognises?(event: FormatEvent): boolean;
  /** Starts reading an answer. An error that the function throws fails the stream. */
  reader(): FormatReader;
  /** The place in the answer after this event, for `resume`. It must survive `JSON.stringify`. */
  cursor?(data: unknown, before: unknown): unknown;
}

/** Reads one answer, event by event. */
export interface FormatReader {
  (event: FormatEvent, emit: (part: FormatPart) => void): void;
  /** Called when the stream has ended, to emit what was held back. */
  end?(emit: (part: FormatPart) => void): void;
  /** The text that is held back, so that a reload loses none of it. */
  held?(): string;
}

/** The option of formats for models that think in their text. */
export interface ThinkOptions {
  /** Whether text in `<think>…</think>` at the very start of an answer is reasoning. @default true */
  readonly think?: boolean | undefined;
}

/**
 * One event as a format receives it.
 *
 * @example
 * import type { Format, FormatEvent } from 'teleprinter';
 * const tokenOf = ({ data }: FormatEvent) => (data as { token?: string }).token ?? '';
 * const reader: Format['reader'] = () => (event, emit) => emit({ type: 'text', delta: tokenOf(event) });
 */
export interface FormatEvent {
  /** The server's name for it; `message` where it gave none. */
  readonly type: string;
  /** The data, as `decode` gives it. */
  readonly data: unknown;
  /** The headers of the response. Native EventSource shows none. */
  readonly headers: Headers | undefined;
  /** The names in the option `events`. */
  readonly listed?: readonly string[] | undefined;
  /** Whether this is the end marker: of what it gives, only `finish`, `usage` and `error` are used. */
  readonly isEnd?: boolean | undefined;
}

/**
 * What a format emits.
 *
 * @example
 * import type { FormatPart } from 'teleprinter';
 * const parts: FormatPart[] = [
 *   { type: 'text', delta: 'Boil fresh water.' },
 *   { type: 'finish', outcome: 'complete', isLast: true },
 * ];
 */
export type FormatPart =
  | TextPart
  | ReasoningPart
  | ToolCallDraft
  | UsagePart
  | FinishDraft
  | ErrorPart
  | DataPart
  | UnknownPart
  /** Another message begins, so the finish before it was not the last. */
  | { readonly type: 'start' }
  /** What follows may be withdrawn. */
  | { readonly type: 'checkpoint' }
  /** Withdraws the text, the reasoning and the calls since the last checkpoint, or since the start. */
  | { readonly type: 'rollback' }
  /** The format is this one: for formats that detect another. */
  | { readonly type: 'format'; readonly format: Format };

/**
 * More of a tool call.
 *
 * @example
 * import type { ToolCallDraft } from 'teleprinter';
 * const first: ToolCallDraft = { type: 'tool-call', id: 'call_1', name: 'brew', delta: '{"minutes":' };
 * const last: ToolCallDraft = { type: 'tool-call', id: 'call_1', delta: '3}', done: true };
 */
export interface ToolCallDraft extends Partial<Pick<ToolCall, 'id' | 'name' | 'providerExecuted'>> {
  readonly type: 'tool-call';
  /** Which of the open calls it is, where the wire numbers them. @default the newest call */
  readonly key?: unknown;
  /** More of the arguments' JSON. */
  readonly delta?: string | undefined;
  /** All of the arguments' JSON, which replaces the deltas so far. */
  readonly whole?: string | undefined;
  /** Whether the arguments are complete. When the answer finishes, all are. */
  readonly done?: boolean | undefined;
  /** Whether the call is withdrawn. */
  readonly isInvalid?: boolean | undefined;
}

/**
 * The model has stopped: from here on the server may close.
 *
 * @example
 * import type { FinishDraft } from 'teleprinter';
 * const finish: FinishDraft = { type: 'finish', outcome: 'length', reason: 'max_tokens', isLast: true };
 */
export interface FinishDraft {
  readonly type: 'finish';
  /** How it stopped. */
  readonly outcome: FinishOutcome;
  /** Why, in the vendor's own word. */
  readonly reason?: string | undefined;
  /** Nothing follows, so the stream is closed even if the server does not close it. @default false */
  readonly isLast?: boolean | undefined;
}

/**
 * The name of a format, where all are bundled: those that editors complete, or any other in the table of docs/guide/any-model.md. An
 * unknown one is an OptionsError.
 *
 * @example
 * import { stream, type FormatName } from 'teleprinter';
 * const formats: Record<string, FormatName> = { '/claude': 'anthropic', '/gpt': 'openaiResponses' };
 * const answer = stream('/claude', { format: formats['/claude'] });
 */
export type FormatName = 'auto' | 'plain' | 'openaiChat' | 'openaiResponses' | 'anthropic' | (string & {});
