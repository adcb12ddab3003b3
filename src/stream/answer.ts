import type { Format, FormatPart } from '../contract/format.ts';
import type { FinishOutcome, FinishPart, Part, ToolCall, UnknownPart, Usage } from '../contract/parts.ts';
import type { Outcome } from '../contract/result.ts';
import { DecodeError, type ProviderError } from '../errors.ts';
import { GrowingText } from './growing-text.ts';
import { Thinking } from './thinking.ts';
import { ToolCalls, type Call } from './tool-calls.ts';

/** An answer as it is kept over a reload. */
export type KeptAnswer = readonly [text: string, reasoning: string, calls: readonly Call[]];

/** The account of one answer: what has arrived, and how far the answer has come. */
export class Answer {
  /** The format; another one once it is recognised. */
  format: Format;
  usage: Usage | undefined;
  finish: FinishPart | undefined;
  /** The error that the provider reported. */
  error: ProviderError | undefined;
  /** Grows with everything that is added. */
  changes = 0;
  #toldOutcome: FinishOutcome | 'stopped' | undefined;
  readonly #hasListener: () => boolean;
  readonly #text: GrowingText;
  readonly #reasoning: GrowingText;
  readonly #calls: ToolCalls;
  #thinking = new Thinking();
  #progress: 'going' | 'finished' | 'over' = 'going';
  #isRefused = false;
  /** The last thing that came is a call that the page has to answer. */
  #isPending = false;
  /** How long the answer was at the last checkpoint. */
  #checkpoint: { readonly text: number; readonly reasoning: number; readonly calls: number };
  /** Whether a part came that the format understands. */
  isUnderstood = false;
  #newParts: Part[] | undefined;

  /**
   * @param hasListener Whether somebody listens to parts.
   * @param kept What an earlier page has left.
   */
  constructor(
    format: Format,
    hasListener: () => boolean,
    [text, reasoning, calls]: KeptAnswer = ['', '', []],
  ) {
    this.format = format;
    this.#hasListener = hasListener;
    this.#text = new GrowingText(text);
    this.#reasoning = new GrowingText(reasoning);
    this.#calls = new ToolCalls(calls);
    this.#checkpoint = this.#lengths;
  }

  get text(): string {
    return this.#text.all;
  }

  get reasoning(): string {
    return this.#reasoning.all;
  }

  get toolCalls(): readonly ToolCall[] {
    return this.#calls.list;
  }

  /** `finished`: the server may close. `over`: nothing follows. `failed`: the stream carried an error. */
  get progress(): 'going' | 'finished' | 'over' | 'failed' {
    return this.error ? 'failed' : this.#progress;
  }

