import type { AskContext, AskOptions } from '../contract/asking.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { Message } from '../contract/message.ts';
import type { StreamOptions } from '../contract/options.ts';
import type { Part } from '../contract/parts.ts';
import type { StreamResult } from '../contract/result.ts';
import { optionThrew } from '../errors.ts';
import { report } from '../stream/report.ts';
import { stream } from '../stream/stream.ts';
import type { Settings } from './settings.ts';

/** Receives one answer. */
interface AnswerListener {
  arrive(part: Part): void;
  /** A connection opened. What the stream had kept has arrived. */
  open(): void;
  /** The answer starts over. */
  restart(): void;
  /** The answer has ended. Called once. */
  end(result: StreamResult): void;
}

/** Opens the stream of one answer. @throws OptionsError */
export function openAnswer<M>(
  settings: Settings<M>,
  messages: readonly Message<M>[],
  context: AskContext,
  asked: AskOptions | undefined,
  listener: AnswerListener,
): EventStream {
  const { input, method = 'POST', onOpen, onPart, onReconnect, onEnd } = settings;
  const source = typeof input === 'function' ? call(input, messages, context) : input;
  // It was asked for already, and is read as it is.
  const isResponse = source instanceof Response || source instanceof ReadableStream;
  return stream(source, {
    ...settings,
    method,
    ...(isResponse
      ? { resumeKey: undefined, headers: undefined }
      : requestOptions(settings, messages, context, asked)),
    onOpen(opened) {
      listener.open();
      report(onOpen, opened);
    },
    onPart(part) {
      listener.arrive(part);
      report(onPart, part);
    },
    onReconnect(reconnection) {
      if (reconnection.restarted) listener.restart();
      report(onReconnect, reconnection);
    },
    onEnd(result) {
      listener.end(result);
      report(onEnd, result);
    },
    // Called with the message, by the listener.
    onError: undefined,
  } as StreamOptions);
}

/** @throws OptionsError */
function call<A extends readonly unknown[], R>(input: (...args: A) => R, ...args: A): R {
  try {
    return input(...args);
  } catch (error) {
    throw optionThrew('input', error);
  }
}

function requestOptions<M>(
  { headers, method = 'POST', request, resume, idempotencyKey }: Settings<M>,
  messages: readonly Message<M>[],
  context: AskContext,
  asked: AskOptions | undefined,
): StreamOptions {
  const key = context.idempotencyKey;
  const isSafe = /^(get|head)$/i.test(method);
  const merge = (own: HeadersInit | undefined): Headers => {
    const merged = new Headers(own);
    new Headers(asked?.headers).forEach((value, name) => merged.set(name, value));
    if (!isSafe && idempotencyKey !== false) merged.set('Idempotency-Key', key);
    return merged;
  };
  const makeBody = async (): Promise<BodyInit | object | null> => {
    const body = await request(messages, context);
    return asked?.body && {}.toString.call(body) === '[object Object]'
      ? { ...(body as object), ...asked.body }
      : body;
  };
  let made: ReturnType<typeof makeBody> | undefined;
  // One question has one body, also when it is asked again. What tells it from others, for `resumeKey`, is its key.
  const body = isSafe ? undefined : Object.assign(() => (made ??= makeBody()), { toJSON: () => key });
  return {
    headers: typeof headers === 'function' ? async () => merge(await headers()) : merge(headers),
    body,
    // The header alone says nothing of what the server does with it.
    idempotencyKey: !isSafe && (idempotencyKey ?? resume) ? key : undefined,
  };
}
