import type { StandardSchemaV1 } from '@standard-schema/spec';
import { parse } from 'jsonriver';
import { createDepthGauge, MAX_DEPTH } from '../depth.ts';
import { DecodeError, type TeleprinterError } from '../errors.ts';
import type { Part } from '../contract/parts.ts';

/** A value of which anything may still be missing; what is there is of its final type. */
export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** JSON that is arriving. Iterating gives ever more complete values; who is slow gets the newest, not a backlog. */
export interface PartialJson<Input, Output = Input> extends AsyncIterable<DeepPartial<Input>> {
  /**
   * The whole value, as the schema gives it. It rejects with a `DecodeError` where it is no JSON or does not fit, and
   * with the stream's own error where that broke off.
   */
  readonly value: Promise<Output>;
}

/** How to read JSON that is arriving. */
export interface JsonOptions<Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined> {
  /** The Standard Schema of the whole value, which types it and validates it at the end. https://standardschema.dev */
  readonly schema?: Schema;
}

type InputOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : unknown;
type OutputOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : unknown;

/**
 * Reads an answer that is JSON (structured output) while it arrives. The value that iterating gives is the same object
 * each time, which grows: that keeps the work linear. Copy what you keep.
 *
 * @param source A stream, or its text from anywhere else.
 * @example
 * const recipe = json(stream('/api/recipe', { body }), { schema: Recipe });
 * for await (const draft of recipe) show(draft.title, draft.steps ?? []);
 * save(await recipe.value);
 */
export function json<const Schema extends StandardSchemaV1 | undefined = undefined>(
  source: AsyncIterable<string> | { readonly text: AsyncIterable<string> },
  options: JsonOptions<Schema> = {},
): PartialJson<InputOf<Schema>, OutputOf<Schema>> {
  return read('text' in source ? source.text : source, 'text', options);
}

/**
 * Reads the arguments of the first call of a tool while they arrive, as `json()` reads text.
 *
 * @param name The tool's name.
 * @example
 * const input = toolInput(answer, 'book_table', { schema: Booking });
 * for await (const draft of input) form.fill(draft);
 */
export function toolInput<const Schema extends StandardSchemaV1 | undefined = undefined>(
  source: { readonly parts: AsyncIterable<Part> },
  name: string,
  options: JsonOptions<Schema> = {},
): PartialJson<InputOf<Schema>, OutputOf<Schema>> {
  return read(argumentsOf(source.parts, name), name, options);
}

async function* argumentsOf(parts: AsyncIterable<Part>, name: string): AsyncGenerator<string> {
  let id: string | undefined;
  let isEmpty = true;
  for await (const part of parts) {
    if (part.type !== 'tool-call' || part.name !== name || part.id !== (id ??= part.id)) continue;
    isEmpty &&= !part.delta;
    yield part.delta;
    if (!('input' in part)) continue;
    // A call without arguments has none to parse.
    if (isEmpty) yield '{}';
    return;
  }
  throw new DecodeError(`The answer has no whole call of ${name}.`, { type: name, data: '' });
}

function read<Schema extends StandardSchemaV1 | undefined>(
  source: AsyncIterable<string>,
  type: string,
  { schema }: JsonOptions<Schema>,
): PartialJson<InputOf<Schema>, OutputOf<Schema>> {
  let newest: unknown;
  /** Counts the values, so that each reader knows whether there is one that it has not seen. */
  let version = 0;
  let ended: { readonly error?: unknown } | undefined;
  let waiting: (() => void)[] = [];
  let data = '';
  let value: Promise<unknown> | undefined;

  function wake(): void {
    const readers = waiting;
    waiting = [];
    for (const go of readers) go();
  }

  const fail = (problem: string, cause: unknown): TeleprinterError =>
    new DecodeError(`The JSON of ${type} ${problem}. See data and cause.`, { type, data, cause });

  /** An error of the source itself is told as it is. */
  let sourceError: { readonly error: unknown } | undefined;
  async function* pieces(): AsyncGenerator<string> {
    const depth = createDepthGauge();
    try {
      for await (const piece of source) {
        data += piece;
        if (depth(piece) > MAX_DEPTH) throw fail(`nests deeper than ${MAX_DEPTH}`, undefined);
        if (piece) yield piece;
      }
    } catch (error) {
      sourceError = { error };
      throw error;
    }
  }

  async function run(): Promise<unknown> {
    try {
      for await (newest of parse(pieces())) {
        version++;
        wake();
      }
      const result = await schema?.['~standard'].validate(newest);
      if (result?.issues) throw fail('does not fit its schema', result.issues);
      return result ? result.value : newest;
    } catch (error) {
      const cause = sourceError
        ? sourceError.error
        : error instanceof DecodeError
          ? error
          : fail('could not be parsed', error);
      ended = { error: cause };
      throw cause;
    } finally {
      ended ??= {};
      wake();
    }
  }

  function start(): Promise<unknown> {
    if (!value) {
      value = run();
      // Who only iterates hears of the error there.
      value.catch(() => {});
    }
    return value;
  }

  return {
    get value() {
      return start() as Promise<OutputOf<Schema>>;
    },
    async *[Symbol.asyncIterator]() {
      void start();
      let seen = 0;
      for (;;) {
        if (seen !== version) {
          seen = version;
          yield newest as DeepPartial<InputOf<Schema>>;
        } else if (ended) {
          if ('error' in ended) throw ended.error;
          return;
        } else await new Promise<void>((go) => waiting.push(go));
      }
    },
  };
}
