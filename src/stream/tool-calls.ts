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
  /** The calls that have changed since `mark()`, as they were there. */
  #marked: Map<Call, Call> | undefined;
  /** How many calls there were. */
  #markedCount = 0;
  #list: readonly ToolCall[] | undefined;

  constructor(calls: readonly Call[]) {
    this.#calls = [...calls];
    this.#open = new Map(calls.filter(({ isDone }) => !isDone).map((call) => [call.key, call]));
    this.#newest = calls.at(-1);
  }

  /** Whether the page must answer the newest call. */
  get isForPage(): boolean {
    return !this.#newest?.providerExecuted;
  }

  /** The calls: the same list until one changes. */
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

  /** Extends a call, or adds a new one. Returns the parts to emit. */
  add(draft: ToolCallDraft): readonly ToolCallPart[] {
    const existing = this.#find(draft);
    const call = existing ?? this.#create(draft);
    if (!call) return [];
    this.#list = undefined;
    if (draft.isInvalid) {
      this.#withdraw(call);
      return [];
    }
    const { key, whole } = draft;
    const delta = draft.delta || (call.json ? '' : (whole ?? ''));
    this.#willChange(call);
    call.json = whole || call.json + delta;
    // A new call with the key of an open one completes that one.
    const replaced = existing ? undefined : this.#open.get(key);
    const completed = replaced ? [this.#complete(replaced, '')] : [];
    if (!existing) this.#open.set(call.key, call);
    return [...completed, draft.done ? this.#complete(call, delta) : partOf(call, delta)];
  }

  get count(): number {
    return this.#calls.length;
  }

  /** Drops the calls beyond this count. */
  truncate(count: number): void {
    for (const call of this.#calls.slice(count)) this.#withdraw(call);
  }

  /** Completes the calls that are still arriving. Returns their last parts. */
  complete(): readonly ToolCallPart[] {
    return Array.from(this.#open.values(), (call) => this.#complete(call, ''));
  }

  /**
   * Returns a function that gives the calls as they are now, until the next mark. Copying them all for each event would
   * be quadratic.
   */
  mark(): () => readonly Call[] {
    const marked = (this.#marked = new Map<Call, Call>());
    this.#markedCount = this.#calls.length;
    return () => this.#calls.slice(0, this.#markedCount).map((call) => marked.get(call) ?? call);
  }

  #willChange(call: Call): void {
    if (this.#marked && !this.#marked.has(call)) this.#marked.set(call, { ...call });
  }

  /** Finds the open call that a draft belongs to. */
  #find(draft: ToolCallDraft): Call | undefined {
    const call = draft.key === undefined ? this.#newest : this.#open.get(draft.key);
    return call && !call.isDone && !beginsAnother(call, draft) ? call : undefined;
  }

  #create({ key, id, name, delta, whole, providerExecuted }: ToolCallDraft): Call | undefined {
    // It ends something that was not a call.
    if (!id && !name && !delta && !whole) return undefined;
    const number = this.#calls.length + 1;
    const call: Call = {
      key: key ?? number,
      id: id || `call-${number}`,
      name: name ?? '',
      json: '',
      providerExecuted,
    };
    this.#calls.push(call);
    this.#newest = call;
    return call;
  }

  #withdraw(call: Call): void {
    this.#list = undefined;
    const index = this.#calls.indexOf(call);
    this.#calls.splice(index, 1);
    if (index < this.#markedCount) this.#markedCount--;
    if (this.#open.get(call.key) === call) this.#open.delete(call.key);
    this.#newest = this.#calls.at(-1);
  }

  #complete(call: Call, delta: string): ToolCallPart {
    this.#list = undefined;
    this.#willChange(call);
    call.isDone = true;
    call.input = call.json;
    try {
      // A call without arguments has no JSON.
      if (createDepthGauge()(call.json) <= MAX_DEPTH) call.input = JSON.parse(call.json || '{}');
    } catch {
      // If it is not JSON, the input stays the string.
    }
    this.#open.delete(call.key);
    return partOf(call, delta);
  }
}

/**
 * Whether a draft with the key of an open call begins another call. A new call has a name. Some servers give each piece
 * of a call its own ID, some repeat the name, and some give parallel calls the same index and no ID.
 */
function beginsAnother(call: Call, { id, name, delta }: ToolCallDraft): boolean {
  if (!name || !call.name) return false;
  if (id) return id !== call.id;
  return name !== call.name || Boolean(delta?.startsWith('{') && isComplete(call.json));
}

function isComplete(json: string): boolean {
  if (!json.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
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
