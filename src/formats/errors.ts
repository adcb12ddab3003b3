import type { FormatEvent } from '../contract/format.ts';
import { ProviderError } from '../errors.ts';
import { listOf, stringOf, toJson, type Wire } from './wire.ts';

/**
 * The error that an event reports: by the event's name, by its `type`, by an error code, in a field `error`, `errors` or
 * `base_resp`, or in the shape of a failed response: a message and a status of 400 or more. Falsy if there is none.
 */
export function errorIn({ type, data }: FormatEvent): unknown {
  const isErrorEvent = type !== 'message' && ERROR.test(type);
  // Reading fields of a string would take longer than the rest of this function.
  if (typeof data !== 'object') return isErrorEvent ? data || type : undefined;
  const wire = (Array.isArray(data) && data.length === 1 ? data[0] : data) as Wire;
  const { error, err, error_code, object, event_type, base_resp, errors } = wire ?? {};
  const hasFailed =
    error ||
    err ||
    error_code ||
    isError(wire?.type) ||
    isError(event_type) ||
    isError(object) ||
    isErrorEvent ||
    isFailedResponse(wire);
  if (hasFailed) return wire ?? type;
  return Number(stringOf(base_resp?.status_code)) ? base_resp : listOf(errors)[0];
}

/** An object with a `type` is not one: the result of a tool may have a status, too. */
function isFailedResponse(wire: Wire): boolean {
  if (wire?.type || !stringOf(wire?.message ?? wire?.msg ?? wire?.detail)) return false;
  const { code, statusCode, status_code, status, success } = wire ?? {};
  const hasFailed = (success as unknown) === false || isError(status);
  const number = Number(stringOf(code ?? statusCode ?? status_code ?? status));
  return hasFailed || number >= 400 || number < 0;
}

/** Checks the length first: most names are longer than all of these, and the pattern takes a tenth of reading an event. */
const isError = (name: unknown): boolean => typeof name === 'string' && name.length < 10 && ERROR.test(name);

/** The event names and types that servers give to an error: `serialized-error` is tRPC's. */
const ERROR = /^((.+d-)?error|exception|fail(ed|ure))$/i;

/** The fields in which vendors put the message of an error, and its code, in order of preference. */
const MESSAGE_FIELDS =
  'message errorText msg error_msg status_msg error_message detail text content error err';
const CODE_FIELDS = 'code error_code status_code error type status';

/** Makes a ProviderError from an error of any vendor. */
export function providerError(detail: unknown): ProviderError {
  const wire = detail as Wire;
  const nested = wire?.error ?? wire?.message ?? wire?.payload ?? wire?.data ?? listOf(wire?.errors)[0];
  if (typeof nested === 'object' && nested) return providerError(nested);
  const valuesOf = (fields: string): readonly string[] =>
    fields.split(' ').map((field) => stringOf(wire?.[field]));
  const message =
    valuesOf(MESSAGE_FIELDS).find(Boolean) ?? (stringOf(detail) || toJson(detail) || 'no details');
  const providerCode = valuesOf(CODE_FIELDS).find((code) => code && code !== message && code !== 'error');
  return new ProviderError(
    `The provider reports an error${providerCode ? ` (${providerCode})` : ''}: ${message}. What arrived is in result.text.`,
    { providerCode, providerMessage: message, data: detail },
  );
}
