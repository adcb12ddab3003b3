import { createBroadcast } from './broadcast.ts';
import { createConnection, isPermanent } from './connection.ts';
import { decodeEvent, endNames, type EventSchemas } from './decode.ts';
import type { EventStream } from './event-stream.ts';
import { optionThrew, TeleprinterError } from './errors.ts';
import { warnOfBuffering } from './diagnose.ts';
import { plain } from './formats/plain.ts';
import { createMeter } from './metrics.ts';
import { createMemory } from './resume-key.ts';
import { isAddress } from './request.ts';
import type {
  EventNames,
  EventsOf,
  Outcome,
  Snapshot,
  StreamEvent,
  StreamInput,
  StreamOptions,
  StreamResult,
  StreamState,
} from './options.ts';
import type { EventTypes, RawEvent } from './transports/transport.ts';

/**
 * Opens a stream of server-sent events.
 *
 * @param input A URL; or a Request; or a Response or byte stream that somebody else fetched, which is read as it is
 *   and never asked for again.
 * @throws OptionsError at once, when an option has a value that cannot be honoured
 * @example
 * for await (const delta of stream('/api/chat', { body: { prompt } }).text) output.append(delta);
 */
export function stream<const E extends EventNames = readonly string[]>(
  input: StreamInput,
  options: StreamOptions<E, string> & { readonly decode: 'text' },
): EventStream<E, string>;
export function stream<const E extends EventNames = readonly string[], T = unknown>(
  input: StreamInput,
  options?: StreamOptions<E, T>,
): EventStream<E, T>;
export function stream<E extends EventNames, T>(
  input: StreamInput,
  options: StreamOptions<E, T> = {},
): EventStream<E, T> {
  const { decode = 'auto', end, events: names = [], format = plain(), resume, resumeKey, signal } = options;
  const schemas = (Array.isArray(names) ? {} : names) as EventSchemas;
  const known = Array.isArray(names) ? (names as string[]) : Object.keys(names);
  const typeNames = new Set(['message', ...endNames(end), ...known]);
  const eventTypes: EventTypes = { names: typeNames };
  const stop = new AbortController();
  const listeners = new Set<Listener>();
  const items = createBroadcast<[event: EventsOf<E, T> | undefined, delta: string | undefined]>(() => {
    if (!items.readers.size && !listeners.size) close();
  });

  const memory = resumeKey === undefined ? undefined : createMemory(resumeKey, isAddress(resume));
  const left = memory?.left;

  let state: StreamState = 'idle';
  let [lastEventId, text] = left ?? [options.lastEventId ?? '', ''];
  /** How much of the text was one piece when that was last seen to. */
  let flatLength = 0;
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
  const meter = createMeter(from.isResumed);
  const { metrics } = meter;
  const connect = createConnection(input, options as StreamOptions, from, format.name, {
    eventTypes,
    open(response, transport) {
      meter.active();
      meter.mark('connectMs');
      // The place to resume at is known, though no ID is.
      if (!lastEventId) memory?.keep('', '');
      change('open');
      report(options.onOpen, { response, transport });
    },
    bytes(count) {
      meter.active();
      metrics.bytes = (metrics.bytes ?? 0) + count;
    },
    id: (id) =>
      inTurn(() => {
        lastEventId = id;
      }),
    event: (raw, isEnd) => inTurn(() => take(raw, isEnd)),
    reconnect(reconnection) {
      metrics.reconnects++;
      if (reconnection.restarted) {
        text = lastEventId = '';
        flatLength = 0;
        memory?.keep('', '');
      }
      change('reconnecting');
      report(options.onReconnect, reconnection);
    },
    drained: () => turn ?? items.drained(),
  });

  /** Does this after what came before it. */
  function inTurn(task: () => Promise<void> | void): void {
    const own = turn ? turn.then(task) : task();
    const done = own?.then(() => {
      if (turn === done) turn = undefined;
    });
    turn = done;
  }

  /** Decodes one event and hands it out; gives a promise only where its schema validates in one. */
  function take(raw: RawEvent, isEnd?: boolean): Promise<void> | undefined {
    try {
      const schema = Object.hasOwn(schemas, raw.type) ? schemas[raw.type] : undefined;
      const data = decodeEvent(raw, decode, schema);
      if (data instanceof Promise) {
        return data.then((value) => hand(raw, value, isEnd)).catch((error) => fail(error, raw, isEnd));
      }
      hand(raw, data, isEnd);
    } catch (error) {
      fail(error, raw, isEnd);
    }
    return undefined;
  }

  function fail(error: unknown, raw: RawEvent, isEnd?: boolean): void {
    // An end marker is one whatever its data.
    if (isEnd) hand(raw, raw.data, isEnd);
    else settle('failed', error instanceof TeleprinterError ? error : optionThrew(OWN, error));
  }

  function hand({ type, data: raw, id }: RawEvent, data: unknown, isEnd?: boolean): void {
    if (settled) return;
    const event: StreamEvent = { type, data, id: lastEventId, raw };
    const delta = isEnd ? undefined : format.text(data) || undefined;
    // First the account, then the consumers: one of them may close the stream.
    if (isEnd) endEvent = event;
    else {
      // Where bytes are hidden, events are the signs of life.
      if (metrics.bytes === undefined) meter.active();
      meter.mark('firstEventMs');
      meter.event();
      if (DEVELOPMENT && metrics.buffered) warnOfBuffering(metrics.events, metrics.firstEventMs!);
    }
    if (delta) {
      meter.mark('firstTextMs');
      text += delta;
      // V8 keeps a tree of all that was appended, 20 bytes a piece, until a regular expression looks at it.
      if (text.length > flatLength * 1.1 + 4096 && /(?:)/.test(text)) flatLength = text.length;
      change(state);
    }
    // What follows without an ID of its own, a server that resumes sends again.
    if (id !== undefined) memory?.keep(id, text);
    tell(type, event);
    if (isEnd || settled) return;
    const typed = event as EventsOf<E, T>;
    items.push([typed, delta]);
    report(options.onEvent, typed);
    if (delta && !settled) report(options.onText, delta, text);
  }

  function open(): void {
    if (requested) return;
    requested = true;
    queueMicrotask(async () => {
      if (settled) return;
      meter.start();
      memory?.watch();
      change('connecting');
      if (text) {
        items.push([undefined, text]);
        report(options.onText, text, text);
      }
      const [outcome, error] = await connect(stop.signal);
      while (turn) await turn;
      settle(outcome, error);
    });
  }

  function settle(outcome: Outcome, error?: TeleprinterError, reason: unknown = error): void {
    if (settled) return;
    meter.mark('durationMs');
    settled = {
      ...answer(),
      outcome,
      usage: undefined,
      finishReason: undefined,
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
    items.end({ error: reason });
    resolveResult(settled);
    if (error) report(options.onError, error);
    report(options.onEnd, settled);
  }

  function change(next: StreamState): void {
    state = next;
    snapshot = undefined;
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

  const answer = (): Pick<Snapshot, 'text' | 'reasoning' | 'toolCalls'> => ({
    text,
    reasoning: '',
    toolCalls: [],
  });
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
    format: format.name,
    get result() {
      open();
      return result;
    },
    text: {
      [Symbol.asyncIterator]() {
        open();
        return items.iterate(([, delta]) => delta);
      },
    },
    [Symbol.asyncIterator]() {
      open();
      return items.iterate(([event]) => event);
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
      (snapshot ??= { ...answer(), state, outcome: settled?.outcome, error: settled?.error }),
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
function report<A extends unknown[]>(callback: ((...args: A) => void) | undefined, ...args: A): void {
  try {
    callback?.(...args);
  } catch (error) {
    // Node has no reportError.
    (globalThis.reportError ?? console.error)(error);
  }
}
