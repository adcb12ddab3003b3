import type { FormatEvent } from '../contract/format.ts';
import { ProviderError } from '../errors.ts';
import { jsonOf, listOf, wordOf, type Wire } from './wire.ts';

/**
 * The error that an event reports: by its name or its `type`, in a field `error`, `errors` or `base_resp`, or by an
 * error code of its own.
 */
export function errorIn({ type, data }: FormatEvent): unknown {
  const isNamed = type === 'error';
  if (typeof data !== 'object' || !data) return isNamed && (data || type);
  if (Array.isArray(data)) return data.length === 1 && errorIn({ type, data: data[0], headers: undefined });
  const wire = data as Wire;
  const error: unknown = wire?.error;
  if (error && typeof error === 'object') return error;
  const { object, event_type, base_resp, error_msg, error_code } = wire ?? {};
  if (error || isNamed || isError(wire?.type) || isError(event_type) || isError(object)) return data;
  if (error_msg && error_code) return data;
  return Number(wordOf(base_resp?.status_code)) ? base_resp : listOf(wire?.errors)[0];
}

const isError = (name: unknown): boolean => name === 'error';

/** The fields that vendors put the words of an error in, and its code. */
const MESSAGES =
  'message errorText error_msg error_message errorMessage status_msg msg detail title reason content';
const CODES = 'code error_code errorCode status_code';

/** Makes the error that a vendor reports, whatever fields it uses for it. */
export function providerError(detail: unknown): ProviderError {
  const wire = (typeof detail === 'object' ? detail : undefined) as Wire;
  const first = (fields: string): string =>
    fields.split(' ').reduce((found, field) => found || wordOf(wire?.[field]), '');
  const nested = wire?.error ?? wire?.message;
  if (nested && typeof nested === 'object') return providerError(nested);
  const given = first(MESSAGES);
  const { type, status, error } = wire ?? {};
  const message = given || wordOf(error) || wordOf(detail) || (jsonOf(detail) ?? 'no details');
  const providerCode =
    first(CODES) || wordOf(given && error) || (!isError(type) && wordOf(type)) || wordOf(status) || undefined;
  return new ProviderError(
    `The model's provider reports an error${providerCode ? ` (${providerCode})` : ''}: ${message}. What had arrived is in result.text.`,
    { providerCode, providerMessage: message, data: detail },
  );
}
