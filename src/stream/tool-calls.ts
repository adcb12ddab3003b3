import type { ToolCallDraft } from '../contract/format.ts';
import type { ToolCall, ToolCallPart } from '../contract/parts.ts';
import { createDepthGauge, MAX_DEPTH } from '../depth.ts';

/** A tool call, as far as it has arrived. */
export interface Call extends Omit<ToolCall, 'input'> {
  readonly key: unknown;
  /** The JSON of the arguments so far. */
  json: string;
  input?: unknown;
  isDone?: boolean;
}

/** The tool calls of one answer. */
export class ToolCalls {
  readonly #calls: Call[];
  /** The calls whose arguments are still arriving, by their keys. */
  readonly #open: Map<unknown, Call>;
  #newest: Call | undefined;
  #list: readonly ToolCall[] | undefined;

  constructor(calls: readonly Call[]) {
    this.#calls = [...calls];
    this.#open = new Map(calls.filter(({ isDone }) => !isDone).map((call) => [call.key, call]));
    this.#newest = calls.at(-1);
  }

  /** Whether the page has to answer the newest call. */
  get isForPage(): boolean {
    return !this.#newest?.providerExecuted;
  }

  /** The same list until a call changes. */
  get list(): readonly ToolCall[] {
    return (this.#list ??= this.#calls.map(({ id, name, json, isDone, input, providerExecuted }) => ({
      id,
      name,
      input: isDone ? input : json,
      ...(providerExecuted && { providerExecuted }),
    })));
  }

  /** Each call as one part. */
  get parts(): readonly ToolCallPart[] {
    return this.#calls.map((call) => partOf(call, call.json));
  }

  /** Adds to a call, or a new call. Gives the part to emit, if there is one. */
  add(draft: ToolCallDraft): ToolCallPart | undefined {
    const call = this.#callOf(draft);
    if (!call) return undefined;
    this.#list = undefined;
    const delta = draft.delta || (call.json ? '' : (draft.whole ?? ''));
    call.json += delta;
    return draft.done ? this.#complete(call, delta) : partOf(call, delta);
  }

  /** No call is still arriving. Gives the last parts of those that were. */
  complete(): readonly ToolCallPart[] {
    return Array.from(this.#open.values(), (call) => this.#complete(call, ''));
  }

  /** A copy of what may still change. The arguments are strings, which are shared. */
  serialize(): readonly Call[] {
    return this.#calls.map((call) => ({ ...call }));
  }

  #callOf({ key, id, name, delta, providerExecuted }: ToolCallDraft): Call | undefined {
    const known = key === undefined ? this.#newest : this.#open.get(key);
    // A new call has a name. Some servers give each piece of a call an ID of its own.
    if (known && !known.isDone && !(id && name && id !== known.id)) return known;
    // The end of what was no call.
    if (!id && !name && !delta) return undefined;
    const number = this.#calls.length + 1;
    const call: Call = {
      key: key ?? number,
      id: id || `call-${number}`,
      name: name ?? '',
      json: '',
      providerExecuted,
    };
    this.#calls.push(call);
    this.#open.set(call.key, call);
    this.#newest = call;
    return call;
  }

  #complete(call: Call, delta: string): ToolCallPart {
    this.#list = undefined;
    call.isDone = true;
    call.input = call.json;
    try {
      // A call without arguments has none to parse.
      if (createDepthGauge()(call.json) <= MAX_DEPTH) call.input = JSON.parse(call.json || '{}');
    } catch {
      // What is not JSON stays the string that it is.
    }
    this.#open.delete(call.key);
    return partOf(call, delta);
  }
}

function partOf({ id, name, providerExecuted, isDone, input }: Call, delta: string): ToolCallPart {
  return {
    type: 'tool-call',
    id,
    name,
    delta,
    ...(isDone && { input }),
    ...(providerExecuted && { providerExecuted }),
  };
}
