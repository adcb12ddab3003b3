/** A check of development builds: options of a type that no stream can use. */
import { OptionsError } from '../errors.ts';

const FUNCTION = 'a function';

/** What options take, by their names: the types of their values, and words for an error. */
const OPTIONS: Readonly<Record<string, readonly [types: string, takes: string]>> = {
  end: ['string function object', 'a name, names, a function over the raw event, or false'],
  events: ['object', 'names, or a map from name to schema'],
  fetch: ['function', FUNCTION],
  idempotencyKey: ['string boolean', 'true or a key'],
  maxEventSize: ['number', 'a number of characters'],
  reconnect: ['string', "'resume', 'always' or 'never'"],
  resume: ['string boolean function object', 'true, a URL or a function'],
  resumeKey: ['string', 'a name'],
  retry: ['object', '{ limit, delay, maxDelay, maxRetryAfter }'],
  stop: ['string boolean object', 'true or a URL'],
  timeout: ['object', '{ connect, idle }, in milliseconds'],
};

const CALLBACK = ['function', FUNCTION] as const;
/** `false` does not turn these off: it would count as not given. */
const HAS_NO_FALSE = /^(reconnect|retry|timeout)$/;

/** @throws OptionsError for a value of another type, which would count as not given */
export function assertOptionTypes(options: object): void {
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    const isGiven = value != null && (value !== false || HAS_NO_FALSE.test(option));
    const row = OPTIONS[option] ?? (/^on[A-Z]/.test(option) ? CALLBACK : undefined);
    if (isGiven && row && !row[0].split(' ').includes(typeof value))
      throw new OptionsError(`${option} is ${JSON.stringify(value) ?? typeof value}. It takes ${row[1]}.`, {
        option,
      });
  }
}
