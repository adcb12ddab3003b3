import type { AskContext, AskOptions } from '../contract/asking.ts';
import type { ConversationOptions } from '../contract/conversation.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { FileContent, Message, MessagePart, TextContent, ToolCallContent } from '../contract/message.ts';
import type { DataPart, Part } from '../contract/parts.ts';
import type { StreamResult } from '../contract/result.ts';
import { callChange, errorText, resultFields, type CallChange } from './calls.ts';
import { openAnswer } from './open-answer.ts';
import type { Store } from './store.ts';

/**
 * Requests one answer and writes its parts into a message of the store as they arrive. A part that changes becomes a new
 * object, the others stay the same, so that the work is proportional to what arrives.
 */
export class Answer<M> {
  readonly id: string;
  readonly stream: EventStream;
  readonly #store: Store<M>;
  /** The parts received. `undefined` until the first arrives: the message keeps its earlier parts until then. */
  #parts: MessagePart[] | undefined;
  /** The indexes in `#parts` of texts, calls, and data with IDs, by their keys. */
  readonly #indexes = new Map<unknown, number>();
  /** The key of the last text or call. Data in the middle of a text does not end the text. */
  #currentKey: unknown;
  /** The calls of earlier answers that needed approval: the IDs of their messages by the IDs of the calls. */
  readonly #earlierCalls = new Map<unknown, string>();
  #metadata: M | undefined;
  /** Whether the stream is repeating the parts that it had stored. The message contains them already. */
  #isRestoring: boolean;

  /** Sends the request. @throws OptionsError before anything has changed */
  constructor(
    store: Store<M>,
    options: ConversationOptions<M>,
    messages: readonly Message<M>[],
    context: AskContext,
    askOptions: AskOptions | undefined,
    onEnd: (result: StreamResult, answer: Answer<M>) => void,
  ) {
    this.id = context.answerId;
    this.#store = store;
    this.#isRestoring = context.trigger === 'resume';
    const previous = this.#isRestoring ? this.message : undefined;
    this.#metadata = previous?.metadata;
    for (const { id, parts } of messages) {
      // Only calls have `approval`.
      for (const call of parts as readonly ToolCallContent[])
        if (call.approval) this.#earlierCalls.set(call.id, id);
    }
    this.stream = openAnswer(options, messages, context, askOptions, {
      onOpen: this.#handleOpen,
      onPart: this.#addPart,
      onReconnect: ({ restarted }) => {
        if (restarted) this.#replaceParts();
      },
      onEnd: (result) => {
        const { outcome, error, usage } = result;
        store.update(this.id, () => ({ status: error ? 'error' : 'done', outcome, error, usage }));
        this.#replaceParts();
        onEnd(result, this);
      },
    });
    const message: Message<M> = {
      parts: [],
      ...previous,
      id: this.id,
      role: 'assistant',
      status: 'submitted',
      outcome: undefined,
      error: undefined,
    };
    store.set({ messages: messages.concat(message), status: 'submitted', error: undefined });
  }

  get message(): Message<M> {
    return this.#store.current.find((message) => message.id === this.id)!;
  }

  /** Changes a call of this answer. */
  update(callId: string, change: CallChange): void {
    const call = { type: 'tool-call', id: callId } as ToolCallContent;
    // A call that is still in `#parts` is shown with them.
    if (!this.#isRestoring && this.#indexes.has(keyOf(call))) {
      this.#upsert(call, change);
      this.#scheduleUpdate();
    } else this.#store.update(this.id, callChange(callId, change));
  }

