/**
 * Identifies the kind of error, stable across versions. Branch on it, not on the message.
 *
 * @example
 * import { stream, type ErrorCode } from 'teleprinter';
 * const words: Partial<Record<ErrorCode, string>> = { http: 'The server refused.', timeout: 'No answer came.' };
 * const { error } = await stream('/api/chat').result;
 * if (error) console.log(words[error.code] ?? error.message);
 */
export type ErrorCode =
  | 'connection'
  | 'decode'
  | 'event-too-large'
  | 'http'
  | 'options'
  | 'provider'
  | 'queue-full'
  | 'timeout'
  | 'too-deep'
  | 'truncated';

/**
 * The base class of all errors that Teleprinter creates. The message says what happened and what to do.
 *
 * @example
 * import { stream, TeleprinterError } from 'teleprinter';
 * try {
 *   for await (const delta of stream('/api/chat').text) console.log(delta);
 * } catch (error) {
 *   if (error instanceof TeleprinterError) console.error(error.code, error.message);
 * }
 */
export class TeleprinterError extends Error {
  override name = 'TeleprinterError';
  /** The kind of error, stable across versions. */
  declare readonly code: ErrorCode;

  /** @param facts The fields that the class declares, and `cause`: the original error, if there is one. */
  constructor(message: string, facts?: object) {
    super(message);
    Object.assign(this, facts);
  }
}

/**
 * The server responded with something other than a stream.
 *
 * @example
 * import { HttpError, stream } from 'teleprinter';
 * const { error } = await stream('/api/chat').result;
 * if (error instanceof HttpError && error.status === 429) console.log(`Wait ${error.retryAfter ?? 1000} ms`);
 */
export class HttpError extends TeleprinterError {
  override name = 'HttpError';
  override code = 'http' as const;
  /** The HTTP status, e.g. `401`. 200 if only the content type was wrong. */
  declare readonly status: number;
  /** The response headers. */
  declare readonly headers: Headers;
  /** The response body as text: the first 64 KiB. */
  declare readonly body: string;
  /** What kind of body it is, and what to do. */
  declare readonly hint: string;
  /**
   * The server's own message, if the body has one: `error.message`, `error`, `detail`, `message` or `title` of JSON
   * (https://www.rfc-editor.org/rfc/rfc9457), or a short text. Also part of `message`. It comes from the server: show
   * it as text, not as HTML.
   */
  declare readonly detail: string | undefined;
  /**
   * How long the server asks to wait, in milliseconds, by `retry-after-ms` or `Retry-After` (seconds or a date).
   * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
   */
  declare readonly retryAfter: number | undefined;

  /** @param message Used if the body has no message of its own. */
  constructor(message: string, facts: Pick<HttpError, 'status' | 'headers' | 'body' | 'hint'>) {
    const detail = detailOf(facts);
    super(detail ? `The server answered ${facts.status}: ${detail}` : message, {
      ...facts,
      detail,
      retryAfter: parseRetryAfter(facts.headers),
    });
  }
}

/** The longest message that is taken from an error's body, in characters. */
const MAX_DETAIL = 500;

function detailOf({ status, body }: Pick<HttpError, 'status' | 'body'>): string | undefined {
  const text = body.trim();
  try {
    return messageIn(JSON.parse(text))?.slice(0, MAX_DETAIL);
  } catch {
    // Markup and event streams are not messages.
    const isMessage = status >= 400 && text.length <= MAX_DETAIL && !/^(<|data:|event:|id:|:)/.test(text);
    return (isMessage && text) || undefined;
  }
}

/** The words of an error, in the fields in which servers and libraries put them. @internal */
export function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value || undefined;
  if (!value || typeof value !== 'object') return undefined;
  // Some servers send a list of errors.
  if (Array.isArray(value)) return messageIn(value[0]);
  const { error, detail, message, msg, title } = value as Record<string, unknown>;
  return messageIn(error) ?? messageIn(detail) ?? messageIn(message) ?? messageIn(msg) ?? messageIn(title);
}

const SECONDS = /^\d+(\.\d+)?$/;

