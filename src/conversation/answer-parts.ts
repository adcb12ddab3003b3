import type { MessagePart, ToolCallContent } from '../contract/message.ts';
import type { DataPart, Part, ReasoningPart, TextPart, ToolCallPart } from '../contract/parts.ts';
import { GrowingText } from '../stream/growing-text.ts';

/** What a call came to. */
export type CallResult = Pick<ToolCallContent, 'output' | 'error'>;

/** Whether a call waits for a result from the page. */
export function isPending(part: MessagePart): part is ToolCallContent {
  return part.type === 'tool-call' && part.state === 'called' && !part.providerExecuted;
}

/** The parts, with the result of a call that waits for it. */
export function withResult(
  parts: readonly MessagePart[],
  id: string,
  result: CallResult,
): readonly MessagePart[] {
  return parts.map((part) => (isPending(part) && part.id === id ? ended(part, result) : part));
}

function ended(call: ToolCallContent, result: CallResult): ToolCallContent {
  return { ...call, ...result, state: result.error === undefined ? 'done' : 'error' };
}

/**
 * The parts of an answer that is arriving. Each is a new object where it has changed since they were last taken, and else the
 * same, so that the work is in proportion to what arrives.
 */
export class AnswerParts {
  /** What the server sends with the answer. */
  metadata: object | undefined;
  /** Whether anything has arrived, be it that it was withdrawn. */
  isUsed = false;
  #parts: MessagePart[] = [];
  /** Where calls, and data with IDs, are. */
  readonly #places = new Map<string, number>();
  /** The part that text goes on in, unless it is of another kind. Data in the middle of a text does not end it. */
  #current = -1;
  /** The parts that grow, and those of them that have grown since they were last taken. */
  readonly #texts = new Map<number, GrowingText>();
  readonly #grown = new Set<number>();
  #taken: readonly MessagePart[] | undefined = [];

  /** @returns Whether anything in the message is new. */
  add(part: Part): boolean {
    if (part.type === 'text' || part.type === 'reasoning') this.#addText(part);
    else if (part.type === 'tool-call') this.#addCall(part);
    else if (part.type !== 'data' || part.transient) return false;
    else this.#addData(part);
    this.isUsed = true;
    this.#taken = undefined;
    return true;
  }

  /** The parts: the same list until something is new. */
  take(): readonly MessagePart[] {
    if (this.#taken) return this.#taken;
    for (const at of this.#grown) {
      const part = this.#parts[at]!;
      const text = this.#texts.get(at)!.all;
      this.#parts[at] =
        part.type === 'tool-call' ? { ...part, input: text } : ({ ...part, text } as typeof part);
    }
    this.#grown.clear();
    return (this.#taken = [...this.#parts]);
  }

  /** Replaces the parts. */
  load(parts: readonly MessagePart[]): void {
    this.isUsed = true;
    this.#parts = [];
    this.#taken = undefined;
    this.#places.clear();
    this.#texts.clear();
    this.#grown.clear();
    this.#current = -1;
    for (const part of parts) this.#push(part);
  }

  /** Drops what is beyond so much text and reasoning, and calls other than these. */
  truncate(
    to: { readonly text: string; readonly reasoning: string },
    calls: readonly { readonly id: string }[],
  ): void {
    const left = { text: to.text.length, reasoning: to.reasoning.length };
    const ids = new Set(calls.map(({ id }) => id));
    const kept: MessagePart[] = [];
    for (const part of this.take()) {
      if (part.type === 'text' || part.type === 'reasoning') {
        const text = part.text.slice(0, left[part.type]);
        left[part.type] -= text.length;
        if (text) kept.push(text === part.text ? part : { ...part, text });
      } else if (part.type !== 'tool-call' || ids.has(part.id)) kept.push(part);
    }
    this.load(kept);
  }

  /**
   * Puts the parts that an earlier page had in place of those that have arrived, if they are the same: the stream keeps text in
   * one piece, and no data.
   */
  adopt(before: readonly MessagePart[]): void {
    if (summaryOf(before) === summaryOf(this.take())) this.load(before);
  }

  #addText({ type, delta, id, ...more }: TextPart | ReasoningPart): void {
    const current = this.#parts[this.#current];
    if (current?.type === type && current.id === id) return this.#grow(this.#current, current.text, delta);
    this.#push({ type, text: delta, ...(id !== undefined && { id }), ...more });
  }

  #addCall({ id, name, delta, input, providerExecuted }: ToolCallPart): void {
    const begun: ToolCallContent = { type: 'tool-call', id, name, input: '', state: 'streaming' };
    const at =
      this.#places.get(placeOf(begun)) ??
      this.#push(providerExecuted ? { ...begun, providerExecuted } : begun);
    const call = this.#parts[at] as ToolCallContent;
    if (input !== undefined)
      this.#replace(at, { ...call, name, input, state: call.state === 'streaming' ? 'called' : call.state });
    else if (call.state === 'streaming') this.#grow(at, String(call.input), delta);
  }

