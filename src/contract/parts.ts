import type { ProviderError } from '../errors.ts';

/** A piece of the answer, the same for every model. Parts come in the order of the wire. */
export type Part =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | UsagePart
  | FinishPart
  | ErrorPart
  | DataPart
  | UnknownPart;

/** More of the answer's text. */
export interface TextPart {
  readonly type: 'text';
  readonly delta: string;
  /** The block that it belongs to, where the wire tells several apart. */
  readonly id?: string | undefined;
  /** True where the model says why it will not answer. */
  readonly refusal?: boolean | undefined;
}

/** More of what the model thinks before it answers. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly delta: string;
  readonly id?: string | undefined;
}

/** More of a tool call's arguments; the last part of a call has its `input`. Several calls may alternate. */
export interface ToolCallPart {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** More of the arguments' JSON; may be empty. */
  readonly delta: string;
  /** The arguments, parsed, once they are complete; the string itself where it is not JSON. */
  readonly input?: unknown;
  /** True where the provider itself runs the tool, so that the page has nothing to answer. */
  readonly providerExecuted?: boolean | undefined;
}

/** What the answer has cost so far. */
export interface UsagePart {
  readonly type: 'usage';
  readonly usage: Usage;
}

/** The model has stopped. */
export interface FinishPart {
  readonly type: 'finish';
  readonly outcome: FinishOutcome;
  /** Why, in the vendor's own word. */
  readonly reason: string | undefined;
}

/** The provider reports an error in the stream, which ends `failed`. */
export interface ErrorPart {
  readonly type: 'error';
  readonly error: ProviderError;
}

/** Something beside the answer: a citation, a tool's result, a page's own data, another choice. */
export interface DataPart {
  readonly type: 'data';
  /** What it is, in the vendor's own word. */
  readonly name: string;
  readonly data: unknown;
  /** Which one it is, where the wire says: data that comes again under the same name and ID replaces the earlier. */
  readonly id?: string | undefined;
  /** True where it is to be shown and forgotten, so that it is no part of a message. */
  readonly transient?: boolean | undefined;
}

/** An event that the format does not know, as it came: a newer server never breaks an older page. */
export interface UnknownPart {
  readonly type: 'unknown';
  /** The event's name. */
  readonly event: string;
  readonly data: unknown;
}

/** How a model stops. `failed` comes after the error part that says why. */
export type FinishOutcome = 'complete' | 'length' | 'tool-calls' | 'refused' | 'failed';

/** What an answer cost, in tokens, as far as the vendor tells. */
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

/** A call of a tool that the model asks for. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments, parsed; the string itself while it is arriving, and where it is not JSON. */
  readonly input: unknown;
  /** True where the provider itself runs the tool, so that the page has nothing to answer. */
  readonly providerExecuted?: boolean | undefined;
}
