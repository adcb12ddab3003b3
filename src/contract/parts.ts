import type { ProviderError } from '../errors.ts';

/**
 * A piece of the answer, the same for every model. Parts come in the order of the wire.
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
 * More of the answer's text.
 *
 * @example
 * import type { TextPart } from 'teleprinter';
 * const part: TextPart = { type: 'text', delta: 'Boil ' };
 */
export interface TextPart {
  readonly type: 'text';
  /** The text to append. */
  readonly delta: string;
  /** The block that it belongs to, where the wire tells several apart. */
  readonly id?: string | undefined;
  /** True where the model says why it will not answer. */
  readonly refusal?: boolean | undefined;
}

/**
 * More of what the model thinks before it answers.
 *
 * @example
 * import type { ReasoningPart } from 'teleprinter';
 * const part: ReasoningPart = { type: 'reasoning', delta: 'They want black tea.' };
 */
export interface ReasoningPart {
  readonly type: 'reasoning';
  /** The text to append. */
  readonly delta: string;
  /** The block that it belongs to, where the wire tells several apart. */
  readonly id?: string | undefined;
}

/**
 * More of a tool call's arguments; the last part of a call has its `input`. Several calls may alternate.
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
  /** The same for all parts of a call. */
  /** What the result of the call refers to. */
  readonly id: string;
  /** The tool's name. */
  /** The tool's name. */
  readonly name: string;
  /** More of the arguments' JSON; may be empty. */
  readonly delta: string;
  /** The arguments, parsed, once they are complete; the string itself where it is not JSON. */
  readonly input?: unknown;
  /** True where the provider itself runs the tool, so that the page has nothing to answer. */
  readonly providerExecuted?: boolean | undefined;
}

/**
 * What the answer has cost so far.
 *
 * @example
 * import type { UsagePart } from 'teleprinter';
 * const tokens = ({ usage }: UsagePart) => (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
 */
export interface UsagePart {
  readonly type: 'usage';
  /** All so far, not what was added. */
  readonly usage: Usage;
}

/**
 * The model has stopped.
 *
 * @example
 * import type { FinishPart } from 'teleprinter';
 * const part: FinishPart = { type: 'finish', outcome: 'tool-calls', reason: 'tool_use' };
 */
export interface FinishPart {
  readonly type: 'finish';
  /** How it stopped. */
  readonly outcome: FinishOutcome;
  /** Why, in the vendor's own word. */
  readonly reason: string | undefined;
}

/**
 * The provider reports an error in the stream, which ends `failed`.
 *
 * @example
 * import type { ErrorPart } from 'teleprinter';
 * const log = ({ error }: ErrorPart) => console.error(error.providerCode, error.providerMessage);
 */
export interface ErrorPart {
  readonly type: 'error';
  /** What the provider reported. */
  readonly error: ProviderError;
}

/**
 * Something beside the answer: a citation, a tool's result, a page's own data, another choice.
 *
 * @example
 * import { stream, type DataPart } from 'teleprinter';
 * const show = ({ name, data }: DataPart) => console.log(name, data);
 * stream('/api/chat', { onPart: (part) => part.type === 'data' && show(part) });
 */
export interface DataPart {
  readonly type: 'data';
  /** What it is, in the vendor's own word. */
  readonly name: string;
  /** Its value, as the wire has it. */
  readonly data: unknown;
  /** Which one it is, where the wire says: data that comes again under the same name and ID replaces the earlier. */
  readonly id?: string | undefined;
  /** True where it is to be shown and forgotten, so that it is no part of a message. */
  readonly transient?: boolean | undefined;
}

/**
 * An event that the format does not know, as it came: a newer server never breaks an older page.
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
 * How a model stops. `failed` comes after the error part that says why.
 *
 * @example
 * import type { FinishOutcome } from 'teleprinter';
 * const isWhole = (outcome: FinishOutcome) => outcome === 'complete' || outcome === 'tool-calls';
 */
export type FinishOutcome = 'complete' | 'length' | 'tool-calls' | 'refused' | 'failed';

/**
 * What an answer cost, in tokens, as far as the vendor tells.
 *
 * @example
 * import { stream, type Usage } from 'teleprinter';
 * const log = ({ inputTokens, outputTokens }: Usage) => console.log(inputTokens, outputTokens);
 * stream('/api/chat', { onEnd: ({ usage }) => usage && log(usage) });
 */
export interface Usage {
  /** All of the prompt, what came from a cache included. */
  readonly inputTokens: number | undefined;
  /** All that the model wrote, its reasoning included. */
  readonly outputTokens: number | undefined;
  /** How many of `outputTokens` were reasoning. */
  readonly reasoningTokens: number | undefined;
  /** How many of `inputTokens` came from a cache. */
  readonly cachedTokens: number | undefined;
  /** The vendor's own object. */
  readonly raw: unknown;
}

/**
 * A call of a tool that the model asks for.
 *
 * @example
 * import { stream, type ToolCall } from 'teleprinter';
 * const run = ({ name, input }: ToolCall) => console.log(name, input);
 * const { outcome, toolCalls } = await stream('/api/chat').result;
 * if (outcome === 'tool-calls') toolCalls.forEach(run);
 */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments, parsed; the string itself while it is arriving, and where it is not JSON. */
  readonly input: unknown;
  /** True where the provider itself runs the tool, so that the page has nothing to answer. */
  readonly providerExecuted?: boolean | undefined;
}
