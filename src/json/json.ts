import type { StandardSchemaV1 } from '@standard-schema/spec';
import { parse } from 'jsonriver';
import { createDepthGauge, MAX_DEPTH } from '../depth.ts';
import { DecodeError } from '../errors.ts';
import type { Part } from '../contract/parts.ts';
import { createLatest } from './latest.ts';
import { createWholeTokens } from './whole-tokens.ts';

/**
 * A value with parts that may still be missing. Parts that exist have their final type.
 *
 * @example
 * import type { DeepPartial } from 'teleprinter/json';
 * type Recipe = { title: string; steps: { text: string }[] };
 * const draft: DeepPartial<Recipe> = { title: 'Te', steps: [{}] };
 */
export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/**
 * JSON that is arriving. Iteration yields ever more complete values; a slow consumer receives only the newest value, not
 * a backlog. Leaving the last iteration (`break`) leaves the source, which cancels the request, unless `value` was read.
 *
 * @example
 * import { stream } from 'teleprinter';
 * import { json, type PartialJson } from 'teleprinter/json';
 * const answer: PartialJson<unknown> = json(stream('/api/recipe'));
 * for await (const draft of answer) console.log(draft);
 * console.log(await answer.value);
 */
export interface PartialJson<Input, Output = Input> extends AsyncIterable<DeepPartial<Input>> {
  /**
   * The complete value, as the schema returns it. Rejects with a `DecodeError` if it is not JSON or does not fit the
   * schema, and with the stream's own error if the stream failed.
   */
  readonly value: Promise<Output>;
}

/**
 * The options of `json()` and `toolInput()`.
 *
 * @example
 * import { stream } from 'teleprinter';
 * import { json, type JsonOptions } from 'teleprinter/json';
 * import { z } from 'zod';
 * const options = { schema: z.object({ title: z.string() }) } satisfies JsonOptions;
 * const { title } = await json(stream('/api/recipe'), options).value;
 */
export interface JsonOptions<Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined> {
  /** The Standard Schema of the complete value: types it, and validates it at the end. https://standardschema.dev */
  readonly schema?: Schema;
}

type InputOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : unknown;
type OutputOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : unknown;

/**
 * Reads an answer that is JSON (structured output) while it arrives. Iteration yields the same object each time, which
 * grows: this keeps the work linear. Copy it if you store it.
 *
 * @param source A stream, or text from any other source.
 * @example
 * import { stream } from 'teleprinter';
 * import { json } from 'teleprinter/json';
 * import { z } from 'zod';
 * const Recipe = z.object({ title: z.string(), steps: z.array(z.string()) });
 * const recipe = json(stream('/api/recipe', { body: { dish: 'tea' } }), { schema: Recipe });
 * for await (const draft of recipe) console.log(draft.title, draft.steps ?? []);
 * const { steps } = await recipe.value;
 */
export function json<const Schema extends StandardSchemaV1 | undefined = undefined>(
  source: AsyncIterable<string> | { readonly text: AsyncIterable<string> },
  options: JsonOptions<Schema> = {},
): PartialJson<InputOf<Schema>, OutputOf<Schema>> {
  return read('text' in source ? source.text : source, (text) => text, 'text', options);
}

/**
 * Reads the arguments of the first call of a tool while they arrive, like `json()` reads text.
 *
 * @param name The tool's name.
 * @example
 * import { stream } from 'teleprinter';
 * import { toolInput } from 'teleprinter/json';
 * import { z } from 'zod';
 * const Booking = z.object({ day: z.string(), guests: z.number() });
 * const input = toolInput(stream('/api/chat'), 'book_table', { schema: Booking });
 * for await (const draft of input) console.log(draft.day, draft.guests);
 */
export function toolInput<const Schema extends StandardSchemaV1 | undefined = undefined>(
  source: { readonly parts: AsyncIterable<Part> },
  name: string,
  options: JsonOptions<Schema> = {},
): PartialJson<InputOf<Schema>, OutputOf<Schema>> {
  const call: CompleteCall = {};
  return read(source.parts, (parts) => readArguments(parts, name, call), name, options, call);
}

/** A call whose arguments are complete. Its input is not what its deltas said if the server has repaired it. */
interface CompleteCall {
  input?: unknown;
}

