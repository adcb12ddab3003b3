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
 * One wire format: reads server events and emits the parts of the answer.
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
  /** The name, which `EventStream.format` reports. */
  readonly name: string;
  /** The event names of the format. Native EventSource receives no others. @default only `message` */
  readonly events?: readonly string[] | undefined;
  /**
   * Whether the format marks the end of an answer, so that an answer without the mark is `truncated`.
   * @default false
   */
  readonly hasEnd?: boolean | undefined;
  /** Whether text in `<think>…</think>` at the very start of an answer is reasoning. @default false */
  readonly think?: boolean | undefined;
  /** Whether all data is JSON, so that malformed JSON fails the stream. @default false */
  readonly isJson?: boolean | undefined;
  /** Whether an event belongs to this format, for `auto()`. */
  recognises?(event: FormatEvent): boolean;
  /** Creates the reader of one answer. An error that the reader throws fails the stream. */
  reader(): FormatReader;
  /** Returns the position in the answer after this event, for `resume`. It must survive `JSON.stringify`. */
  cursor?(data: unknown, previous: unknown): unknown;
}

/** Reads one answer, event by event. */
export interface FormatReader {
  (event: FormatEvent, emit: (part: FormatPart) => void): void;
  /** Called when the stream has ended, to emit buffered text. */
  end?(emit: (part: FormatPart) => void): void;
  /** Returns the buffered text, so that none is lost on a reload. */
  held?(): string;
}

/** The option of formats whose models write their reasoning into the text. */
export interface ThinkOptions {
  /** Whether text in `<think>…</think>` at the very start of an answer is reasoning. @default true */
  readonly think?: boolean | undefined;
}

/**
 * One event, as a format receives it.
 *
 * @example
 * import type { Format, FormatEvent } from 'teleprinter';
 * const tokenOf = ({ data }: FormatEvent) => (data as { token?: string }).token ?? '';
 * const reader: Format['reader'] = () => (event, emit) => emit({ type: 'text', delta: tokenOf(event) });
 */
export interface FormatEvent {
  /** The event's name; `message` if the server sent none. */
  readonly type: string;
  /** The data, as `decode` returned it. */
  readonly data: unknown;
  /** The data as received. */
  readonly raw?: string | undefined;
  /** The response headers; `undefined` on native EventSource. */
  readonly headers: Headers | undefined;
  /** The names in the option `events`. */
  readonly listed?: readonly string[] | undefined;
  /** Whether this is the end marker. Of its parts, only `finish`, `usage` and `error` are used. */
  readonly isEnd?: boolean | undefined;
}

/**
 * A part, as a format emits it.
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
  /** Another message begins, so an earlier `finish` was not the last. */
  | { readonly type: 'start' }
  /** Marks the position that a later `rollback` returns to. */
  | { readonly type: 'checkpoint' }
  /** Withdraws the text, the reasoning and the tool calls since the last checkpoint, or since the start. */
  | { readonly type: 'rollback' }
  /** Switches to this format. For formats that detect another. */
  | { readonly type: 'format'; readonly format: Format };

/**
 * The next piece of a tool call.
 *
 * @example
 * import type { ToolCallDraft } from 'teleprinter';
 * const first: ToolCallDraft = { type: 'tool-call', id: 'call_1', name: 'brew', delta: '{"minutes":' };
 * const last: ToolCallDraft = { type: 'tool-call', id: 'call_1', delta: '3}', done: true };
 */
export interface ToolCallDraft extends Partial<Pick<ToolCall, 'id' | 'name' | 'providerExecuted'>> {
  readonly type: 'tool-call';
  /** Identifies the call among those still arriving, if the wire numbers them. @default the newest call */
  readonly key?: unknown;
  /** More JSON of the arguments, to append. */
  readonly delta?: string | undefined;
  /** The complete JSON of the arguments, which replaces earlier deltas. */
  readonly whole?: string | undefined;
  /** Whether the arguments are complete. A `finish` completes all calls. */
  readonly done?: boolean | undefined;
  /** Whether to withdraw the call. */
  readonly isInvalid?: boolean | undefined;
}

/**
 * The model has finished: from here on, the server may close the connection.
 *
 * @example
 * import type { FinishDraft } from 'teleprinter';
 * const finish: FinishDraft = { type: 'finish', outcome: 'length', reason: 'max_tokens', isLast: true };
 */
export interface FinishDraft {
  readonly type: 'finish';
  /** How the model finished. */
  readonly outcome: FinishOutcome;
  /** The finish reason, in the vendor's own word. */
  readonly reason?: string | undefined;
  /** Whether nothing follows, so that the stream is closed even if the server does not close it. @default false */
  readonly isLast?: boolean | undefined;
}

/**
 * The name of a format, if all are bundled: one that editors complete, or any other in the table of
 * docs/guide/any-model.md. An unknown name throws an OptionsError.
 *
 * @example
 * import { stream, type FormatName } from 'teleprinter';
 * const formats: Record<string, FormatName> = { '/claude': 'anthropic', '/gpt': 'openaiResponses' };
 * const answer = stream('/claude', { format: formats['/claude'] });
 */
export type FormatName = 'auto' | 'plain' | 'openaiChat' | 'openaiResponses' | 'anthropic' | (string & {});
