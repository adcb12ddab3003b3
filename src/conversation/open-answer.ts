import type { AskContext, AskOptions } from '../contract/asking.ts';
import type { ConversationOptions } from '../contract/conversation.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { Message } from '../contract/message.ts';
import type { StreamOptions } from '../contract/options.ts';
import { optionError } from '../errors.ts';
import { isResponse } from '../is-response.ts';
import { mergeHeaders } from '../stream/client.ts';
import { stream } from '../stream/stream.ts';

/** Receives the events of one answer. Each method is called before the page's own callback. */
type AnswerListener = Required<Pick<StreamOptions, 'onOpen' | 'onPart' | 'onReconnect' | 'onEnd'>>;

/** The option `resume` of `stream()`: whether an answer that was cut off is continued. */
export function resumeOption<M>({ resume, resumeKey }: ConversationOptions<M>): StreamOptions['resume'] {
  return resume ?? (resumeKey === undefined ? undefined : true);
}

/** Opens the stream of one answer. @throws OptionsError if an option is wrong */
export function openAnswer<M>(
  options: ConversationOptions<M>,
  messages: readonly Message<M>[],
  context: AskContext,
  askOptions: AskOptions | undefined,
  listener: AnswerListener,
): EventStream {
  const { input, method = 'POST', headers, idempotencyKey, request } = options;
  let source;
  try {
    source = typeof input === 'function' ? input(messages, context) : input;
  } catch (error) {
    throw optionError('input', error);
  }
  // A Response or byte stream is read as it is: no request is made.
  const isRequest = !isResponse(source);
  const hasBody = isRequest && !/^(get|head)$/i.test(method);
  const key = context.idempotencyKey;
  const resume = resumeOption(options);
  const keyHeader = hasBody && idempotencyKey !== false ? { 'Idempotency-Key': key } : undefined;
  const createBody = async (): Promise<BodyInit | object | null> => {
    const body = await request(messages, context);
    return body?.constructor === Object ? { ...(body as object), ...askOptions?.body } : body;
  };
  let bodyPromise: ReturnType<typeof createBody> | undefined;
  const streamOptions: Record<string, unknown> = {
    ...options,
    method,
    resume,
    resumeKey: isRequest ? options.resumeKey : undefined,
    headers: mergeHeaders([headers, askOptions?.headers, keyHeader]),
    // The header alone does not show that the server honours it.
    idempotencyKey: hasBody && (idempotencyKey ?? resume) ? key : undefined,
    // The body is created once, also if the request is repeated. `resumeKey` tells requests apart by their keys.
    body: hasBody ? Object.assign(() => (bodyPromise ??= createBody()), { toJSON: () => key }) : undefined,
    // The conversation calls it with the message when the answer has ended.
    onError: undefined,
  };
  for (const name in listener) {
    streamOptions[name] = (value: never): unknown => {
      listener[name as keyof AnswerListener]!(value);
      return options[name as keyof AnswerListener]?.(value);
    };
  }
  return stream(source, streamOptions);
}
