import { HttpError, type TeleprinterError } from '../errors.ts';

/** Whether asking again cannot change the error: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
export function isPermanent(error: TeleprinterError): boolean {
  return error instanceof HttpError
    ? error.status < 500 && ![408, 425, 429].includes(error.status)
    : !/^(connection|timeout)$/.test(error.code);
}

/** Whether the server says that it did not take the request on. */
export function isRefusal(error: TeleprinterError): boolean {
  return error instanceof HttpError && [429, 503].includes(error.status);
}

/** Milliseconds, from seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfter(error: TeleprinterError | undefined): number | undefined {
  const value = error instanceof HttpError && error.headers.get('retry-after');
  return value ? Math.max(0, Number(value) * 1000 || Date.parse(value) - Date.now()) || 0 : undefined;
}
