import type { Message } from './message.ts';
import type { Body, HeadersInput } from './options.ts';

type MaybePromise<T> = T | Promise<T>;

/**
 * Extra body fields and headers for a single request.
 * @example
 * import type { AskOptions } from 'teleprinter/conversation';
 * const options: AskOptions = { body: { temperature: 0 }, headers: { 'X-Tea': 'green' } };
 */
export interface AskOptions {
  /** Merged into the body if that is a plain object. */
  readonly body?: object | undefined;
  /** Added to the headers. */
  readonly headers?: HeadersInput | undefined;
}

/**
 * What to do with a new question while an answer is arriving: see `ConversationOptions.whenBusy`.
 * @example
 * import type { WhenBusy } from 'teleprinter/conversation';
 * const whenBusy: WhenBusy = 'interrupt';
 */
export type WhenBusy = 'queue' | 'interrupt' | 'throw';

/**
 * The options of `send()`.
 * @example
 * const options: import('teleprinter/conversation').SendOptions = { whenBusy: 'interrupt' };
 */
export interface SendOptions extends AskOptions {
  /** @default the conversation's `whenBusy` */
  readonly whenBusy?: WhenBusy | undefined;
}

/**
 * The reason for a request. `resume` repeats the same question with the same idempotency key.
 * @example
 * import type { Trigger } from 'teleprinter/conversation';
 * const isNew = (trigger: Trigger) => trigger === 'send' || trigger === 'edit';
 */
export type Trigger = 'send' | 'edit' | 'regenerate' | 'tool-results' | 'resume';

/**
 * Describes the request that is about to be made.
 * @example
 * import { openaiMessages, type AskContext } from 'teleprinter/conversation';
 * const request = openaiMessages(({ id, trigger }: AskContext) => ({ chat: id, trigger, stream: true }));
 */
export interface AskContext {
  /** The ID of the conversation. */
  readonly id: string;
  readonly trigger: Trigger;
  /** The message to edit or to regenerate, if the caller named one. */
  readonly messageId: string | undefined;
  /** The ID of the answer that will arrive. */
  readonly answerId: string;
  /** The same for every attempt to get this answer, and unique to it. */
  readonly idempotencyKey: string;
}

/**
 * Creates the body of a request: a plain object or array, which is sent as JSON, or any other body that `fetch`
 * accepts. Called once per question.
 *
 * @param messages All messages before the requested answer.
 * @example
 * import type { RequestBody } from 'teleprinter/conversation';
 * const request: RequestBody = (messages, { id }) => ({ chat: id, question: messages.at(-1)?.parts });
 */
export type RequestBody<Metadata = unknown> = (
  messages: readonly Message<Metadata>[],
  context: AskContext,
) => MaybePromise<Body | null>;