/** The requested wait in milliseconds; `undefined` unless it is a number or an HTTP date. `Date.parse` accepts `-5`. */
function parseRetryAfter(headers: Headers): number | undefined {
  const ms = headers.get('retry-after-ms') ?? '';
  if (SECONDS.test(ms)) return Number(ms);
  const value = headers.get('retry-after') ?? '';
  // Some servers send fractions.
  if (SECONDS.test(value)) return Number(value) * 1000;
  if (!/\d\d:\d\d:\d\d/.test(value)) return undefined;
  // The obsolete asctime form has no time zone and means GMT. Some servers send other time zones.
  const wait = Date.parse(/([a-z]|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value} GMT`) - Date.now();
  return wait > 0 ? wait : undefined;
}

/**
 * The connection could not be established, or it broke.
 *
 * @example
 * import { ConnectionError, stream } from 'teleprinter';
 * const { error } = await stream('/api/chat').result;
 * if (error instanceof ConnectionError) console.log('Are you online?', error.cause);
 */
export class ConnectionError extends TeleprinterError {
  override name = 'ConnectionError';
  override code = 'connection' as const;
}

/** Wraps the browser's own error for a connection that failed. @internal */
export function connectionError(cause: unknown): ConnectionError {
  return new ConnectionError('The connection failed or broke: network, URL or CORS. See cause.', { cause });
}

/**
 * The answer was cut off before its end. `cause` says why; the text that arrived is in `result.text`.
 *
 * @example
 * import { stream, TruncatedError } from 'teleprinter';
 * const { error, text } = await stream('/api/chat').result;
 * if (error instanceof TruncatedError) console.log('Broke off after:', text, error.cause);
 */
export class TruncatedError extends TeleprinterError {
  override name = 'TruncatedError';
  override code = 'truncated' as const;
}

/**
 * The server did not respond, or sent nothing, for longer than `timeout` allows.
 *
 * @example
 * import { stream, TimeoutError } from 'teleprinter';
 * const { error } = await stream('/api/chat', { timeout: { connect: 10_000 } }).result;
 * if (error instanceof TimeoutError) console.log('The server is slow today.');
 */
export class TimeoutError extends TeleprinterError {
  override name = 'TimeoutError';
  override code = 'timeout' as const;
}

/**
 * The data of an event could not be decoded, or does not fit its schema. `cause` has the parser's error, or the
 * schema's issues.
 *
 * @example
 * import { DecodeError, stream } from 'teleprinter';
 * const { error } = await stream('/prices', { decode: 'json' }).result;
 * if (error instanceof DecodeError) console.log(error.type, error.data, error.cause);
 */
export class DecodeError extends TeleprinterError {
  override name = 'DecodeError';
  override code = 'decode' as const;
  /** The name of the event. */
  declare readonly type: string;
  /** The data of the event, as received. */
  declare readonly data: string;
}

/**
 * The stream carried an error, of the model's provider or of the server that relays it.
 *
 * @example
 * import { ProviderError, stream } from 'teleprinter';
 * const { error } = await stream('/api/chat').result;
 * if (error instanceof ProviderError && error.providerCode === 'overloaded_error') console.log('Try again later.');
 */
export class ProviderError extends TeleprinterError {
  override name = 'ProviderError';
  override code = 'provider' as const;
  /** The provider's own code, e.g. `overloaded_error`, if it sent one. */
  declare readonly providerCode: string | undefined;
  /** The provider's own message. */
  declare readonly providerMessage: string;
  /** The decoded data of the error event. */
  declare readonly data: unknown;
}

/**
 * An option has a value that cannot be used.
 *
 * @example
 * import { OptionsError, stream } from 'teleprinter';
 * try {
 *   stream('/api/chat', { reconnect: 'sometimes' as 'always' });
 * } catch (error) {
 *   if (error instanceof OptionsError) console.log(error.option);
 * }
 */
export class OptionsError extends TeleprinterError {
  override name = 'OptionsError';
  override code = 'options' as const;
  /** The option's name, e.g. `transport` or `timeout.idle`. */
  declare readonly option: string;
}

/** The error for an option whose function threw, or whose value cannot be used. Retrying would not help. @internal */
export function optionError(option: string, cause: unknown): OptionsError {
  return new OptionsError(`The option ${option} could not be used. See cause.`, { option, cause });
}

/**
 * @param all The choices that options have, by their names, with spaces in between.
 * @throws OptionsError for a text that is none of them
 * @internal
 */
export function assertChoices(options: object, all: Readonly<Record<string, string>>): void {
  for (const option in all) {
    const value: unknown = options[option as keyof typeof options];
    const choices = all[option]!;
    if (typeof value === 'string' && !choices.split(' ').includes(value))
      throw new OptionsError(`${option} is '${value}'. It takes one of: ${choices}.`, { option });
  }
}

/** The error for JSON that is nested too deeply for the call stack. @internal */
export function tooDeepError(cause: unknown): TeleprinterError {
  return new TeleprinterError('The data of an event nests too deep to be read. Send flatter JSON.', {
    code: 'too-deep',
    cause,
  });
}
