import type { AskContext, AskOptions } from '../contract/asking.ts';
import type { ConversationOptions } from '../contract/conversation.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { Message, MessagePart, TextContent, ToolCallContent } from '../contract/message.ts';
import type { DataPart, Part, ReasoningPart, TextPart, ToolCallPart } from '../contract/parts.ts';
import type { StreamResult } from '../contract/result.ts';
import { openAnswer } from './ask.ts';
import { ended, withCall, wordsOf, type CallChange } from './calls.ts';
import type { Store } from './store.ts';

/**
 * An answer that is arriving: puts what arrives into its message in the store. A part that changes is a new object, the others
 * stay the same, so that the work is in proportion to what arrives.
 */
export class Answer<M> {
  readonly id: string;
  readonly stream: EventStream;
  readonly #store: Store<M>;
  /** What has arrived. An answer that is sent again from its start takes the place of what there was when it arrives. */
  #parts: MessagePart[] | undefined;
  /** Where calls, texts, and data with IDs are. */
  readonly #places = new Map<unknown, number>();
  /** The text or call that arrives. Data in the middle of a text does not end it. */
  #current: unknown;
  /** The messages with the calls of earlier answers that the page has let run, or not, by the IDs of the calls. */
  readonly #approved = new Map<unknown, string>();
  #metadata: M | undefined;
  /** Whether what arrives is what the stream had kept: the message has it already. */
  #isKept: boolean;

  /** Asks. @throws OptionsError before anything has changed */
  constructor(
    store: Store<M>,
    options: ConversationOptions<M>,
    messages: readonly Message<M>[],
    context: AskContext,
    asked: AskOptions | undefined,
    onEnd: (result: StreamResult, answer: Answer<M>) => void,
  ) {
    this.id = context.answerId;
    this.#store = store;
    const before = context.trigger === 'resume' ? this.message : undefined;
    this.#metadata = before?.metadata;
    this.#isKept = before !== undefined;
    for (const { id, parts } of messages) {
      // Calls alone have an approval.
      for (const call of parts as readonly ToolCallContent[])
        if (call.approval?.approved !== undefined) this.#approved.set(call.id, id);
    }
    this.stream = openAnswer(options, messages, context, asked, {
      onOpen: () => this.#open(),
      onPart: (part) => this.#add(part),
      onReconnect: ({ restarted }) => {
        if (restarted) this.#load();
      },
      onEnd: (result) => {
        const { outcome, usage, error } = result;
        store.change(this.id, () => ({ status: error ? 'error' : 'done', outcome, error, usage }));
        this.#load();
        onEnd(result, this);
      },
    });
    const message: Message<M> = {
      parts: [],
      ...before,
      id: this.id,
      role: 'assistant',
      status: 'submitted',
      outcome: undefined,
      error: undefined,
    };
    store.set({ messages: [...messages, message], status: 'submitted', error: undefined });
  }

  get message(): Message<M> {
    return this.#store.current.messages.find((message) => message.id === this.id)!;
  }

  /** Changes a call of it. */
  change(id: string, change: CallChange): void {
    const call = { type: 'tool-call', id } as ToolCallContent;
    // It is among what is arriving, which shows it.
    if (!this.#isKept && this.#places.has(keyOf(call))) {
      this.#put(call, change);
      this.#grow();
    } else this.#store.change(this.id, withCall(id, change));
  }