async function* readArguments(
  parts: AsyncIterable<Part>,
  name: string,
  call: CompleteCall,
): AsyncGenerator<string> {
  let id: string | undefined;
  let isEmpty = true;
  for await (const part of parts) {
    if (part.type !== 'tool-call' || part.name !== name || part.id !== (id ??= part.id)) continue;
    isEmpty &&= !part.delta;
    yield part.delta;
    if (!('input' in part)) continue;
    // Arguments that are no JSON stay a string.
    if (typeof part.input !== 'string') call.input = part.input;
    // A call without arguments has no JSON.
    if (isEmpty) yield '{}';
    return;
  }
  throw new DecodeError(`The answer has no whole call of ${name}.`, { type: name, data: '' });
}

function read<Item, Schema extends StandardSchemaV1 | undefined>(
  source: AsyncIterable<Item>,
  toText: (items: AsyncIterable<Item>) => AsyncIterable<string>,
  type: string,
  { schema }: JsonOptions<Schema>,
  call: CompleteCall = {},
): PartialJson<InputOf<Schema>, OutputOf<Schema>> {
  const { items, leave } = leavable(source);
  const text = checkText(toText(items), type);
  let value: Promise<unknown> | undefined;
  let isAwaited = false;
  const latest = createLatest(() => void (isAwaited || leave()));

  async function parseAll(): Promise<unknown> {
    let partial: unknown;
    try {
      for await (partial of parse(text.pieces())) latest.set(partial);
    } catch (error) {
      if (!call.input) throw error;
    }
    const { input } = call;
    if (!input || JSON.stringify(input) === JSON.stringify(partial)) return partial;
    latest.set(input);
    return input;
  }

  async function run(): Promise<unknown> {
    try {
      const partial = await parseAll();
      const result = await schema?.['~standard'].validate(partial);
      if (result?.issues) throw text.fail('does not fit its schema', result.issues);
      latest.end();
      return result ? result.value : partial;
    } catch (cause) {
      const error = text.errorOf(cause);
      latest.end({ error });
      throw error;
    }
  }

  function start(): Promise<unknown> {
    // A consumer that only iterates receives the error there.
    if (!value) (value = run()).catch(() => {});
    return value;
  }

  return {
    get value() {
      isAwaited = true;
      return start() as Promise<OutputOf<Schema>>;
    },
    [Symbol.asyncIterator]() {
      void start();
      return latest.iterate() as AsyncIterableIterator<DeepPartial<InputOf<Schema>>>;
    },
  };
}

/** The items of a source that can be left at any time: a generator that reads them would wait for the next one. */
function leavable<Item>(source: AsyncIterable<Item>): {
  readonly items: AsyncIterable<Item>;
  leave(): void;
} {
  let iterator: AsyncIterator<Item> | undefined;
  return {
    items: { [Symbol.asyncIterator]: () => (iterator = source[Symbol.asyncIterator]()) },
    // Nobody is left who could receive an error.
    leave: () => void Promise.resolve(iterator?.return?.()).catch(() => {}),
  };
}

/** The text of arriving JSON, and the errors that reading it may cause. */
interface CheckedText {
  /** The text, in pieces that suit the parser. Throws if it nests too deep. */
  pieces(): AsyncGenerator<string>;
  fail(problem: string, cause: unknown): DecodeError;
  /** The error to report: an error of the source unchanged, any other as a DecodeError. */
  errorOf(cause: unknown): unknown;
}

function checkText(source: AsyncIterable<string>, type: string): CheckedText {
  let data = '';
  let sourceError: { readonly error: unknown } | undefined;
  const fail = (problem: string, cause: unknown): DecodeError =>
    new DecodeError(`The JSON of ${type} ${problem}. See data and cause.`, { type, data, cause });
  return {
    async *pieces() {
      const depth = createDepthGauge();
      const tokens = createWholeTokens();
      try {
        for await (const piece of source) {
          data += piece;
          if (depth(piece) > MAX_DEPTH) throw fail(`nests deeper than ${MAX_DEPTH}`, undefined);
          const ready = tokens.add(piece);
          if (ready) yield ready;
        }
        const rest = tokens.end();
        if (rest) yield rest;
      } catch (error) {
        sourceError = { error };
        throw error;
      }
    },
    fail,
    errorOf: (cause) =>
      sourceError
        ? sourceError.error
        : cause instanceof DecodeError
          ? cause
          : fail('could not be parsed', cause),
  };
}
