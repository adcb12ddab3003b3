import type { AskContext, AskOptions, Trigger } from '../contract/asking.ts';
import type { ConversationOptions } from '../contract/conversation.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { Message } from '../contract/message.ts';
import type { StreamOptions } from '../contract/options.ts';
import { optionError } from '../errors.ts';
import { mergeHeaders } from '../stream/client.ts';
import { stream } from '../stream/stream.ts';

/** What is asked, and what for. */
export type Question<M> = [
  trigger: Trigger,
  messages: readonly Message<M>[],
  asked?: AskOptions,
  /** The message that was edited or is to be answered anew. */
  messageId?: string,
];

/** Receives one answer, each time before the page's own callback. */
type AnswerListener = Required<Pick<StreamOptions, 'onOpen' | 'onPart' | 'onReconnect' | 'onEnd'>>;

/** Whether an answer that was cut is gone on with. */
export function resumeOf<M>({ resume, resumeKey }: ConversationOptions<M>): StreamOptions['resume'] {
  return resume ?? (resumeKey === undefined ? undefined : true);
}

/** Opens the stream of one answer. @throws OptionsError */
export function openAnswer<M>(
  options: ConversationOptions<M>,
  messages: readonly Message<M>[],
  context: AskContext,
  asked: AskOptions | undefined,
  listener: AnswerListener,
): EventStream {
  const { input, method = 'POST', headers, idempotencyKey, request } = options;
  let source;
  try {
    source = typeof input === 'function' ? input(messages, context) : input;
  } catch (error) {
    throw optionError('input', error);
  }
  // If not, somebody else has asked, and the answer is read as it is.
  const isAsked = !(source instanceof Response || source instanceof ReadableStream);
  const hasBody = isAsked && !/^(get|head)$/i.test(method);
  const key = context.idempotencyKey;
  const resume = resumeOf(options);
  const keyHeader = hasBody && idempotencyKey !== false ? { 'Idempotency-Key': key } : undefined;
  const make = async (): Promise<BodyInit | object | null> => {
    const body = await request(messages, context);
    return body?.constructor === Object ? { ...(body as object), ...asked?.body } : body;
  };
  let made: ReturnType<typeof make> | undefined;
  const all: Record<string, unknown> = {
    ...options,
    method,
    resume,
    resumeKey: isAsked ? options.resumeKey : undefined,
    headers: isAsked ? mergeHeaders([headers, asked?.headers, keyHeader]) : undefined,
    // The header alone says nothing of what the server does with it.
    idempotencyKey: hasBody && (idempotencyKey ?? resume) ? key : undefined,
    // One question has one body, also when it is asked again. What tells it from others, for `resumeKey`, is its key.
    body: hasBody ? Object.assign(() => (made ??= make()), { toJSON: () => key }) : undefined,
    // Called with the message, at its end.
    onError: undefined,
  };
  for (const on in listener) {
    all[on] = (value: never): unknown => {
      listener[on as keyof AnswerListener]!(value);
      return options[on as keyof AnswerListener]?.(value);
    };
  }
  return stream(source, all);
}
