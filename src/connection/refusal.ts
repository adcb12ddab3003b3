import { HttpError, type TeleprinterError } from '../errors.ts';

/** A quota that no waiting refills, by OpenAI's words and those of services that speak like it. */
const USED_UP = /insufficient_(quota|balance|credits?|funds)|billing_(hard_limit|not_active)/;

/** Of the client's errors, those that may pass: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
const PASSING = /^4(08|25|29)$/;

/**
 * Whether the same request would meet the error again.
 * @param maxRetryAfter The longest wait that the server may ask for, in milliseconds.
 */
export function isPermanent(error: TeleprinterError, maxRetryAfter: number = Infinity): boolean {
  if (!(error instanceof HttpError)) return !/^(connection|timeout)$/.test(error.code);
  const { status, headers, body, retryAfter = 0 } = error;
  const advice = headers.get('x-should-retry');
  if (advice === 'false' || retryAfter > maxRetryAfter || (status === 429 && USED_UP.test(body))) return true;
  // A success that is no stream is no stream the next time.
  return status < 400 || (status < 500 && !PASSING.test(String(status)) && advice !== 'true');
}

/** Whether the server says that it did not take the request on. */
export function isRefusal(error: TeleprinterError): boolean {
  return error instanceof HttpError && [429, 503].includes(error.status);
}
