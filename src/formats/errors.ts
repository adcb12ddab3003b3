import type { FormatEvent } from '../contract/format.ts';
import { ProviderError } from '../errors.ts';
import { jsonOf, listOf, wordOf, type Wire } from './wire.ts';

/**
 * The error that an event reports: by its name or its `type`, in a field `error`, `errors` or `base_resp`, or by an
 * error code of its own.
 */
export function errorIn({ type, data }: FormatEvent): unknown {
  const wire = (Array.isArray(data) && data.length === 1 ? data[0] : data) as Wire;
  const { error, object, event_type, base_resp, error_msg, errors } = wire ?? {};
  if (typeof error === 'object' && error) return error;
  const isNamed = [type, wire?.type, event_type, object].some((name) => (name as unknown) === 'error');
  if (error || isNamed || (error_msg && wire?.error_code)) return wire ?? type;
  return Number(wordOf(base_resp?.status_code)) ? base_resp : listOf(errors)[0];
}

/** The fields that vendors put the words of an error in, and those of its code. */
const MESSAGES = 'message errorText error_msg status_msg msg detail content error';
const CODES = 'code error_code status_code';

/** Makes the error that a vendor reports, whatever fields it uses for it. */
export function providerError(detail: unknown): ProviderError {
  const wire = detail as Wire;
  const nested = wire?.error ?? wire?.message ?? wire?.payload;
  if (typeof nested === 'object' && nested) return providerError(nested);
  const find = (fields: string): string =>
    fields.split(' ').reduce((found, field) => found || wordOf(wire?.[field]), '');
  const message = find(MESSAGES) || wordOf(detail) || jsonOf(detail) || 'no details';
  const codes = [find(CODES), wordOf(wire?.error), wordOf(wire?.type), wordOf(wire?.status)];
  const providerCode = codes.find((code) => code && code !== message && code !== 'error');
  return new ProviderError(
    `The model's provider reports an error${providerCode ? ` (${providerCode})` : ''}: ${message}. What had arrived is in result.text.`,
    { providerCode, providerMessage: message, data: detail },
  );
}
