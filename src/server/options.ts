import { OptionsError } from '../errors.ts';
import type { Format, FormatName } from '../contract/format.ts';
import { formatOf } from '../formats/auto.ts';
import type { AnswerAccount } from './account.ts';
import { guarded } from './callback.ts';
import type { AnswerSource } from './source.ts';
import { memoryStore } from './memory-store.ts';
import type { RelayStore } from './store.ts';

/**
 * The options of `createRelay()`. Durations are in milliseconds.
 *
 * @example
 * import { createRelay, type RelayOptions } from 'teleprinter/server';
 * const options: RelayOptions = {
 *   patience: 60_000,
 *   onEnd: ({ id, outcome, text }) => console.log(id, outcome, text.length),
 * };
 * const relay = createRelay(options);
 */
export interface RelayOptions {
  /** Where answers are stored. @default memoryStore(), which serves one process */
  readonly store?: RelayStore | undefined;
  /**
   * Returns the user who makes a request. Only the owner of an answer can read or stop it; for others it does not exist. An
   * error of this function is answered with its own `status`, else with 500. Without `owner`, an answer can be read by
   * anyone who knows its ID, or the `Idempotency-Key` of its question: make the keys random.
   */
  readonly owner?: ((request: Request) => Owner | Promise<Owner>) | undefined;
  /** How long the model continues when no client reads its answer. @default 30000 */
  readonly patience?: number | undefined;
  /**
   * How long a connection may be silent before a heartbeat is sent. Each response announces this interval. 0 and
   * `Infinity` send no heartbeats.
   * @default 15000
   */
  readonly heartbeat?: number | undefined;
  /** The largest answer, in characters of event stream. A larger one is cut, with an error. @default 16777216 */
  readonly maxSize?: number | undefined;
  /** How long an answer may take. A longer one is cut, with an error. @default 3600000 */
  readonly maxAge?: number | undefined;
  /** How long an answer can be read after its end. @default 600000 */
  readonly retention?: number | undefined;
  /** How many responses of this process may read one answer at the same time. Others get a 503. @default 100 */
  readonly maxReaders?: number | undefined;
  /** The largest body of a request, in bytes. A larger one gets a 413. @default 4194304 */
  readonly maxBodySize?: number | undefined;
  /** The format of the answers, for `onEnd`. @default auto() */
  readonly format?: Format | FormatName | undefined;
  /**
   * Receives an answer that has ended, for the application to save. Called once, in the process that produced the answer, even
   * if no client has read it.
   */
  readonly onEnd?: ((answer: EndedAnswer) => unknown) | undefined;
  /**
   * Receives the errors of the model, the store, `owner` and `onEnd`. Responses show only the kind of an error.
   * @default console.error
   */
  readonly onError?: ((error: unknown, answer: { readonly id: string | undefined }) => void) | undefined;
}

/**
 * The user who makes a request: any value that identifies a user, e.g. an ID.
 *
 * @example
 * import { createRelay, type Owner } from 'teleprinter/server';
 * const userOf = (request: Request): Owner => request.headers.get('x-user');
 * const relay = createRelay({ owner: userOf });
 */
export type Owner = string | number | null | undefined;

/**
 * An answer that has ended.
 *
 * @example
 * import { createRelay, type EndedAnswer } from 'teleprinter/server';
 * const save = ({ id, owner, outcome, text }: EndedAnswer) => console.log(id, owner, outcome, text);
 * const relay = createRelay({ onEnd: save });
 */
export interface EndedAnswer extends AnswerAccount {
  /** The ID of the answer. */
  readonly id: string;
  /** The user who asked, as the option `owner` returned it; empty without that option. */
  readonly owner: string;
  /** The `Idempotency-Key` of the question. */
  readonly idempotencyKey: string | undefined;
  /** Why the answer is not whole: the error of the model or of the relay. */
  readonly error: unknown;
}

/**
 * The argument of `produce`.
 *
 * @example
 * import OpenAI from 'openai';
 * import type { ProduceContext } from 'teleprinter/server';
 * const openai = new OpenAI();
 * async function produce({ request, signal }: ProduceContext) {
 *   const { prompt } = await request.json();
 *   const messages = [{ role: 'user' as const, content: String(prompt) }];
 *   return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
 * }
 */
export interface ProduceContext {
  /** Aborts when the answer is stopped, when no client has read it for `patience`, and when it exceeds a bound. */
  readonly signal: AbortSignal;
  /** The request. Its body can be read once. */
  readonly request: Request;
  /** The ID of the answer. */
  readonly id: string;
}

/**
 * Asks the model, and returns its answer.
 *
 * @example
 * import { createRelay, type Produce } from 'teleprinter/server';
 * const produce: Produce = async function* ({ request }) {
 *   yield { text: `You asked: ${await request.text()}` };
 * };
 * export const POST = (request: Request) => createRelay().handle(request, produce);
 */
export type Produce = (context: ProduceContext) => AnswerSource | Promise<AnswerSource>;

/**
 * The options of one request.
 *
 * @example
 * import { createRelay, type HandleOptions } from 'teleprinter/server';
 * const relay = createRelay();
 * const options: HandleOptions = { onEnd: ({ text }) => console.log(text) };
 * export const POST = (request: Request) => relay.handle(request, () => ['Boil ', 'water.'], options);
 */
export interface HandleOptions {
  /** Like `onEnd` in the options of the relay, and called after it. */
  readonly onEnd?: ((answer: EndedAnswer) => unknown) | undefined;
  /**
   * Receives a promise that resolves when the answer has ended. On a platform that ends the process with the response, it
   * keeps the process alive: `ctx.waitUntil`, Next's `after`.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** The options with their defaults. */
export type Settings = Pick<RelayOptions, Optional> & {
  readonly [Name in Exclude<keyof RelayOptions, Optional | 'format'>]-?: NonNullable<RelayOptions[Name]>;
} & { readonly format: Format };

type Optional = 'owner' | 'onEnd';

/** Checks the options and fills in the defaults. @throws OptionsError if a number is negative or not a number */
export function settingsOf(options: RelayOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = {
    store: (given.store as RelayStore | undefined) ?? memoryStore(),
    patience: 30_000,
    heartbeat: 15_000,
    maxSize: 16_777_216,
    maxAge: 3_600_000,
    retention: 600_000,
    maxReaders: 100,
    maxBodySize: 4_194_304,
    onError: (error) => console.error(error),
    ...given,
    format: formatOf(options.format),
  };
  for (const name of NUMBERS) {
    const value: unknown = settings[name];
    if (typeof value !== 'number' || !(value >= 0))
      throw new OptionsError(`${name} is ${String(value)}. It takes a number of 0 or more.`, {
        option: name,
      });
  }
  for (const name of ['owner', 'onEnd', 'onError'] as const) {
    if (settings[name] && typeof settings[name] !== 'function')
      throw new OptionsError(`${name} is ${typeof settings[name]}. It takes a function.`, { option: name });
  }
  if (typeof (settings.store as Partial<RelayStore>).onStop !== 'function')
    throw new OptionsError('store is no store. Give redisStore(client), or memoryStore().', {
      option: 'store',
    });
  return { ...settings, onError: guarded(settings.onError) };
}

const NUMBERS = [
  'patience',
  'heartbeat',
  'maxSize',
  'maxAge',
  'retention',
  'maxReaders',
  'maxBodySize',
] as const;