  /** A connection opened: what the stream had kept has arrived. It keeps text in one piece, and no data. */
  #open(): void {
    if (!this.#isKept) return;
    this.#isKept = false;
    if (!this.#parts) return;
    const { parts } = this.message;
    if (lengthOf(parts) === lengthOf(this.#parts)) this.#load(parts);
    this.#grow();
  }

  #grow(): void {
    this.#store.grow(this.id, ({ parts }) => ({
      status: 'streaming',
      parts: [...(this.#parts ?? parts)],
      metadata: this.#metadata,
    }));
  }

  #add(part: Part): void {
    if (part.type === 'data' && !part.transient) this.#addData(part);
    else if (part.type === 'tool-call') this.#addCall(part);
    else if ('delta' in part) this.#addText(part);
    else return;
    if (!this.#isKept) this.#grow();
  }

  #addText({ delta, ...block }: TextPart | ReasoningPart): void {
    const key = keyOf(block);
    // What comes after another text, or after a call, is one of its own, also under the same ID.
    if (key !== this.#current) this.#places.delete(key);
    this.#put({ ...block, text: '' } as TextContent, (part) => ({ ...part, text: part.text + delta }));
  }

  #addCall({ type, id, name, delta, input, providerExecuted }: ToolCallPart): void {
    const begun: ToolCallContent = { type, id, name, input: '', state: 'streaming', providerExecuted };
    this.#put(begun, (call) => {
      const isArriving = call.state === 'streaming';
      if (input !== undefined) return { ...call, name, input, state: isArriving ? 'called' : call.state };
      return isArriving ? { ...call, input: `${call.input as string}${delta}` } : call;
    });
  }

  #addData(part: DataPart): void {
    const { name } = part;
    const fields = Object(part.data) as Fields;
    if (name === 'rollback') this.#rollBack(fields);
    // What a server sends is as typed as the rest of its answer.
    else if (name === 'message-metadata') this.#metadata = { ...this.#metadata, ...(fields as M) };
    else if (name === 'provider-metadata') this.#addMetadata(fields);
    else if (name === 'file' && typeof fields.url === 'string')
      this.#begin({ type: name, mediaType: String(fields.mediaType), url: fields.url });
    else if (!this.#isOfCall(name, fields)) this.#put(part, () => part);
  }

  /** What the vendor wants back with a part. With a thought it may come without a word; with a call, without its ID. */
  #addMetadata({ type, id, toolCallId, providerMetadata: metadata }: Fields): void {
    const [, kind, isStart] = /^(text|reasoning)(-start)?/.exec(type as string) ?? [];
    const part = { type: kind ?? 'tool-call', id: id ?? toolCallId, text: '' };
    const named = keyOf(part);
    // Steps count anew.
    if (isStart) this.#places.delete(named);
    const key = type || this.#places.has(named) ? named : this.#current;
    if (kind || this.#places.has(key))
      this.#put(part as TextContent, (known) => ({ ...known, metadata }), key);
  }

  /**
   * The server says something of a call: that it asks the page before it runs the tool, or what the tool gave. The call is in
   * this answer, or in an earlier one, where the page let the tool run.
   */
  #isOfCall(type: string, said: Fields): boolean {
    const { type: _, toolCallId: id, toolName: name, input, approvalId, ...fields } = said;
    if (!id || !/approval-request|output|result|error/i.test(type)) return false;
    const call = { type: 'tool-call', id, name, input, state: 'called' } as ToolCallContent;
    const isKnown = this.#places.has(keyOf(call));
    const earlier = this.#approved.get(id);
    const error = fields.errorText || fields.error || (/denied/.test(type) && 'The tool was not allowed.');
    const change: CallChange = (call) =>
      approvalId
        ? { ...call, state: 'approval-requested', approval: { ...fields, id: approvalId as string } }
        : ended(call, {
            output: fields.output ?? fields.result ?? fields.content,
            error: error ? wordsOf(error) : undefined,
          });
    if (!isKnown && earlier) this.#store.change(earlier, withCall(call.id, change));
    // Arguments that are none come without a call before them.
    else if (isKnown || name) this.#put(call, change);
    else return false;
    return true;
  }

  /** The stream has withdrawn what is beyond so much text and reasoning, and the calls that it has no more. */
  #rollBack({ text, reasoning }: Fields): void {
    const left = { text: (text as string).length, reasoning: (reasoning as string).length };
    const ids = new Set(this.stream.getSnapshot().toolCalls.map((call) => call.id));
    const parts = this.#parts?.flatMap((part) => {
      if (part.type === 'tool-call') return ids.has(part.id) ? part : [];
      if (!('text' in part)) return part;
      const text = part.text.slice(0, left[part.type]);
      left[part.type] -= text.length;
      // One of no length may be before that: it is there for what the vendor wants back.
      return text === part.text ? part : text ? { ...part, text } : [];
    });
    this.#load(parts);
  }

  /** Changes the part under a key, or one that it begins. */
  #put<P extends MessagePart>(begun: P, change: (part: P) => P, key = keyOf(begun)): void {
    const at = this.#places.get(key);
    if (at === undefined) this.#begin(change(begun));
    // What is under the key of a call is a call.
    else this.#parts![at] = change(this.#parts![at] as P);
  }

  readonly #begin = (part: MessagePart): void => {
    const key = keyOf(part);
    this.#places.set(key, (this.#parts ??= []).push(part) - 1);
    if (part.type !== 'data' && part.type !== 'file') this.#current = key;
  };

  /** Replaces all parts. */
  #load(parts?: readonly MessagePart[]): void {
    this.#places.clear();
    this.#parts = parts && [];
    parts?.forEach(this.#begin);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** What a part is known by: calls and texts by their IDs, data by its name, too, where it has an ID. */
function keyOf(part: { readonly type: unknown; readonly id?: unknown; readonly name?: unknown }): unknown {
  const { type, id, name } = part;
  if (type !== 'data' && type !== 'file') return `${type as string} ${id as string}`;
  return id === undefined ? part : `${type} ${id as string} ${name as string}`;
}

/** How much of one answer there is: of two beginnings of it, those as long are the same, however the parts alternate. */
function lengthOf(parts: readonly MessagePart[]): number {
  return parts
    .map((part) => ('text' in part ? part.text : JSON.stringify((part as Partial<ToolCallContent>).input)))
    .join('').length;
}
