import { createConnection } from '../connection/connection.ts';
import { warnOfBuffering, warnOfUnknownEvents } from '../connection/diagnose.ts';
import { endNames } from '../connection/end.ts';
import type { ConnectionListener } from '../connection/listener.ts';
import { classifyError } from '../connection/classify-error.ts';
import { isAddress, requestStop } from '../connection/request.ts';
import type { EventSchemas, StreamEvent } from '../contract/events.ts';
import type { Format, FormatPart } from '../contract/format.ts';
import type { Reconnection, StreamInput, StreamOptions } from '../contract/options.ts';
import type { Outcome, Snapshot, StreamResult, StreamState } from '../contract/result.ts';
import type { RawEvent } from '../contract/transport.ts';
import { connectionError, type TeleprinterError } from '../errors.ts';
import { addAbortCallback, removeAbortCallback } from './abort.ts';
import { Answer } from './answer.ts';
import { Consumers } from './consumers.ts';
import { Decoding, type DecodedListener } from './decoding.ts';
import { Memory } from './memory.ts';
import { createMeter } from './meter.ts';
import { runCallback } from './run-callback.ts';

/** One stream, from its opening to its result: connects the connection, decoding, answer, consumers, metrics and memory. */
export class Session implements ConnectionListener, DecodedListener {
  state: StreamState = 'idle';
  lastEventId: string;
  readonly consumers: Consumers;
  readonly result: Promise<StreamResult>;
  readonly eventTypes: ConnectionListener['eventTypes'] & { readonly names: Set<string> };
  readonly #input: StreamInput;
  readonly #options: StreamOptions;
  readonly #format: Format;
  /** The names in the option `events`. */
  readonly #listed: readonly string[];
  readonly #decoding: Decoding;
  readonly #memory: Memory | undefined;
  readonly #meter: ReturnType<typeof createMeter>;
  readonly #connect: ReturnType<typeof createConnection>;
  readonly #stop = new AbortController();
  readonly #signals: readonly AbortSignal[];
  readonly #onAbort = (reason: unknown): void => this.#settle('stopped', undefined, reason);
  #answer: Answer;
  #read: ReturnType<Format['reader']>;
  #cursor: unknown;
  #headers: Headers | undefined;
  #endEvent: StreamEvent | undefined;
  #settled: StreamResult | undefined;
  /** The first event, if it has no consumer; null once the format recognises one. For a warning in development. */
  #firstUnknownEvent: RawEvent | null | undefined;
  #snapshot: Snapshot | undefined;
  #isRequested = false;
  #resolve!: (result: StreamResult) => void;

