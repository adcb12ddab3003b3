import type { StreamOptions } from '../contract/options.ts';
import type { RawEvent, Transport, TransportSink } from '../contract/transport.ts';
import { isDone } from '../done.ts';
import { connectionError, optionError, TeleprinterError } from '../errors.ts';
import { eventTooLargeError, MAX_EVENT_SIZE } from '../transports/parsers.ts';
import { Deadline } from './deadline.ts';
import { endTest } from './end.ts';
import type { ConnectionListener } from './listener.ts';
import type { ReplayFilter } from './replay.ts';
import type { createRequest } from './request.ts';
import { onReturn } from './return.ts';

/** How long, in milliseconds, a connection may stay open after the last event that its format knows of. */
const AFTER_THE_END = 1000;

/** The comment by which a server announces that it sends heartbeats, and how often, in milliseconds. */
const HEARTBEAT = /^ ?heartbeat (\d+)$/;
/** A connection is dead after so many heartbeats have not come, */
const MISSED_HEARTBEATS = 2.5;
/** and not before this many milliseconds: no network keeps to less. */
const SHORTEST_SILENCE = 1000;
/** Nothing for so many milliseconds after the page has come back: the connection died meanwhile. */
const AFTER_THE_RETURN = 5000;

/** What stays the same over all connections of a stream. */
export interface AttemptSetup {
  readonly options: StreamOptions;
  readonly request: ReturnType<typeof createRequest>;
  readonly listener: ConnectionListener;
  /** Whether an event may come twice, so that it must be remembered. */
  readonly mayReplay: boolean;
  /** Whether an answer can go on from this place on another connection. */
  canResume(place: Place): boolean;
}

/** Where in the answer a stream is, over all its connections. */
export interface Place {
  lastEventId: string;
  /** The newest response that opened. */
  response: Response | undefined;
  /** A connection has opened. */
  hasOpened: boolean;
  /** When the newest connection opened, by `performance.now()`; 0 before it has. */
  openedAt: number;
  /** How many events of the answer have arrived. */
  arrived: number;
  /** The end marker has come. */
  hasEnded: boolean;
  /** Milliseconds, as `retry.delay` or the server's `retry:` has it. */
  reconnectionTime: number;
  replay: ReplayFilter;
}

/** How a connection closed, as far as the transport tells; an error where it broke. */
export type Closed = 'clean' | 'cut' | 'no-content' | TeleprinterError;

/** One connection: sends a request and reads the response until it ends, breaks, or is cut off. */
export class Attempt {
  readonly #setup: AttemptSetup;
  readonly #place: Place;
  readonly #transport: Transport;
  readonly #connection = new AbortController();
  readonly #deadline = new Deadline((error) => this.#disconnect(error));
  readonly #isEnd: (event: RawEvent) => boolean;
  readonly #maxEventSize: number;
  /** Asking the signal would take a twelfth of what reading an event takes. */
  #isOpen = true;
  #isCut = false;
  /** The page has come back, and nothing has arrived since. */
  isDoubtful = false;
  /** How long the server's heartbeats let it be silent, in milliseconds; 0 before it has announced any. */
  #silence = 0;

  constructor(setup: AttemptSetup, place: Place, transport: Transport) {
    this.#setup = setup;
    this.#place = place;
    this.#transport = transport;
    const { end, maxEventSize = MAX_EVENT_SIZE } = setup.options;
    this.#isEnd = endTest(end);
    this.#maxEventSize = maxEventSize;
  }