  #addData({ name, data, id }: DataPart): void {
    const fields = (data ?? {}) as Readonly<Record<string, unknown>>;
    if (name === 'message-metadata') {
      this.metadata = { ...this.metadata, ...fields };
    } else if (name === 'file' && typeof fields.url === 'string') {
      this.#push({ type: 'file', mediaType: String(fields.mediaType), url: fields.url });
    } else if (!this.#addServerResult(fields)) {
      const part: MessagePart = { type: 'data', name, data, ...(id !== undefined && { id }) };
      const at = id === undefined ? undefined : this.#places.get(placeOf(part));
      if (at === undefined) this.#push(part);
      else this.#replace(at, part);
    }
  }

  /** The server has run a tool itself, and says what it came to. */
  #addServerResult(fields: Readonly<Record<string, unknown>>): boolean {
    const id = String(fields.toolCallId);
    const output = fields.output ?? fields.result ?? fields.content;
    const error = fields.errorText ?? fields.error;
    if (!fields.toolCallId || (output === undefined && !error)) return false;
    const name = String(fields.toolName);
    const named: ToolCallContent = { type: 'tool-call', id, name, input: fields.input, state: 'called' };
    let at = this.#places.get(placeOf(named));
    // Arguments that are none come without a call before them.
    if (at === undefined && !fields.toolName) return false;
    at ??= this.#push(named);
    const call = this.#parts[at] as ToolCallContent;
    this.#replace(at, ended(call, error ? { error: wordsOf(error) } : { output }));
    return true;
  }

  #push(part: MessagePart): number {
    const at = this.#parts.push(part) - 1;
    this.#taken = undefined;
    this.#places.set(placeOf(part), at);
    if (part.type !== 'data' && part.type !== 'file') this.#current = at;
    return at;
  }

  #replace(at: number, part: MessagePart): void {
    this.#grown.delete(at);
    this.#texts.delete(at);
    this.#parts[at] = part;
    this.#taken = undefined;
  }

  #grow(at: number, before: string, delta: string): void {
    let text = this.#texts.get(at);
    if (!text) this.#texts.set(at, (text = new GrowingText(before)));
    text.add(delta);
    this.#grown.add(at);
  }
}

/** A call is known by its ID, data by its name and ID. */
function placeOf(part: MessagePart): string {
  return part.type === 'tool-call'
    ? part.id
    : part.type === 'data'
      ? `data ${part.name} ${part.id}`
      : part.type;
}

/** What is said of an error, in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error === 'string' ? error : JSON.stringify(error);
}

/** The text, the reasoning and the calls, however they alternate. */
function summaryOf(parts: readonly MessagePart[]): string {
  let [text, reasoning] = ['', ''];
  const calls: unknown[] = [];
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'reasoning') reasoning += part.text;
    else if (part.type === 'tool-call') calls.push(part.id, part.input);
  }
  return JSON.stringify([text, reasoning, calls]);
}
