import type { FormatEvent } from '../contract/format.ts';
import { ProviderError } from '../errors.ts';
import { wordOf, type Wire } from './wire.ts';

/** The error that an event reports: by its name, by its `type`, or in its field `error`. */
export function errorIn({ type, data }: FormatEvent): unknown {
  const wire = data as Wire;
  const error: unknown = wire?.error;
  const isError = isErrorName(type) || isErrorName(wire?.type) || isErrorName(wire?.event_type);
  return typeof error === 'object' && error ? error : (error || isError) && (data || type);
}

const isErrorName = (name: unknown): boolean => name === 'error';

/** Makes the error that a vendor reports, whatever fields it uses for it. */
export function providerError(detail: unknown): ProviderError {
  const wire = detail as Wire;
  const { code, type, status, error } = (wire ?? {}) as Record<string, unknown>;
  const given = wire?.message ?? wire?.errorText;
  const message = wordOf(given) || wordOf(error) || wordOf(detail) || JSON.stringify(detail);
  const providerCode =
    wordOf(code) ||
    wordOf(given && error) ||
    (type !== 'error' && wordOf(type)) ||
    wordOf(status) ||
    undefined;
  return new ProviderError(
    `The model's provider reports an error${providerCode ? ` (${providerCode})` : ''}: ${message}. What had arrived is in result.text.`,
    { providerCode, providerMessage: message, data: detail },
  );
}
