import { createAnswer } from './answer.ts';
import { createBroadcast } from './broadcast.ts';
import { createConnection, isPermanent } from '../connection/connection.ts';
import { decodeEvent, validateEvent } from './decode.ts';
import type { EventStream } from '../contract/event-stream.ts';
import { optionThrew, TeleprinterError } from '../errors.ts';
import { warnOfBuffering } from '../connection/diagnose.ts';
import type { Format, FormatPart } from '../contract/format.ts';
import { endNames } from '../connection/end.ts';
import { createMeter } from './meter.ts';
import { createMemory } from './memory.ts';
import { isAddress } from '../connection/request.ts';
import type { EventNames, EventSchemas, EventsOf, StreamEvent } from '../contract/events.ts';
import type { Outcome, Snapshot, StreamResult, StreamState } from '../contract/result.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Part } from '../contract/parts.ts';
import type { EventTypes, RawEvent } from '../contract/transport.ts';

/** Opens a stream that reads its events as this format does. What `stream()` is, whichever formats are bundled. */
export function openStream<E extends EventNames, T>(
  input: StreamInput,
  options: StreamOptions<E, T>,
  format: Format,
): EventStream<E, T> {
  const { decode = 'auto', end, events: names = [], resume, resumeKey, signal } = options;
  const { onEvent, onPart, onText } = options;
  const schemas = Array.isArray(names) ? undefined : (names as EventSchemas);
  /** Whether neither decoding nor validating can fail, take long, or go by what was heard before. */
  const isQuick = !schemas && (decode === 'auto' || decode === 'text');
  const known = Array.isArray(names) ? (names as string[]) : Object.keys(names);
  const typeNames = new Set(['message', ...endNames(end), ...(format.events ?? []), ...known]);
  const eventTypes: EventTypes = { names: typeNames };
  const stop = new AbortController();
  const listeners = new Set<Listener>();
  const onLeave = (): void => {
    if (!eventBroadcast.isRead && !partBroadcast.isRead && !listeners.size) close();
  };
  const eventBroadcast = createBroadcast<EventsOf<E, T>>(onLeave);
  const partBroadcast = createBroadcast<Part>(onLeave);

  const memory = resumeKey === undefined ? undefined : createMemory(resumeKey, isAddress(resume));
  const left = memory?.left;

  let state: StreamState = 'idle';
  let { lastEventId = options.lastEventId ?? '', cursor } = left ?? {};
  const arePartsHeard = (): boolean => Boolean(onPart ?? onText) || partBroadcast.isRead;
  let answer = createAnswer(format, arePartsHeard, left?.answer);
  let read = format.reader();
  let headers: Headers | undefined;
  let endEvent: StreamEvent | undefined;
  let settled: StreamResult | undefined;
  let snapshot: Snapshot | undefined;
  let notifying: Promise<void> | undefined;
  /** The turn of the newest event, while a schema validates in a promise: events keep their order. */
  let turn: Promise<void> | undefined;
  let requested = false;
  let resolveResult: (result: StreamResult) => void;
  const result = new Promise<StreamResult>((resolve) => (resolveResult = resolve));

  const from = { lastEventId, isResumed: Boolean(left ?? lastEventId) };
  const meter = createMeter(from.isResumed, input);
  const { metrics } = meter;
  const connect = createConnection(input, options as StreamOptions, from, {
    eventTypes,
    open(response, transport) {
      meter.open();
      headers = response?.headers;
      // The place to resume at is known, though no ID is.
      if (!lastEventId) keep();
      change('open');
      report(options.onOpen, { response, transport });
    },
    bytes(count) {
      meter.active();
      metrics.bytes = (metrics.bytes ?? 0) + count;
    },
    id(id) {
      if (turn) inTurn(turn.then(() => void (lastEventId = id)));
      else lastEventId = id;
    },
    events(events) {
      // Where bytes are hidden, events are the signs of life.
      if (metrics.bytes === undefined) meter.active();
      if (isQuick && !turn) takeAll(events);
      else for (const event of events) takeInTurn(event);
    },
    end: (event) => takeInTurn(event, true),
    get place() {
      return { format: answer.format.name, cursor };
    },
    get progress() {
      return answer.progress;
    },
    get endExpected() {
      return answer.format.hasEnd === true;
    },
    reconnect(reconnection) {
      meter.lost();
      if (reconnection.restarted) {
        lastEventId = '';
        cursor = undefined;
        answer = createAnswer(format, arePartsHeard);
        read = format.reader();
        keep();
      }
      change('reconnecting');
      report(options.onReconnect, reconnection);
    },
    drained: () => turn ?? behind(),
  });

  /** A promise while somebody is far behind, of those who read events or of those who read parts. */
  function behind(): Promise<void> | undefined {
    return (eventBroadcast.drained() ?? partBroadcast.drained())?.then(behind);
  }

  /** What comes next waits for this. */
  function inTurn(own: Promise<void>): void {
    const done = own.then(() => {
      if (turn === done) turn = undefined;
    });
    turn = done;
  }

  /**
   * Decodes all, then hands all out: between other things JSON.parse takes a fifth longer. Reading 64 KiB of OpenAI's
   * chunks in two loops takes 6 to 12 % less.
   */
  function takeAll(events: readonly RawEvent[]): void {
    const decoded: unknown[] = [];
    // Not by `map`: for the few events of a small chunk its closure takes a fifteenth of all.
    for (const event of events) decoded.push(decodeEvent(event, decode));
    try {
      for (let at = 0; at < events.length; at++) hand(events[at]!, decoded[at], decoded[at]);
    } catch (error) {
      fail(error);
    }
  }

  function takeInTurn(event: RawEvent, isEnd = false): void {
    const own = turn ? turn.then(() => take(event, isEnd)) : take(event, isEnd);
    if (own) inTurn(own);
  }

  /** Decodes one event and hands it out; gives a promise only where its schema validates in one. */
  function take(raw: RawEvent, isEnd: boolean): Promise<void> | undefined {
    const handOn = isEnd ? handEnd : hand;
    let decoded: unknown = raw.data;
    try {
      decoded = decodeEvent(raw, decode);
      const data = schemas ? validateEvent(raw, decoded, schemas) : decoded;
      if (data instanceof Promise) {
        // A `decode` of the user's may be slow, too: then what it gives is both.
        const known = decoded === data ? undefined : decoded;
        return data.then((value) => handOn(raw, known ?? value, value)).catch((error) => fail(error));
      }
      handOn(raw, decoded, data);
    } catch (error) {
      // An end marker is one whatever its data.
      if (isEnd && !settled) endEvent = { ...raw, id: lastEventId, raw: raw.data };
      else fail(error);
    }
    return undefined;
  }

  function fail(error: unknown): void {
    settle('failed', error instanceof TeleprinterError ? error : optionThrew(OWN, error));
  }

  function hand(raw: RawEvent, decoded: unknown, data: unknown): void {
    if (settled) return;
    const { type, id } = raw;
    const { changes } = answer;
    // First the account, then the consumers: one of them may close the stream.
    read({ type, data: decoded, headers }, answer.add);
    meter.event();
    if (DEVELOPMENT && metrics.buffered) warnOfBuffering(metrics.events, metrics.firstEventMs!);
    if (answer.changes !== changes) change(state);
    if (metrics.firstTextMs === undefined && answer.text) meter.mark('firstTextMs');
    cursor = answer.format.cursor?.(decoded, cursor);
    // What follows without an ID of its own, a server that resumes sends again.
    if (id !== undefined || cursor) keep();
    if (onEvent || listeners.size || eventBroadcast.isRead) {
      tellEvent({ type, data, id: lastEventId, raw: raw.data });
    }
    const news = answer.news();
    if (news) tellParts(news);
  }

  function tellEvent(event: StreamEvent): void {
    if (listeners.size) tell(event.type, event);
    if (settled) return;
    eventBroadcast.push(event as EventsOf<E, T>);
    if (onEvent) report(onEvent, event as EventsOf<E, T>);
  }

  function handEnd({ type, data: raw }: RawEvent, decoded: unknown, data: unknown): void {
    if (settled) return;
    const { changes } = answer;
    read({ type, data: decoded, headers }, addEnd);
    endEvent = { type, data, id: lastEventId, raw };
    if (answer.changes !== changes) change(state);
    tell(type, endEvent);
    tellParts(answer.news() ?? []);
  }

  /** An end marker may tell how the answer ended, but is none of it. */
  const addEnd = (draft: FormatPart): void => {
    if (/^(finish|usage|error)$/.test(draft.type)) answer.add(draft);
  };

  function tellParts(parts: readonly Part[]): void {
    for (const part of parts) {
      if (settled) return;
      partBroadcast.push(part);
      if (onPart) report(onPart, part);
      if (onText && part.type === 'text' && !settled) report(onText, part.delta, answer.text);
    }
  }

  function keep(): void {
    memory?.keep({ lastEventId, cursor, answer: answer.keep() });
  }

  function open(): void {
    if (requested) return;
    requested = true;
    queueMicrotask(async () => {
      if (settled) return;
      meter.start();
      memory?.watch();
      change('connecting');
      if (left) tellParts(answer.parts());
      const [outcome, error] = await connect(stop.signal);
      while (turn) await turn;
      if (outcome === 'complete') {
        answer.complete();
        tellParts(answer.news() ?? []);
      }
      settle(outcome, error);
    });
  }

  function settle(ending: Outcome, cause?: TeleprinterError, reason?: unknown): void {
    if (settled) return;
    meter.mark('durationMs');
    // What the provider reported says more than that the connection then ended.
    const error = ending === 'stopped' ? undefined : (answer.error ?? cause);
    const outcome = ending === 'complete' || (error && error === answer.error) ? answer.outcome : ending;
    settled = {
      ...answered(),
      outcome,
      usage: answer.usage,
      finishReason: answer.finish?.reason,
      end: endEvent,
      error,
      lastEventId,
      metrics: { ...metrics },
    };
    signal?.removeEventListener('abort', abort);
    stop.abort();
    // Closed before it asked, it has nothing to forget.
    if (state !== 'idle')
      memory?.end(outcome === 'truncated' || (error !== undefined && !isPermanent(error)));
    change('closed');
    const last = { error: reason ?? error };
    eventBroadcast.end(last);
    partBroadcast.end(last);
    resolveResult(settled);
    if (error) report(options.onError, error);
    report(options.onEnd, settled);
  }

  function change(next: StreamState): void {
    state = next;
    snapshot = undefined;
    if (!listeners.size) return;
    notifying ??= Promise.resolve().then(() => {
      notifying = undefined;
      tell(CHANGE);
    });
  }

  /** Calls whoever listens to this event, or to changes. */
  function tell(type: Listener['type'], event?: StreamEvent): void {
    for (const listener of listeners) if (listener.type === type) report(listener.call, event);
  }

  function listen(type: Listener['type'], call: Listener['call']): () => void {
    const listener = { type, call };
    listeners.add(listener);
    open();
    return () => void listeners.delete(listener);
  }

  function answered(): Pick<Snapshot, 'text' | 'reasoning' | 'toolCalls'> {
    const { text, reasoning, toolCalls } = answer;
    return { text, reasoning, toolCalls };
  }
  const close = (): void => settle('stopped');
  const abort = (): void => settle('stopped', undefined, signal!.reason);

  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort);
  if (Object.keys(options).some((name) => /^on[A-Z]/.test(name))) open();

  return {
    get state() {
      return state;
    },
    get lastEventId() {
      return lastEventId;
    },
    get format() {
      return answer.format.name;
    },
    get result() {
      open();
      return result;
    },
    text: {
      [Symbol.asyncIterator]() {
        open();
        return partBroadcast.iterate((part) => (part.type === 'text' ? part.delta : undefined));
      },
    },
    parts: {
      [Symbol.asyncIterator]() {
        open();
        return partBroadcast.iterate((part) => part);
      },
    },
    [Symbol.asyncIterator]() {
      open();
      return eventBroadcast.iterate((event) => event);
    },
    on(type, listener) {
      if (!typeNames.has(type)) {
        typeNames.add(type);
        eventTypes.onAdd?.(type);
      }
      return listen(type, listener as Listener['call']);
    },
    close,
    subscribe: (listener) => listen(CHANGE, listener),
    getSnapshot: () =>
      (snapshot ??= { ...answered(), state, outcome: settled?.outcome, error: settled?.error }),
    async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
      close();
    },
  };
}

/** The options whose functions see an event's data; what they throw on purpose is a DecodeError already. */
const OWN = 'decode, events or format';

/** What a listener to every change listens to: no event of a server has an empty name. */
const CHANGE = '';

interface Listener {
  readonly type: string;
  readonly call: (event?: StreamEvent) => void;
}

/** Calls a function of the user's; what it throws is reported and disturbs nothing. */
function report<A, B>(callback: ((first: A, second: B) => void) | undefined, first: A, second?: B): void {
  try {
    callback?.(first, second!);
  } catch (error) {
    // Node has no reportError.
    (globalThis.reportError ?? console.error)(error);
  }
}
