/**
 * What went wrong, stable across versions: switch on it rather than on the message.
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
 * The base of every error that Teleprinter makes. The message says what happened and what to do.
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
  /** What went wrong, stable across versions. */
  declare readonly code: ErrorCode;

  /** @param facts What the class declares, and `cause`: the browser's own error, or the user's, where there is one. */
  constructor(message: string, facts: object) {
    super(message);
    Object.assign(this, facts);
  }
}

/**
 * The server answered with something other than a stream.
 *
 * @example
 * import { HttpError, stream } from 'teleprinter';
 * const { error } = await stream('/api/chat').result;
 * if (error instanceof HttpError && error.status === 429) console.log(`Wait ${error.retryAfter ?? 1000} ms`);
 */
export class HttpError extends TeleprinterError {
  override name = 'HttpError';
  override code = 'http' as const;
  /** The HTTP status, e.g. `401`. It is 200 when only the content type was wrong. */
  declare readonly status: number;
  /** The response headers. */
  declare readonly headers: Headers;
  /** The response body as text: the first 64 KiB. */
  declare readonly body: string;
  /** What the body looks like, and what to do. */
  declare readonly hint: string;
  /**
   * The server's own words, where the body has any: `error.message`, `error`, `detail`, `message` or `title` of JSON
   * (https://www.rfc-editor.org/rfc/rfc9457), or a short text. In the message, too. It is text of the server's: show it
   * as text.
   */
  declare readonly detail: string | undefined;
  /**
   * In milliseconds, how long the server asks to wait, by `retry-after-ms` or `Retry-After`: seconds or a date.
   * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
   */
  declare readonly retryAfter: number | undefined;

  /** @param message Says what is wrong where the server has no words for it. */
  constructor(message: string, facts: Pick<HttpError, 'status' | 'headers' | 'body' | 'hint'>) {
    const detail = detailOf(facts);
    super(detail ? `The server answered ${facts.status}: ${detail}` : message, {
      ...facts,
      detail,
      retryAfter: retryAfter(facts.headers),
    });
  }
}

/** The longest text of an error that is taken for the server's words, in characters. */
const SHORT = 500;

function detailOf({ status, body }: Pick<HttpError, 'status' | 'body'>): string | undefined {
  const text = body.trim();
  try {
    return wordsOf(JSON.parse(text));
  } catch {
    // A page is not a sentence, and an event stream is no error.
    const isSentence = status >= 400 && text.length <= SHORT && !/^(<|data:|event:|id:|:)/.test(text);
    return (isSentence && text) || undefined;
  }
}

function wordsOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, SHORT) || undefined;
  if (!value || typeof value !== 'object') return undefined;
  // Some send a list of errors.
  if (Array.isArray(value)) return wordsOf(value[0]);
  const { error, detail, message, msg, title } = value as Record<string, unknown>;
  return wordsOf(error) ?? wordsOf(detail) ?? wordsOf(message) ?? wordsOf(msg) ?? wordsOf(title);
}

const SECONDS = /^\d+(\.\d+)?$/;

/** Of what is neither a number nor an HTTP date, nothing: `-5` is a date to `Date.parse`. */
function retryAfter(headers: Headers): number | undefined {
  const ms = headers.get('retry-after-ms') ?? '';
  if (SECONDS.test(ms)) return Number(ms);
  const value = headers.get('retry-after') ?? '';
  // Some servers send fractions.
  if (SECONDS.test(value)) return Number(value) * 1000;
  if (!/\d\d:\d\d:\d\d/.test(value)) return undefined;
  // The oldest form has no time zone; it is GMT, too. Some servers send others.
  const wait = Date.parse(/([a-z]|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value} GMT`) - Date.now();
  return wait > 0 ? wait : undefined;
}

/**
 * The connection could not be made, or broke.
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

/**
 * The browser's own error, of a connection that failed.
 * @internal
 */
export function connectionBroke(cause: unknown): ConnectionError {
  return new ConnectionError('The connection failed or broke: network, URL or CORS. See cause.', { cause });
}

/**
 * The answer broke off before its end. `cause` says why; what arrived is in `result.text`.
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
 * The server did not answer, or fell silent, for longer than `timeout` allows.
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
 * An event's data is not what `decode` or its schema asks for. `cause` has the parser's error, or the schema's issues.
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
  /** The data of the event, as it arrived. */
  declare readonly data: string;
}

/**
 * The stream itself carried an error: of the model's provider, or of the server that relays it.
 *
 * @example
 * import { ProviderError, stream } from 'teleprinter';
 * const { error } = await stream('/api/chat').result;
 * if (error instanceof ProviderError && error.providerCode === 'overloaded_error') console.log('Try again later.');
 */
export class ProviderError extends TeleprinterError {
  override name = 'ProviderError';
  override code = 'provider' as const;
  /** The provider's own code, e.g. `overloaded_error`, where it gave one. */
  declare readonly providerCode: string | undefined;
  /** The provider's own words. */
  declare readonly providerMessage: string;
  /** What it sent, decoded. */
  declare readonly data: unknown;
}

/**
 * An option has a value that cannot be honoured.
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

/**
 * What an option's function threw, or what its value is not: nothing that asking again would mend.
 * @internal
 */
export function optionThrew(option: string, cause: unknown): OptionsError {
  return new OptionsError(`The option ${option} could not be used. See cause.`, { option, cause });
}

/**
 * JSON of the server's nests deeper than the stack bears.
 * @internal
 */
export function tooDeep(cause: unknown): TeleprinterError {
  return new TeleprinterError('The data of an event nests too deep to be read. Send flatter JSON.', {
    code: 'too-deep',
    cause,
  });
}