  /**
   * Resolves when the connection has ended, whatever ended it.
   * @param resumesElsewhere Whether the option `resume` says where to send the request.
   */
  async run(stop: AbortSignal, resumesElsewhere: boolean): Promise<Closed> {
    const { signal } = this.#connection;
    const disconnect = (): void => this.#disconnect();
    stop.addEventListener('abort', disconnect);
    const forget = onReturn(() => this.#doubt());
    try {
      // Neither a function of the user's nor `fetch` need ever settle.
      return await Promise.race([this.#connect(signal, resumesElsewhere), rejectOn(signal)]);
    } catch (error) {
      const cause: unknown = signal.aborted ? signal.reason : error;
      return cause instanceof TeleprinterError ? cause : connectionError(cause);
    } finally {
      this.#deadline.clear();
      forget();
      stop.removeEventListener('abort', disconnect);
      // Whatever the transport still holds goes with the signal.
      this.#disconnect();
    }
  }

  async #connect(signal: AbortSignal, resumesElsewhere: boolean): Promise<Closed> {
    const { options, request, listener } = this.#setup;
    const { lastEventId, response, replay } = this.#place;
    this.#deadline.expect('response', options.timeout?.connect ?? 300_000, 'connect');
    const prepared = await request(lastEventId, resumesElsewhere, { ...listener.place, response });
    signal.throwIfAborted();
    const hasContent = await this.#transport.connect(
      {
        ...prepared,
        init: { ...prepared.init, signal },
        maxEventSize: this.#maxEventSize,
        eventTypes: listener.eventTypes,
        anyBody: true,
      },
      this.#sink(),
    );
    signal.throwIfAborted();
    if (this.#isCut) return 'cut';
    // An end in good order says nothing of a replay where another end is expected.
    if (hasContent && !isEndMissing(options, listener)) this.#deliver(replay.flush());
    return hasContent ? 'clean' : 'no-content';
  }

  /** A transport may call these without their object. */
  #sink(): TransportSink {
    const { options, listener } = this.#setup;
    const place = this.#place;
    return {
      open: (response) => {
        if (!this.#isOpen) return;
        place.response = response;
        place.hasOpened = true;
        place.openedAt = performance.now();
        this.#expectBytes();
        listener.open(response, this.#transport.name);
      },
      bytes: (count) => {
        if (!this.#isOpen) return;
        if (this.#deadline.isSet) this.#expectBytes();
        listener.bytes(count);
      },
      id: (id) => this.#receiveId(id),
      events:
        // A function of the user's may go by what the events before it did.
        typeof options.end === 'function'
          ? (events) => events.forEach((event) => this.#receive([event]))
          : (events) => this.#receive(events),
      cut: (event) => {
        // Many servers omit the blank line after this one.
        this.#isCut = !event || !isDone(event.data);
        if (!this.#isCut && this.#split([event!]).end) this.#receive([event!]);
      },
      comment: (text) => {
        const interval = Number(HEARTBEAT.exec(text)?.[1]);
        if (!(interval >= 0)) return;
        this.#silence = interval && Math.max(interval * MISSED_HEARTBEATS, SHORTEST_SILENCE);
        this.#expectBytes();
      },
      retry: (delay) => {
        place.reconnectionTime = delay;
      },
      drained: () => {
        const behind = listener.drained();
        // Nothing is read while the consumers are behind, so silence means nothing.
        if (behind) this.#deadline.clear();
        return behind?.then(() => this.#expectBytes());
      },
    };
  }

  #receiveId(id: string): void {
    if (!this.#isOpen) return;
    // Whether the place in the answer moves there, the event under it says.
    if (this.#setup.mayReplay && this.#place.replay.knows(id)) return;
    this.#deliver(this.#place.replay.flush(id));
    this.#moveTo(id);
  }

  #moveTo(id: string): void {
    this.#place.lastEventId = id;
    this.#setup.listener.id(id);
  }

  #receive(events: readonly RawEvent[]): void {
    // The transport may hold a few more when it is told to stop.
    if (!this.#isOpen) return;
    // Where bytes are hidden, events are the signs of life.
    if (this.isDoubtful) this.#expectBytes();
    const place = this.#place;
    const { count, end, problem } = this.#split(events);
    this.#deliverNew(events.slice(0, count));
    if (end) {
      this.#deliver(place.replay.end(end.id));
      place.hasEnded = true;
      this.#setup.listener.end(end);
    }
    // Now, not later: native EventSource would reconnect.
    if (end || problem) this.#disconnect(problem);
  }

  #deliverNew(events: readonly RawEvent[]): void {
    const { mayReplay } = this.#setup;
    const fresh = mayReplay ? this.#place.replay.newOf(events) : events;
    let at = 0;
    // An ID that came before, and comes again with other data.
    if (fresh !== events) {
      for (const [index, { id = this.#place.lastEventId }] of fresh.entries()) {
        if (id === this.#place.lastEventId) continue;
        this.#deliver(fresh.slice(at, index));
        at = index;
        this.#moveTo(id);
      }
    }
    this.#deliver(at ? fresh.slice(at) : fresh);
  }

  /** How many events come before the end marker, or before one that cannot be used. */
  #split(events: readonly RawEvent[]): { count: number; end?: RawEvent; problem?: TeleprinterError } {
    let count = 0;
    try {
      for (const event of events) {
        if (event.data.length > this.#maxEventSize) throw eventTooLargeError(this.#maxEventSize);
        if (this.#isEnd(event)) return { count, end: event };
        count++;
      }
    } catch (cause) {
      return { count, problem: cause instanceof TeleprinterError ? cause : optionError('end', cause) };
    }
    return { count };
  }

  #deliver(events: readonly RawEvent[]): void {
    if (!events.length) return;
    const { options, listener } = this.#setup;
    this.#place.arrived += events.length;
    listener.events(events);
    if (progressOf(options, listener) === 'over') this.#expectBytes();
  }

  #expectBytes(): void {
    this.isDoubtful = false;
    if (!this.#isOpen) return this.#deadline.clear();
    const { options, listener } = this.#setup;
    // Some relay several messages in one stream. Most close here.
    if (progressOf(options, listener) === 'over') this.#deadline.after(AFTER_THE_END);
    else {
      const { idle = 'auto' } = options.timeout ?? {};
      this.#deadline.expect('data', idle === 'auto' ? this.#silence : idle, 'idle');
    }
  }

  /** The page was away: a connection may be dead, unless something comes. Where the server resumes, that is tried. */
  #doubt(): void {
    const { options, listener, canResume } = this.#setup;
    const { idle = 'auto' } = options.timeout ?? {};
    const isResumable = (options.resume || this.#silence) && canResume(this.#place);
    if (idle !== 'auto' || !isResumable || progressOf(options, listener) === 'over' || listener.drained())
      return;
    this.isDoubtful = true;
    this.#deadline.after(AFTER_THE_RETURN);
  }

  #disconnect(reason?: unknown): void {
    this.#isOpen = false;
    this.#connection.abort(reason);
  }
}

/** Rejects when the signal aborts. */
function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
}

/**
 * What the format says of the end. A live feed goes on after it; where the caller set an end, nothing else is one. An
 * error ends any stream.
 */
export function progressOf(
  { end, reconnect }: StreamOptions,
  { progress }: ConnectionListener,
): 'going' | 'finished' | 'over' {
  if (progress === 'failed') return 'over';
  return end === undefined && reconnect !== 'always' ? progress : 'going';
}

/** Whether an end is expected and has not come. */
export function isEndMissing({ end }: StreamOptions, listener: ConnectionListener): boolean {
  return end === undefined ? listener.endExpected && listener.progress === 'going' : end !== false;
}
