import type { FormatEvent } from '../contract/format.ts';
import { ProviderError } from '../errors.ts';
import { jsonOf, listOf, wordOf, type Wire } from './wire.ts';

/**
 * The error that an event reports: by its name or its `type`, in a field `error`, `errors` or `base_resp`, by an error
 * code of its own, or as servers answer a request that fails: a message, and a status from 400 up.
 */
export function errorIn({ type, data }: FormatEvent): unknown {
  const isNamedSo = type !== 'message' && ERROR.test(type);
  // To look for fields in a text takes longer than all the rest.
  if (typeof data !== 'object') return isNamedSo ? (data ?? type) : undefined;
  const wire = (Array.isArray(data) && data.length === 1 ? data[0] : data) as Wire;
  const { error, error_code, object, event_type, base_resp, errors } = wire ?? {};
  if (typeof error === 'object' && error) return error;
  const hasFailed =
    error ||
    error_code ||
    isError(wire?.type) ||
    isError(event_type) ||
    isError(object) ||
    isNamedSo ||
    isProblem(wire);
  if (hasFailed) return wire ?? type;
  return Number(wordOf(base_resp?.status_code)) ? base_resp : listOf(errors)[0];
}

/** What a tool came to may have a status, too, but has a `type`. */
function isProblem(wire: Wire): boolean {
  if (wire?.type || !wordOf(wire?.message ?? wire?.msg ?? wire?.detail)) return false;
  const { code, statusCode, status, success } = wire ?? {};
  const hasFailed = (success as unknown) === false || isError(status);
  return hasFailed || Number(wordOf(code ?? statusCode ?? status)) >= 400;
}

/** Most names are longer than each of an error: to try them takes a tenth of what reading an event takes. */
const isError = (name: unknown): boolean => typeof name === 'string' && name.length < 10 && ERROR.test(name);

/** The names of events that servers give to an error. */
const ERROR = /^(error|exception|failed|failure)$/i;

/** The fields that vendors put the words of an error in, and those of its code. */
const MESSAGES = 'message errorText error_msg error_message status_msg msg detail content error';
const CODES = 'code error_code status_code error type status';

/** Makes the error that a vendor reports, whatever fields it uses for it. */
export function providerError(detail: unknown): ProviderError {
  const wire = detail as Wire;
  const nested = wire?.error ?? wire?.message ?? wire?.payload ?? wire?.data ?? listOf(wire?.errors)[0];
  if (typeof nested === 'object' && nested) return providerError(nested);
  const words = (fields: string): readonly string[] =>
    fields.split(' ').map((field) => wordOf(wire?.[field]));
  const message = words(MESSAGES).find(Boolean) ?? (wordOf(detail) || jsonOf(detail) || 'no details');
  const providerCode = words(CODES).find((code) => code && code !== message && code !== 'error');
  return new ProviderError(
    `The provider reports an error${providerCode ? ` (${providerCode})` : ''}: ${message}. What arrived is in result.text.`,
    { providerCode, providerMessage: message, data: detail },
  );
}
