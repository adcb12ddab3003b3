import type { StreamOptions } from '../contract/options.ts';
import type { RawEvent, Transport, TransportSink } from '../contract/transport.ts';
import { isDone } from '../done.ts';
import { connectionError, optionError, TeleprinterError, TruncatedError } from '../errors.ts';
import { eventTooLargeError, MAX_EVENT_SIZE } from '../transports/parsers.ts';
import { Deadline } from './deadline.ts';
import { createEndTest, isEndMissing, progressOf } from './end.ts';
import type { ConnectionListener } from './listener.ts';
import type { ReplayFilter } from './replay.ts';
import { isOfRelay, isOtherAnswer } from './relay-id.ts';
import type { createRequestFactory } from './request.ts';
import { onPageReturn } from './page-return.ts';

/** How long a connection may stay open after the last event of its format, in milliseconds. */
const END_GRACE_MS = 1000;

/** The comment by which a server announces heartbeats and their interval, in milliseconds. */
const HEARTBEAT = /^ ?heartbeat (\d+)$/;
/** After this many heartbeat intervals without data, a connection is considered dead. */
const MISSED_HEARTBEATS = 2.5;
/** The shortest such time, in milliseconds: networks do not guarantee less. */
const MIN_SILENCE_MS = 1000;
/** After this many milliseconds without data since the page was shown again, a connection is considered dead. */
const RETURN_GRACE_MS = 5000;

const OTHER_ANSWER = 'The server began another answer. Does a proxy drop the header Last-Event-ID?';

/** What all connections of a stream have in common. */
export interface AttemptSetup {
  readonly options: StreamOptions;
  readonly request: ReturnType<typeof createRequestFactory>;
  readonly listener: ConnectionListener;
  /** Whether an event may arrive twice, so that events must be remembered. */
  readonly mayReplay: boolean;
  /** Whether another connection can continue the answer from here. */
  canResume(state: SharedState): boolean;
}

/** The state of a stream that is carried from one connection to the next. */
export interface SharedState {
  lastEventId: string;
  /** The response of the newest connection that opened. */
  response: Response | undefined;
  /** A connection has opened. */
  hasOpened: boolean;
  /** When the newest connection opened, by `performance.now()`; 0 before that. */
  openedAt: number;
  /** How many events of the answer have arrived. */
  arrived: number;
  /** The end marker has arrived. */
  hasEnded: boolean;
  /** The reconnection time in milliseconds: `retry.delay`, or the server's `retry:`. */
  reconnectionTime: number;
  replay: ReplayFilter;
}

/** How a connection closed, as far as the transport can tell; an error if it broke. */
export type Closed = 'clean' | 'cut' | 'no-content' | TeleprinterError;

/** One connection: sends a request and reads the response until it ends, breaks, or is cut off. */
export class Attempt {
  readonly #setup: AttemptSetup;
  readonly #state: SharedState;
  readonly #transport: Transport;
  readonly #connection = new AbortController();
  /** Rejects `run()`, though a function of the user, or `fetch`, may never settle. */
  #reject!: (reason: unknown) => void;
  readonly #deadline = new Deadline((error) => this.#disconnect(error));
  readonly #isEnd: (event: RawEvent) => boolean;
  readonly #maxEventSize: number;
  /** The option `timeout.idle`. */
  readonly #idle: number | 'auto';
  /** Caches `!signal.aborted`, as reading it would take a twelfth of the time that an event takes. */
  #isOpen = true;
  #isCut = false;
  /** Whether the connection may be dead: the page was shown again, and nothing has arrived since. */
  isSuspect = false;
  /** The longest silence that the server's heartbeats allow, in milliseconds; 0 if it has announced none. */
  #maxSilence = 0;

  constructor(setup: AttemptSetup, state: SharedState, transport: Transport) {
    this.#setup = setup;
    this.#state = state;
    this.#transport = transport;
    const { end, maxEventSize = MAX_EVENT_SIZE, timeout } = setup.options;
    this.#idle = timeout?.idle ?? 'auto';
    this.#isEnd = createEndTest(end);
    this.#maxEventSize = maxEventSize;
  }

