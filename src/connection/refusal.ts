import { HttpError, type TeleprinterError } from '../errors.ts';

/** A quota that no waiting refills, by OpenAI's words and those of services that speak like it. */
const USED_UP = /insufficient_(quota|balance|credits?|funds)|billing_(hard_limit|not_active)/;

/** Of the client's errors, those that may pass: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
const PASSING = /^4(08|25|29)$/;

/**
 * The statuses by which a server says that it did not take the request on. 529 is Anthropic's for an overload:
 * https://platform.claude.com/docs/en/api/errors
 */
const REFUSALS = /^(429|503|529)$/;

/**
 * What an error says of asking again: `permanent`, the same request would meet it again; `refused`, the server did not
 * take it on, or says that it may come again; `lost`, the connection failed, or nobody knows how far the request came.
 * @param maxRetryAfter The longest wait that the server may ask for, in milliseconds.
 */
export function refusalOf(
  error: TeleprinterError,
  maxRetryAfter: number = Infinity,
): 'permanent' | 'refused' | 'lost' {
  if (!(error instanceof HttpError)) return /^(connection|timeout)$/.test(error.code) ? 'lost' : 'permanent';
  const { status, headers, body, retryAfter = 0 } = error;
  const advice = headers.get('x-should-retry');
  if (advice === 'false' || retryAfter > maxRetryAfter || (status === 429 && USED_UP.test(body)))
    return 'permanent';
  // A success that is no stream is no stream the next time.
  if (status < 400) return 'permanent';
  if (advice === 'true' || REFUSALS.test(String(status))) return 'refused';
  return status < 500 && !PASSING.test(String(status)) ? 'permanent' : 'lost';
}