  /** @throws OptionsError */
  constructor(input: StreamInput, options: StreamOptions, format: Format) {
    const { decode = 'auto', end, events: names = [], resume, resumeKey, signal } = options;
    const schemas = Array.isArray(names) ? undefined : (names as EventSchemas);
    const known = schemas ? Object.keys(schemas) : (names as string[]);
    this.#input = input;
    this.#options = options;
    this.#format = format;
    this.#listed = known;
    // A Request without a signal has one that never aborts. Not by `instanceof`: it may be a frame's.
    this.#signals = [signal, input instanceof Request && input.signal].filter((each) => !!each);
    this.eventTypes = { names: new Set(['message', ...endNames(end), ...(format.events ?? []), ...known]) };
    this.consumers = new Consumers(options, () => this.close());
    this.#decoding = new Decoding(decode, schemas, this);
    this.#memory =
      resumeKey === undefined ? undefined : new Memory(resumeKey, input, options, isAddress(resume));
    const restored = this.#memory?.restored;
    this.lastEventId = restored?.lastEventId ?? options.lastEventId ?? '';
    this.#cursor = restored?.cursor;
    this.#answer = new Answer(format, this.consumers, restored?.answer);
    this.#read = format.reader();
    this.result = new Promise((resolve) => (this.#resolve = resolve));
    const from = {
      lastEventId: this.lastEventId,
      isResumed: Boolean(restored ?? this.lastEventId),
      isRestored: this.#answer.parts.length > 0,
    };
    // Throws if an option is wrong, before there are side effects.
    this.#meter = createMeter(from.isResumed, input, options.userTiming);
    this.#connect = createConnection(input, options, from, this);
  }

  get formatName(): string {
    return this.#answer.format.name;
  }

  get snapshot(): Snapshot {
    const { outcome, error } = this.#settled ?? {};
    return (this.#snapshot ??= { ...this.#answerFields(), state: this.state, outcome, error });
  }

  /** Sends the request once, after the consumers of this tick have attached. The result settles even if this throws. */
  start(): void {
    if (this.#isRequested || this.#settled) return;
    this.#isRequested = true;
    // Not before: a signal may outlive many streams that nobody consumes.
    for (const signal of this.#signals) addAbortCallback(signal, this.#onAbort);
    queueMicrotask(() => void this.#run().catch((cause) => this.fail(connectionError(cause))));
  }

  close(): void {
    if (this.#settled) return;
    // A stream that is closed before its request leaves the answer alone, for another one to continue.
    const id = this.state === 'idle' ? '' : this.lastEventId;
    this.#settle('stopped');
    void requestStop(this.#input, this.#options, id);
  }

  open(response: Response | undefined, transport: string): void {
    this.#meter.open();
    this.#headers = response?.headers;
    // A `resume` address can do without an event ID.
    if (!this.lastEventId) this.#savePosition();
    this.#setState('open');
    runCallback(this.#options.onOpen, { response, transport });
  }

  bytes(count: number): void {
    const { metrics } = this.#meter;
    this.#meter.active();
    metrics.bytes = (metrics.bytes ?? 0) + count;
  }

  id(id: string): void {
    this.#decoding.inOrder(() => void (this.lastEventId = id));
  }

  events(events: readonly RawEvent[]): void {
    // If the transport cannot see bytes, events show that the connection is alive.
    if (this.#meter.metrics.bytes === undefined) this.#meter.active();
    this.#decoding.events(events);
  }

  /** Handles a decoded event: updates the answer before the consumers, as one of them may close the stream. */
  receive(raw: RawEvent, decoded: unknown, data: unknown): void {
    if (this.#settled) return;
    const { type, id } = raw;
    const answer = this.#answer;
    const { changes } = answer;
    const event = { type, data: decoded, raw: raw.data, headers: this.#headers, listed: this.#listed };
    this.#read(event, answer.add);
    this.#measure();
    if (answer.changes !== changes) this.#setState(this.state);
    this.#cursor = answer.format.cursor?.(decoded, this.#cursor);
    // A server that resumes repeats the events without an ID of their own, so they do not move the position.
    if (id !== undefined || this.#cursor) this.#savePosition();
    const emitted = this.consumers.hasEventConsumer
      ? { type, data, id: this.lastEventId, raw: raw.data }
      : undefined;
    if (DEVELOPMENT && !emitted && this.#firstUnknownEvent !== null)
      this.#firstUnknownEvent = answer.format.recognises?.(event) ? null : (this.#firstUnknownEvent ?? raw);
    this.consumers.emitParts(answer, emitted);
  }

  end(event: RawEvent): void {
    this.#decoding.end(event);
  }

  receiveEnd({ type, data: raw }: RawEvent, decoded: unknown, data: unknown): void {
    if (this.#settled) return;
    const answer = this.#answer;
    const { changes } = answer;
    const event = { type, data: decoded, headers: this.#headers, listed: this.#listed, isEnd: true };
    // The end marker counts, even if the format cannot read its data.
    runCallback(this.#read, event, this.#addEnd);
    answer.end(decoded);
    this.#endEvent = { type, data, id: this.lastEventId, raw };
    if (answer.changes !== changes) this.#setState(this.state);
    this.consumers.emitToListeners(this.#endEvent);
    this.consumers.emitParts(answer);
  }

  fail(error: TeleprinterError): void {
    this.#settle('failed', error);
  }

  get resumeContext(): ConnectionListener['resumeContext'] {
    return { format: this.formatName, cursor: this.#cursor };
  }

  get progress(): ConnectionListener['progress'] {
    return this.#answer.progress;
  }

  get endExpected(): boolean {
    const { format, text, reasoning } = this.#answer;
    // Thoughts alone are no answer.
    return format.hasEnd === true || (reasoning !== '' && !text);
  }

  reconnect(reconnection: Reconnection): void {
    this.#meter.lost();
    if (reconnection.restarted) {
      this.lastEventId = '';
      this.#cursor = undefined;
      this.#answer = new Answer(this.#format, this.consumers);
      this.#firstUnknownEvent = undefined;
      this.#read = this.#format.reader();
      this.#savePosition();
    }
    this.#setState('reconnecting');
    runCallback(this.#options.onReconnect, reconnection);
  }

  drained(): Promise<void> | undefined {
    return this.#decoding.pending ?? this.consumers.drained();
  }

  async #run(): Promise<void> {
    if (this.#settled) return;
    this.#meter.start();
    this.#memory?.watch();
    this.#setState('connecting');
    if (this.#memory?.restored) this.consumers.emitParts(this.#answer, undefined, this.#answer.parts);
    const { outcome, error } = await this.#connect(this.#stop.signal);
    while (this.#decoding.pending) await this.#decoding.pending;
    this.#settle(outcome, error);
  }

  #settle(ending: Outcome, cause?: TeleprinterError, reason?: unknown): void {
    if (this.#settled) return;
    this.#meter.mark('durationMs');
    const answer = this.#answer;
    this.#flush();
    if (ending === 'complete') answer.complete();
    if (ending !== 'stopped') this.consumers.emitParts(answer);
    // A callback may have closed the stream.
    if (this.#settled) return;
    const isUnknown = DEVELOPMENT && ending !== 'stopped' && this.#firstUnknownEvent && !answer.isUnderstood;
    if (isUnknown) warnOfUnknownEvents(this.#firstUnknownEvent!, answer.format.name);
    // The provider's error says more than the connection's.
    const error = ending === 'stopped' ? undefined : (answer.error ?? cause);
    const outcome = ending === 'complete' || (error && error === answer.error) ? answer.outcome : ending;
    this.#settled = {
      ...this.#answerFields(),
      outcome,
      end: this.#endEvent,
      error,
      lastEventId: this.lastEventId,
    };
    for (const signal of this.#signals) removeAbortCallback(signal, this.#onAbort);
    this.#stop.abort();
    // A stream that was closed before its request leaves the stored position alone.
    if (this.state !== 'idle') {
      this.#memory?.end(
        outcome === 'truncated' || (error !== undefined && classifyError(error) !== 'permanent'),
      );
    }
    this.#setState('closed');
    this.consumers.end({ error: reason ?? error }, answer.takeNewParts());
    this.#resolve(this.#settled);
    if (error) runCallback(this.#options.onError, error);
    runCallback(this.#options.onEnd, this.#settled);
  }

  /** Adds the text that the format and the answer have held back: once, though a callback may stop the stream meanwhile. */
  #flush(): void {
    const read = this.#read;
    this.#read = () => {};
    runCallback(() => read.end?.(this.#answer.add), undefined);
    this.#answer.flush();
  }

  #measure(): void {
    const { metrics } = this.#meter;
    this.#meter.event();
    if (DEVELOPMENT && metrics.buffered) warnOfBuffering(metrics.events, metrics.firstEventMs!);
    if (metrics.firstTextMs === undefined && this.#answer.text) this.#meter.mark('firstTextMs');
  }

  #setState(state: StreamState): void {
    this.state = state;
    this.#snapshot = undefined;
    this.consumers.emitChange();
  }

  #answerFields(): Omit<Snapshot, 'state' | 'outcome' | 'error'> {
    const { text, reasoning, toolCalls, usage, finish } = this.#answer;
    const metrics = { ...this.#meter.metrics };
    return { text, reasoning, toolCalls, usage, finishReason: finish?.reason, metrics };
  }

  #savePosition(): void {
    this.#memory?.update(this.lastEventId, this.#cursor, this.#answer.mark(this.#read.held?.() ?? ''));
  }

  /** Adds a part of the end marker, which may tell how the answer ended but has none of its content. */
  readonly #addEnd = (draft: FormatPart): void => {
    if (/^(finish|usage|error)$/.test(draft.type)) this.#answer.add(draft);
  };
}
