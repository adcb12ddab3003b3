import type { ProviderError } from '../errors.ts';

/**
 * A part of the answer, the same for every model. Parts come in the order of arrival.
 *
 * @example
 * import { stream, type Part } from 'teleprinter';
 * function show(part: Part) {
 *   if (part.type === 'text') console.log(part.delta);
 *   if (part.type === 'tool-call' && 'input' in part) console.log(part.name, part.input);
 * }
 * for await (const part of stream('/api/chat').parts) show(part);
 */
export type Part =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | UsagePart
  | FinishPart
  | ErrorPart
  | DataPart
  | UnknownPart;

/**
 * More text of the answer.
 *
 * @example
 * import type { TextPart } from 'teleprinter';
 * const part: TextPart = { type: 'text', delta: 'Boil ' };
 */
export interface TextPart {
  readonly type: 'text';
  /** The text to append. */
  readonly delta: string;
  /** The ID of its block, if the wire distinguishes several. */
  readonly id?: string | undefined;
  /** True if the model explains here why it will not answer. */
  readonly refusal?: boolean | undefined;
}

/**
 * More of the model's reasoning before it answers.
 *
 * @example
 * import type { ReasoningPart } from 'teleprinter';
 * const part: ReasoningPart = { type: 'reasoning', delta: 'They want black tea.' };
 */
export interface ReasoningPart {
  readonly type: 'reasoning';
  /** The text to append. */
  readonly delta: string;
  /** The ID of its block, if the wire distinguishes several. */
  readonly id?: string | undefined;
}

/**
 * More of a tool call's arguments. The last part of a call has its `input`. Parts of several calls may alternate.
 *
 * @example
 * import { stream, type ToolCallPart } from 'teleprinter';
 * const run = ({ name, input }: ToolCallPart) => console.log(name, input);
 * for await (const part of stream('/api/chat').parts) {
 *   // The last part of a call has all of its arguments.
 *   if (part.type === 'tool-call' && 'input' in part) run(part);
 * }
 */
export interface ToolCallPart {
  readonly type: 'tool-call';
  /** The same for all parts of a call. The result of the call refers to it. */
  readonly id: string;
  /** The tool's name. */
  readonly name: string;
  /** More JSON of the arguments; may be empty. */
  readonly delta: string;
  /** The parsed arguments, once they are complete; the string itself if it is not JSON. */
  readonly input?: unknown;
  /** True if the provider runs the tool itself, so that the page need not provide a result. */
  readonly providerExecuted?: boolean | undefined;
}

/**
 * The token usage of the answer so far.
 *
 * @example
 * import type { UsagePart } from 'teleprinter';
 * const tokens = ({ usage }: UsagePart) => (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
 */
export interface UsagePart {
  readonly type: 'usage';
  /** The total, not the increment. */
  readonly usage: Usage;
}

/**
 * The model has finished.
 *
 * @example
 * import type { FinishPart } from 'teleprinter';
 * const part: FinishPart = { type: 'finish', outcome: 'tool-calls', reason: 'tool_use' };
 */
export interface FinishPart {
  readonly type: 'finish';
  /** How the model finished. */
  readonly outcome: FinishOutcome;
  /** The finish reason, in the vendor's own word. */
  readonly reason: string | undefined;
}

/**
 * An error that the provider reports in the stream. The stream ends `failed`.
 *
 * @example
 * import type { ErrorPart } from 'teleprinter';
 * const log = ({ error }: ErrorPart) => console.error(error.providerCode, error.providerMessage);
 */
export interface ErrorPart {
  readonly type: 'error';
  /** The reported error. */
  readonly error: ProviderError;
}

/**
 * Data beside the text of the answer: a citation, a tool's result, data of the page, another choice.
 *
 * @example
 * import { stream, type DataPart } from 'teleprinter';
 * const show = ({ name, data }: DataPart) => console.log(name, data);
 * stream('/api/chat', { onPart: (part) => part.type === 'data' && show(part) });
 */
export interface DataPart {
  readonly type: 'data';
  /** The kind of data, in the vendor's own word. */
  readonly name: string;
  /** The value, as received. */
  readonly data: unknown;
  /** Its ID, if the wire has one. Data with the same name and ID replaces earlier data. */
  readonly id?: string | undefined;
  /** True if it is only for display, and so not part of a message. */
  readonly transient?: boolean | undefined;
}

/**
 * An event that the format does not know, as received, so that a newer server never breaks an older page.
 *
 * @example
 * import type { UnknownPart } from 'teleprinter';
 * const part: UnknownPart = { type: 'unknown', event: 'weather', data: { celsius: 21 } };
 */
export interface UnknownPart {
  readonly type: 'unknown';
  /** The event's name. */
  readonly event: string;
  /** Its data, decoded. */
  readonly data: unknown;
}

/**
 * How a model finished. `failed` follows the error part with the reason.
 *
 * @example
 * import type { FinishOutcome } from 'teleprinter';
 * const isWhole = (outcome: FinishOutcome) => outcome === 'complete' || outcome === 'tool-calls';
 */
export type FinishOutcome = 'complete' | 'length' | 'tool-calls' | 'refused' | 'failed';

/**
 * The token usage of an answer, as far as the vendor reports it.
 *
 * @example
 * import { stream, type Usage } from 'teleprinter';
 * const log = ({ inputTokens, outputTokens }: Usage) => console.log(inputTokens, outputTokens);
 * stream('/api/chat', { onEnd: ({ usage }) => usage && log(usage) });
 */
export interface Usage {
  /** All tokens of the prompt, including cached ones. */
  readonly inputTokens: number | undefined;
  /** All tokens that the model wrote, including its reasoning. */
  readonly outputTokens: number | undefined;
  /** How many of `outputTokens` were reasoning. */
  readonly reasoningTokens: number | undefined;
  /** How many of `inputTokens` came from a cache. */
  readonly cachedTokens: number | undefined;
  /** The vendor's own object. */
  readonly raw: unknown;
}

/**
 * A tool call that the model requests.
 *
 * @example
 * import { stream, type ToolCall } from 'teleprinter';
 * const run = ({ name, input }: ToolCall) => console.log(name, input);
 * const { outcome, toolCalls } = await stream('/api/chat').result;
 * if (outcome === 'tool-calls') toolCalls.forEach(run);
 */
export interface ToolCall {
  /** The ID that the result refers to. */
  readonly id: string;
  /** The tool's name. */
  readonly name: string;
  /** The parsed arguments; the string itself while it is arriving, or if it is not JSON. */
  readonly input: unknown;
  /** True if the provider runs the tool itself, so that the page need not provide a result. */
  readonly providerExecuted?: boolean | undefined;
}