  /** The outcome, if the stream ends in good order here. */
  get outcome(): Outcome {
    if (this.error) return 'failed';
    // Somebody else has stopped it, whatever it had finished with.
    if (this.#toldOutcome === 'stopped') return 'stopped';
    return this.finish?.outcome ?? this.#outcomeOf(this.#toldOutcome ?? 'complete');
  }

  /** The end marker has come, with the outcome in its data where a relay of `teleprinter/server` wrote it. */
  end(data: unknown): void {
    const outcome: unknown = (data as { readonly outcome?: unknown } | undefined)?.outcome;
    if (typeof outcome === 'string' && /^(complete|length|tool-calls|refused|stopped)$/.test(outcome))
      this.#toldOutcome = outcome as FinishOutcome | 'stopped';
  }

  /** The whole answer in a few parts, for consumers that have received nothing yet. */
  get parts(): readonly Part[] {
    const { text, reasoning } = this;
    return [
      ...(reasoning ? [{ type: 'reasoning', delta: reasoning } as const] : []),
      ...(text ? [{ type: 'text', delta: text } as const] : []),
      ...this.#calls.parts,
    ];
  }

  /** @param held Text that the format holds back. */
  serialize(held: string): KeptAnswer {
    return [this.text + held, this.reasoning, this.#calls.serialize()];
  }

  /** The answer has ended in good order: no call is still arriving. */
  complete(): void {
    for (const part of this.#calls.complete()) this.#emit(part);
  }

  /** The parts added since the last call, if somebody listens. */
  takeNewParts(): readonly Part[] | undefined {
    const parts = this.#newParts;
    this.#newParts = undefined;
    return parts;
  }

  /** Adds what the format emits. Bound, as a format gets the function alone. */
  readonly add = (draft: FormatPart): void => {
    if (this.#thinking.isDone || !this.format.think) return this.#add(draft);
    for (const part of this.#thinking.split(draft)) this.#add(part);
  };

  /** Adds what may still have become a tag. */
  release(): void {
    for (const part of this.#thinking.release()) this.#add(part);
  }

  #add(draft: FormatPart): void {
    switch (draft.type) {
      case 'text':
        if (!draft.delta) return;
        this.#progress = 'going';
        this.#isPending = false;
        this.#isRefused ||= draft.refusal === true;
        this.#text.add(draft.delta);
        break;
      case 'reasoning':
        if (!draft.delta) return;
        this.#progress = 'going';
        this.#reasoning.add(draft.delta);
        break;
      case 'tool-call': {
        const parts = this.#calls.add(draft);
        if (draft.isInvalid) this.#isPending = false;
        if (parts.length) {
          this.#progress = 'going';
          this.#isPending = this.#calls.isForPage;
        }
        for (const part of parts) this.#emit(part);
        return;
      }
      case 'usage':
        this.usage = merge(this.usage, draft.usage);
        return this.#emit({ type: 'usage', usage: this.usage });
      case 'finish':
        this.complete();
        this.#progress = draft.isLast ? 'over' : 'finished';
        this.finish = { type: 'finish', outcome: this.#outcomeOf(draft.outcome), reason: draft.reason };
        return this.#emit(this.finish);
      case 'error':
        // What follows an error says the same again.
        if (this.error) return;
        this.error = draft.error;
        break;
      case 'data':
        this.#isPending = false;
        break;
      case 'unknown':
        if (this.format.isJson) assertWhole(draft);
        return this.#emit(draft);
      case 'start':
        this.#progress = 'going';
        this.finish = undefined;
        return;
      case 'format':
        this.format = draft.format;
        return;
      case 'checkpoint':
        this.#checkpoint = this.#lengths;
        return;
      case 'rollback':
        return this.#rollBack();
      default:
        draft satisfies never;
    }
    this.#emit(draft);
  }

  /** Some vendors finish the same way, whatever they finish with. */
  #outcomeOf(outcome: FinishOutcome): FinishOutcome {
    if (outcome !== 'complete') return outcome;
    return this.#isRefused ? 'refused' : this.#isPending ? 'tool-calls' : outcome;
  }

  get #lengths(): { readonly text: number; readonly reasoning: number; readonly calls: number } {
    return { text: this.#text.length, reasoning: this.#reasoning.length, calls: this.#calls.count };
  }

  /** Withdraws what came since the checkpoint, and emits what is left. */
  #rollBack(): void {
    const { text, reasoning, calls } = this.#checkpoint;
    this.#text.truncate(text);
    this.#reasoning.truncate(reasoning);
    this.#calls.truncate(calls);
    // A greeting was no start of the answer.
    if (!text && !reasoning) this.#thinking = new Thinking();
    this.#isPending = false;
    this.#isRefused = false;
    this.#emit({ type: 'data', name: 'rollback', data: { text: this.text, reasoning: this.reasoning } });
  }

  #emit(part: Part): void {
    this.isUnderstood ||= part.type !== 'unknown';
    this.changes++;
    if (!this.#hasListener()) return;
    if (this.#newParts) this.#newParts.push(part);
    else this.#newParts = [part];
  }
}

/** Data that begins or ends like JSON and is none is damaged: a part of the answer is missing. @throws DecodeError */
function assertWhole({ event: type, data }: UnknownPart): void {
  if (typeof data !== 'string' || !/^\[?(\{|error\b)|\}$/i.test(data)) return;
  try {
    JSON.parse(data);
  } catch (cause) {
    throw new DecodeError(`The data of event '${type}' is damaged JSON. See data and cause.`, {
      type,
      data,
      cause,
    });
  }
}

/**
 * The newest count of each kind: some vendors give a few at the start and the rest at the end. What the vendor calls
 * them is one object that grows, as a copy for each event would be quadratic.
 */
function merge(before: Usage | undefined, { raw, ...counts }: Usage): Usage {
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  const all = (before?.raw ?? {}) as Record<string, unknown>;
  for (const [field, value] of Object.entries(raw ?? {})) {
    // To set it would change what the object inherits.
    if (field !== '__proto__') all[field] = value;
  }
  return { ...before, ...Object.fromEntries(known), raw: all } as Usage;
}
