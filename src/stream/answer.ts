import type { Format, FormatPart } from '../contract/format.ts';
import type { FinishOutcome, FinishPart, Part, ToolCall, UnknownPart, Usage } from '../contract/parts.ts';
import type { Outcome } from '../contract/result.ts';
import { DecodeError, type ProviderError } from '../errors.ts';
import { GrowingText } from './growing-text.ts';
import { ThinkTags } from './think-tags.ts';
import { ToolCalls, type Call } from './tool-calls.ts';

/** An answer in the form that is stored for a reload. */
export type SavedAnswer = readonly [
  text: string,
  reasoning: string,
  calls: readonly Call[],
  /** The state of `<think>` tags: see `ThinkTags.begun`. */
  thought?: string,
];

/** One answer: adds up the parts that arrive, and tracks its progress. */
export class Answer {
  /** The format, which is replaced when another one is detected. */
  format: Format;
  usage: Usage | undefined;
  finish: FinishPart | undefined;
  /** The error that the provider reported. */
  error: ProviderError | undefined;
  /** Counts the changes. */
  changes = 0;
  /** The outcome that the end marker reports. */
  #reportedOutcome: FinishOutcome | 'stopped' | undefined;
  readonly #consumers: { readonly hasPartConsumer: boolean };
  readonly #text: GrowingText;
  readonly #reasoning: GrowingText;
  readonly #calls: ToolCalls;
  #thinking = new ThinkTags();
  #progress: 'going' | 'finished' | 'over' = 'going';
  #isRefused = false;
  /** Whether the answer so far ends with a tool call that the page must answer. */
  #endsWithCall = false;
  /** The lengths at the last checkpoint. */
  #checkpoint: { readonly text: number; readonly reasoning: number; readonly calls: number };
  /** Whether the format has understood any event. */
  isUnderstood = false;
  #newParts: Part[] | undefined;

  /** @param saved What an earlier page received. */
  constructor(
    format: Format,
    consumers: { readonly hasPartConsumer: boolean },
    [text, reasoning, calls, thought = '']: SavedAnswer = ['', '', []],
  ) {
    this.format = format;
    this.#consumers = consumers;
    this.#text = new GrowingText(text);
    this.#reasoning = new GrowingText(reasoning);
    this.#calls = new ToolCalls(calls);
    this.#checkpoint = this.#lengths;
    this.#thinking.split({ type: 'text', delta: thought });
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

  /** The outcome if the stream ends cleanly here. */
  get outcome(): Outcome {
    if (this.error) return 'failed';
    // Another client has stopped the answer, whatever its finish reason was.
    if (this.#reportedOutcome === 'stopped') return 'stopped';
    return this.finish?.outcome ?? this.#outcomeOf(this.#reportedOutcome ?? 'complete');
  }

  /** The end marker has arrived. A relay of `teleprinter/server` writes the outcome into its data. */
  end(data: unknown): void {
    const outcome: unknown = (data as { readonly outcome?: unknown } | undefined)?.outcome;
    if (typeof outcome === 'string' && /^(complete|length|tool-calls|refused|stopped)$/.test(outcome))
      this.#reportedOutcome = outcome as FinishOutcome | 'stopped';
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

  /**
   * Returns a function that gives the answer as it is now, until the next mark.
   * @param held Text that the format still holds back.
   */
  mark(held: string): () => SavedAnswer {
    const text = this.text + held;
    const { reasoning } = this;
    const { begun } = this.#thinking;
    const calls = this.#calls.mark();
    return () => [text, reasoning, calls(), begun];
  }

  /** The answer has ended cleanly, so its tool calls are complete. */
  complete(): void {
    for (const part of this.#calls.complete()) this.#emit(part);
  }

  /** Returns the parts added since the last call, if there is a consumer of parts. */
  takeNewParts(): readonly Part[] | undefined {
    const parts = this.#newParts;
    this.#newParts = undefined;
    return parts;
  }

  /** Adds a part that the format emits. An arrow function, as the format calls it without this object. */
  readonly add = (draft: FormatPart): void => {
    if (this.#thinking.isDone || !this.format.think) return this.#add(draft);
    for (const part of this.#thinking.split(draft)) this.#add(part);
  };

  /** Adds the text that was held back because it could have become a tag. */
  flush(): void {
    for (const part of this.#thinking.flush()) this.#add(part);
  }

  #add(draft: FormatPart): void {
    switch (draft.type) {
      case 'text':
        if (!draft.delta) return;
        this.#progress = 'going';
        this.#endsWithCall = false;
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
        if (draft.isInvalid) this.#endsWithCall = false;
        if (parts.length) {
          this.#progress = 'going';
          this.#endsWithCall = this.#calls.isForPage;
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
        // Later errors repeat the first.
        if (this.error) return;
        this.error = draft.error;
        break;
      case 'data':
        this.#endsWithCall = false;
        break;
      case 'unknown':
        if (this.format.isJson) assertUndamaged(draft);
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

  /** Some vendors report `complete` for a refusal and for tool calls, too. */
  #outcomeOf(outcome: FinishOutcome): FinishOutcome {
    if (outcome !== 'complete') return outcome;
    return this.#isRefused ? 'refused' : this.#endsWithCall ? 'tool-calls' : outcome;
  }

  get #lengths(): { readonly text: number; readonly reasoning: number; readonly calls: number } {
    return { text: this.#text.length, reasoning: this.#reasoning.length, calls: this.#calls.count };
  }

  /** Withdraws everything since the checkpoint, and emits the remaining text. */
  #rollBack(): void {
    const { text, reasoning, calls } = this.#checkpoint;
    this.#text.truncate(text);
    this.#reasoning.truncate(reasoning);
    this.#calls.truncate(calls);
    // The answer starts over, so it may begin with a tag again.
    if (!text && !reasoning) this.#thinking = new ThinkTags();
    this.#endsWithCall = false;
    this.#isRefused = false;
    this.#emit({ type: 'data', name: 'rollback', data: { text: this.text, reasoning: this.reasoning } });
  }

  #emit(part: Part): void {
    this.isUnderstood ||= part.type !== 'unknown';
    this.changes++;
    if (!this.#consumers.hasPartConsumer) return;
    if (this.#newParts) this.#newParts.push(part);
    else this.#newParts = [part];
  }
}

/** @throws DecodeError if data looks like JSON but is invalid: then a part of the answer is missing */
function assertUndamaged({ event: type, data }: UnknownPart): void {
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
 * Merges token counts; the newest of each kind wins. Some vendors send a few at the start and the rest at the end. `raw`
 * is one object that grows, as a copy for each event would be quadratic.
 */
function merge(before: Usage | undefined, { raw, ...counts }: Usage): Usage {
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  const all = (before?.raw ?? {}) as Record<string, unknown>;
  for (const [field, value] of Object.entries(raw ?? {})) {
    // Setting it would change the prototype.
    if (field !== '__proto__') all[field] = value;
  }
  return { ...before, ...Object.fromEntries(known), raw: all } as Usage;
}