  /**
   * Called when a connection opens: the stream has repeated the stored parts. It stores text in one piece and no data, so the
   * message's own parts are kept if they have the same content.
   */
  readonly #handleOpen = (): void => {
    if (!this.#isRestoring) return;
    this.#isRestoring = false;
    if (!this.#parts) return;
    const { parts } = this.message;
    if (contentLength(parts) === contentLength(this.#parts)) this.#replaceParts(parts);
    this.#scheduleUpdate();
  };

  #scheduleUpdate(): void {
    this.#store.grow(this.id, ({ parts }) => ({
      status: 'streaming',
      parts: [...(this.#parts ?? parts)],
      metadata: this.#metadata,
    }));
  }

  readonly #addPart = (part: Part): void => {
    if (part.type === 'tool-call') {
      const { type, id, name, delta, input, providerExecuted } = part;
      const initial: ToolCallContent = { type, id, name, input: '', state: 'streaming', providerExecuted };
      this.#upsert(initial, (call) => {
        if (call.state !== 'streaming') return false;
        return input === undefined
          ? { input: (call.input as string) + delta }
          : { input, state: 'called' as const };
      });
    } else if ('delta' in part) {
      const { delta, ...block } = part;
      const key = keyOf(block);
      // After another text or a call, a text is a part of its own, even if it has the same ID.
      if (key !== this.#currentKey) this.#indexes.delete(key);
      this.#upsert({ ...block, text: '' } as TextContent, (part) => ({ text: part.text + delta }));
    } else if (part.type === 'data' && !part.transient) this.#addData(part);
    else return;
    if (!this.#isRestoring) this.#scheduleUpdate();
  };

  #addData(part: DataPart): void {
    const { name } = part;
    const fields = Object(part.data) as Fields;
    if (name === 'rollback') this.#rollBack(fields);
    // The type of the metadata is not checked, as that of no data is.
    else if (name === 'message-metadata') this.#metadata = { ...this.#metadata, ...(fields as M) };
    else if (name === 'provider-metadata') this.#addMetadata(fields);
    else if (name === 'file' && typeof fields.url === 'string')
      this.#append({ ...(fields as unknown as FileContent), type: name });
    else if (!this.#applyToCall(name, fields)) this.#upsert(part, () => part);
  }

  /** Adds the metadata that a vendor expects back with a part. Reasoning may consist of metadata alone; that of a call may lack its ID. */
  #addMetadata({ type, id, toolCallId, providerMetadata: metadata }: Fields): void {
    const [, kind, isStart] = /^(text|reasoning)(-start)?/.exec(type as string) ?? [];
    const part = { type: kind ?? 'tool-call', id: id ?? toolCallId, text: '' };
    const ownKey = keyOf(part);
    // Each step reuses the IDs.
    if (isStart) this.#indexes.delete(ownKey);
    const key = type || this.#indexes.has(ownKey) ? ownKey : this.#currentKey;
    if (kind || this.#indexes.has(key)) this.#upsert(part as TextContent, () => ({ metadata }), key);
  }

  /**
   * Applies an approval request or a result, sent as data, to its call. The call is in this answer, or in an earlier one if it
   * needed approval there. Returns whether the data belonged to a call.
   */
  #applyToCall(type: string, data: Fields): boolean {
    const { type: _, toolCallId: id, toolName: name, input, approvalId, ...fields } = data;
    if (!id || !/^tool.*(request|output|result|error)/i.test(type)) return false;
    const call = { type: 'tool-call', id, name, input, state: 'called' } as ToolCallContent;
    const isKnown = this.#indexes.has(keyOf(call));
    const earlierId = this.#earlierCalls.get(id);
    const error = fields.errorText || fields.error || (/denied/.test(type) && 'denied');
    const change: CallChange = () =>
      approvalId
        ? { state: 'approval-requested', approval: { ...fields, id: approvalId as string } }
        : resultFields({
            output: fields.output ?? fields.result ?? fields.content,
            error: error ? errorText(error) : undefined,
          });
    if (!isKnown && earlierId) this.#store.update(earlierId, callChange(call.id, change));
    // A call without arguments arrives only with its result or approval request.
    else if (isKnown || name) this.#upsert(call, change);
    else return false;
    return true;
  }

  /** Removes the text and reasoning beyond the given lengths, and the calls that the stream no longer has. */
  #rollBack({ text, reasoning }: Fields): void {
    const remaining = { text: (text as string).length, reasoning: (reasoning as string).length };
    const ids = new Set(this.stream.getSnapshot().toolCalls.map((call) => call.id));
    const parts = this.#parts?.flatMap((part) => {
      if (part.type === 'tool-call') return ids.has(part.id) ? part : [];
      if (!('text' in part)) return part;
      const text = part.text.slice(0, remaining[part.type]);
      remaining[part.type] -= text.length;
      // An empty part was empty before, too: it carries metadata that the vendor expects back.
      return text === part.text ? part : text ? { ...part, text } : [];
    });
    this.#replaceParts(parts);
  }

  /** Changes the part with this key, or appends a new one with the change applied. */
  #upsert<P extends MessagePart>(
    initial: P,
    change: (part: P) => Partial<P> | false,
    key = keyOf(initial),
  ): void {
    const index = this.#indexes.get(key) ?? this.#append(initial);
    // A key contains the type, so the part has the type of `initial`.
    const part = this.#parts![index] as P;
    this.#parts![index] = { ...part, ...change(part) } as MessagePart;
  }

  /** Returns the index of the new part. */
  readonly #append = (part: MessagePart): number => {
    const key = keyOf(part);
    const index = (this.#parts ??= []).push(part) - 1;
    this.#indexes.set(key, index);
    if (part.type !== 'data' && part.type !== 'file') this.#currentKey = key;
    return index;
  };

  /** Replaces all parts. Without an argument, the next part that arrives does. */
  #replaceParts(parts?: readonly MessagePart[]): void {
    this.#indexes.clear();
    this.#parts = parts && [];
    parts?.forEach(this.#append);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The identity of a part: type and ID; for data with an ID also its name; for data and files without one the object itself. */
function keyOf(part: { readonly type: unknown; readonly id?: unknown; readonly name?: unknown }): unknown {
  const { type, id, name } = part;
  if (type !== 'data' && type !== 'file') return `${type as string} ${id as string}`;
  return id === undefined ? part : `${type} ${id as string} ${name as string}`;
}

/** The length of the content of parts. Prefixes of the same answer with equal lengths have equal content. */
function contentLength(parts: readonly MessagePart[]): number {
  return parts
    .map((part) => ('text' in part ? part.text : JSON.stringify((part as Partial<ToolCallContent>).input)))
    .join('').length;
}
