import type { Message } from './message.ts';
import type { HeadersInput } from './options.ts';

type MaybePromise<T> = T | Promise<T>;

/**
 * What goes with one request only.
 * @example
 * import type { AskOptions } from 'teleprinter/conversation';
 * const options: AskOptions = { body: { temperature: 0 }, headers: { 'X-Tea': 'green' } };
 */
export interface AskOptions {
  /** Added to the body, where that is a plain object. */
  readonly body?: object | undefined;
  /** Added to the headers. */
  readonly headers?: HeadersInput | undefined;
}

/**
 * What happens to a question while an answer is arriving: see `ConversationOptions.whenBusy`.
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
  /** @default that of the conversation */
  readonly whenBusy?: WhenBusy | undefined;
}

/**
 * Why a request is made. `resume`: the same question again, under the same idempotency key.
 * @example
 * import type { Trigger } from 'teleprinter/conversation';
 * const isNew = (trigger: Trigger) => trigger === 'send' || trigger === 'edit';
 */
export type Trigger = 'send' | 'edit' | 'regenerate' | 'tool-results' | 'resume';

/**
 * What a request is for.
 * @example
 * import { openaiMessages, type AskContext } from 'teleprinter/conversation';
 * const request = openaiMessages(({ id, trigger }: AskContext) => ({ chat: id, trigger, stream: true }));
 */
export interface AskContext {
  /** The ID of the conversation. */
  readonly id: string;
  readonly trigger: Trigger;
  /** The message that was edited or is to be answered anew, where it was named. */
  readonly messageId: string | undefined;
  /** The ID of the answer that will arrive. */
  readonly answerId: string;
  /** The same for each attempt to get this answer, and for no other. */
  readonly idempotencyKey: string;
}

/**
 * Makes the body of a request: a plain object or array, which is sent as JSON, or anything that `fetch` takes. It is called
 * once a question.
 *
 * @param messages All messages up to the answer that is asked for.
 * @example
 * import type { RequestBody } from 'teleprinter/conversation';
 * const request: RequestBody = (messages, { id }) => ({ chat: id, question: messages.at(-1)?.parts });
 */
export type RequestBody<Metadata = unknown> = (
  messages: readonly Message<Metadata>[],
  context: AskContext,
) => MaybePromise<BodyInit | object | null>;