  /**
   * Resolves when the connection has ended, for whatever reason.
   * @param resumesElsewhere Whether to send the request to the address in the option `resume`.
   */
  async run(stop: AbortSignal, resumesElsewhere: boolean): Promise<Closed> {
    const { signal } = this.#connection;
    const disconnect = (): void => this.#disconnect();
    stop.addEventListener('abort', disconnect);
    const stopWatching = onPageReturn(() => this.#suspect());
    try {
      const aborted = new Promise<never>((_, reject) => (this.#reject = reject));
      return await Promise.race([aborted, this.#connect(signal, resumesElsewhere)]);
    } catch (cause) {
      return cause instanceof TeleprinterError ? cause : connectionError(cause);
    } finally {
      this.#deadline.clear();
      stopWatching();
      stop.removeEventListener('abort', disconnect);
      // The signal makes the transport release everything.
      this.#disconnect();
    }
  }

  async #connect(signal: AbortSignal, resumesElsewhere: boolean): Promise<Closed> {
    const { options, request, listener } = this.#setup;
    const { lastEventId, response, replay } = this.#state;
    this.#deadline.expect('response', options.timeout?.connect ?? 300_000, 'connect');
    const prepared = await request(lastEventId, resumesElsewhere, { ...listener.resumeContext, response });
    if (!this.#isOpen) throw signal.reason;
    const hasContent = await this.#transport.connect(
      {
        ...prepared,
        init: { ...prepared.init, signal },
        maxEventSize: this.#maxEventSize,
        eventTypes: listener.eventTypes,
        anyBody: true,
      },
      this.#createSink(),
    );
    if (!this.#isOpen) throw signal.reason;
    if (!hasContent) return 'no-content';
    const isMissing = isEndMissing(this.#setup, this.#state.lastEventId);
    // A proxy may end a broken response cleanly. A relay never ends one without a marker.
    if (this.#isCut || (isMissing && isOfRelay(this.#state.lastEventId))) return 'cut';
    // If an end is still expected, a clean close does not prove that the buffered events are new.
    if (!isMissing) this.#deliver(replay.flush());
    return 'clean';
  }

  /** Creates the sink of arrow functions, as a transport may call them without their object. */
  #createSink(): TransportSink {
    const { options, listener } = this.#setup;
    const state = this.#state;
    return {
      open: (response) => {
        if (!this.#isOpen) return;
        state.response = response;
        state.hasOpened = true;
        state.openedAt = performance.now();
        this.#resetDeadline();
        listener.open(response, this.#transport.name);
      },
      bytes: (count) => {
        if (!this.#isOpen) return;
        this.#resetDeadline();
        listener.bytes(count);
      },
      id: (id) => this.#receiveId(id),
      events:
        // The user's function may depend on the effects of earlier events.
        typeof options.end === 'function'
          ? (events) => events.forEach((event) => this.#receive([event]))
          : (events) => this.#receive(events),
      cut: (event) => {
        // Many servers omit the blank line after `[DONE]`.
        this.#isCut = !event || !isDone(event.data);
        if (!this.#isCut) this.#receiveEnd(event!);
      },
      withoutData: (type) => {
        const event = { type, data: '', id: undefined };
        if (type === 'error') this.#receive([event]);
        else this.#receiveEnd(event);
      },
      comment: (text) => {
        const interval = Number(HEARTBEAT.exec(text)?.[1]);
        if (!(interval >= 0)) return;
        this.#maxSilence = interval && Math.max(interval * MISSED_HEARTBEATS, MIN_SILENCE_MS);
        this.#resetDeadline();
      },
      retry: (delay) => {
        state.reconnectionTime = delay;
      },
      drained: () => {
        const drained = listener.drained();
        // Nothing is read while the consumers are behind, so silence does not mean that the connection is dead.
        if (drained) this.#deadline.clear();
        return drained?.then(() => this.#resetDeadline());
      },
    };
  }

  #receiveId(id: string): void {
    if (!this.#isOpen) return;
    const { mayReplay } = this.#setup;
    // The event under a known ID decides whether the position moves to it.
    if (mayReplay && this.#state.replay.has(id)) return;
    if (mayReplay && isOtherAnswer(id, this.#state.lastEventId))
      return this.#disconnect(new TruncatedError(OTHER_ANSWER));
    this.#deliver(this.#state.replay.flush(id));
    this.#setLastEventId(id);
  }

  #setLastEventId(id: string): void {
    this.#state.lastEventId = id;
    this.#setup.listener.id(id);
  }

  #receive(events: readonly RawEvent[]): void {
    // The transport may pass on a few more events after the abort.
    if (!this.#isOpen) return;
    // If the transport cannot see bytes, events show that the connection is alive.
    if (this.isSuspect) this.#resetDeadline();
    const state = this.#state;
    const { count, end, problem } = this.#splitAtEnd(events);
    this.#deliverNew(events.slice(0, count));
    if (end) {
      this.#deliver(state.replay.end(end.id));
      state.hasEnded = true;
      this.#setup.listener.end(end);
    }
    // At once, before native EventSource reconnects.
    if (end || problem) this.#disconnect(problem);
  }

  /** Receives an event that counts only as the end marker. */
  #receiveEnd(event: RawEvent): void {
    if (this.#splitAtEnd([event]).end) this.#receive([event]);
  }

  #deliverNew(events: readonly RawEvent[]): void {
    const fresh = this.#setup.mayReplay ? this.#state.replay.filter(events) : events;
    let at = 0;
    // The ID of a new event may have come before, with other data: then #receiveId has not set it.
    if (fresh !== events) {
      for (const [index, { id = this.#state.lastEventId }] of fresh.entries()) {
        if (id === this.#state.lastEventId) continue;
        this.#deliver(fresh.slice(at, index));
        at = index;
        this.#setLastEventId(id);
      }
    }
    this.#deliver(at ? fresh.slice(at) : fresh);
  }

  /** Counts the events before the end marker, or before an event that cannot be used. */
  #splitAtEnd(events: readonly RawEvent[]): { count: number; end?: RawEvent; problem?: TeleprinterError } {
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
    this.#state.arrived += events.length;
    this.#setup.listener.events(events);
    if (progressOf(this.#setup) === 'over') this.#resetDeadline();
  }

  #resetDeadline(): void {
    this.isSuspect = false;
    if (!this.#isOpen) return this.#deadline.clear();
    // Some servers send several messages in one stream. Most close here.
    if (progressOf(this.#setup) === 'over') this.#deadline.after(END_GRACE_MS);
    else this.#deadline.expect('data', this.#idle === 'auto' ? this.#maxSilence : this.#idle, 'idle');
  }

  /** The page was hidden, so the connection may be dead. If the answer is resumable, data must arrive soon. */
  #suspect(): void {
    const { options, listener, canResume } = this.#setup;
    const isResumable = (options.resume || this.#maxSilence) && canResume(this.#state);
    if (this.#idle !== 'auto' || !isResumable || progressOf(this.#setup) === 'over' || listener.drained())
      return;
    this.isSuspect = true;
    this.#deadline.after(RETURN_GRACE_MS);
  }

  #disconnect(reason?: unknown): void {
    this.#isOpen = false;
    this.#connection.abort(reason);
    // In React Native the signal has no reason. https://github.com/react/react-native/issues/50015
    this.#reject(reason ?? this.#connection.signal.reason);
  }
}
