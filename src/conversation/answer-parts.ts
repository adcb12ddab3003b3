import type { MessagePart, ToolCallContent } from '../contract/message.ts';
import type { DataPart, Part, ReasoningPart, TextPart, ToolCallPart } from '../contract/parts.ts';
import { GrowingText } from '../stream/growing-text.ts';
import { saidOfCall } from './calls.ts';

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
  /** Where calls, texts, and data with IDs are. */
  readonly #places = new Map<string, number>();
  /** The part that text goes on in, unless it is of another kind. Data in the middle of a text does not end it. */
  #current = -1;
  /** The parts that grow, and those of them that have grown since they were last taken. */
  readonly #texts = new Map<number, GrowingText>();
  readonly #grown = new Set<number>();
  #taken: readonly MessagePart[] | undefined = [];

  has(callId: string): boolean {
    return this.#places.has(callId);
  }

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

  #addData(part: DataPart): void {
    const { name, data, id } = part;
    const fields = (data ?? {}) as Fields;
    if (name === 'message-metadata') {
      this.metadata = { ...this.metadata, ...fields };
    } else if (name === 'provider-metadata') this.#addMetadata(fields);
    else if (name === 'file' && typeof fields.url === 'string') {
      this.#push({ type: 'file', mediaType: String(fields.mediaType), url: fields.url });
    } else if (!this.#changeCall(part, fields)) {
      const content: MessagePart = { type: 'data', name, data, ...(id !== undefined && { id }) };
      const at = id === undefined ? undefined : this.#places.get(placeOf(content));
      if (at === undefined) this.#push(content);
      else this.#replace(at, content);
    }
  }

  /** What the vendor wants back with a part. With a thought it may come without a word; with a call, without its ID. */
  #addMetadata({ type, id, toolCallId, providerMetadata: metadata }: Fields): void {
    const kind = String(type).startsWith('text') ? 'text' : 'reasoning';
    const block: MessagePart = { type: kind, text: '', ...(typeof id === 'string' && { id }) };
    const isOfCall = !type || toolCallId !== undefined;
    const known = this.#places.get(isOfCall ? String(toolCallId) : placeOf(block));
    const at = known ?? (isOfCall ? this.#current : this.#push(block));
    if (this.#parts[at]) this.#parts[at] = { ...this.#parts[at], metadata } as MessagePart;
  }

  /** The server says something of a call. */
  #changeCall(part: DataPart, { toolName, input }: Fields): boolean {
    const said = saidOfCall(part);
    if (!said) return false;
    const { id, change } = said;
    let at = this.#places.get(id);
    // Arguments that are none come without a call before them.
    if (at === undefined && !toolName) return false;
    at ??= this.#push({ type: 'tool-call', id, name: String(toolName), input, state: 'called' });
    this.#replace(at, change(this.#parts[at] as ToolCallContent));
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

type Fields = Readonly<Record<string, unknown>>;

/** A call is known by its ID, data by its name and ID, a text by the ID of its block. */
function placeOf(part: MessagePart): string {
  if (part.type === 'tool-call') return part.id;
  return part.type === 'file' ? '' : `${part.type} ${part.type === 'data' ? part.name : ''} ${part.id}`;
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
