import { backoff, waitToReconnect } from './backoff.ts';
import { endTest } from './end.ts';
import {
  connectionBroke,
  HttpError,
  optionThrew,
  TeleprinterError,
  TimeoutError,
  TruncatedError,
} from '../errors.ts';
import type { Outcome } from '../contract/result.ts';
import type { Reconnection, StreamInput, StreamOptions } from '../contract/options.ts';
import { createReplayFilter } from './replay.ts';
import { createRequest, isAddress, isSafeMethod, methodOf } from './request.ts';
import { validate } from './validate.ts';
import { chooseTransport } from '../transports/choose.ts';
import { eventTooLarge, fetchTransport, MAX_EVENT_SIZE } from '../transports/fetch.ts';
import type { EventTypes, RawEvent } from '../contract/transport.ts';

/** Hears what the connections bring. */
export interface ConnectionListener {
  readonly eventTypes: EventTypes;
  open(response: Response | undefined, transport: string): void;
  bytes(count: number): void;
  /** The last event ID from here on. */
  id(id: string): void;
  /** Those that are new, as many as came together. */
  events(events: readonly RawEvent[]): void;
  /** The end marker. */
  end(event: RawEvent): void;
  /** What a `resume` function gets to know of the format and the place in the answer. */
  readonly place: { readonly format: string; readonly cursor: unknown };
  /** Whether the answer is whole as the format sees it, and whether nothing at all follows. */
  readonly progress: 'going' | 'finished' | 'over';
  /** Whether the format knows an end, so that one is expected. */
  readonly endExpected: boolean;
  reconnect(reconnection: Reconnection): void;
  drained(): Promise<unknown> | undefined;
}

/** How the last connection ended. */
export type Ending = readonly [outcome: Outcome, error?: TeleprinterError | undefined];

/**
 * Prepares one logical stream over as many connections as its options allow, and gives the function that runs it.
 * That one resolves when the last connection has ended, or soon after `stop` aborts.
 * @param from Where it goes on, if it was begun before.
 * @throws OptionsError
 */
export function createConnection(
  given: StreamInput,
  options: StreamOptions,
  from: { readonly lastEventId: string; readonly isResumed: boolean },
  listener: ConnectionListener,
): (stop: AbortSignal) => Promise<Ending> {
  const {
    end,
    idempotencyKey,
    maxEventSize = MAX_EVENT_SIZE,
    reconnect = 'resume',
    retry: { limit: attempts = 5, delay: firstDelay = 1000, maxDelay = 30_000 } = {},
    timeout: { connect = 30_000, idle = 0 } = {},
  } = options;
  const isEnd = endTest(end);
  const input = given instanceof ReadableStream ? new Response(given, EVENT_STREAM) : given;
  const method = methodOf(input, options);
  const isSafe = isSafeMethod(method);
  const { resume = isSafe } = options;
  /** Resumes at an address of its own, for which any response will do; else at the same one, from an event ID. */
  const resumesElsewhere = isAddress(resume);
  // Where somebody else asked, there is nothing to ask again.
  const limit = input instanceof Response || reconnect === 'never' ? 0 : attempts;
  /** Without resuming nothing can come twice, so nothing need be remembered. */
  const mayReplay = from.isResumed || (limit && resume);
  /** What the format says of the end. A live feed goes on after it, and where the caller set an end, nothing else is one. */
  const progress = (): ConnectionListener['progress'] =>
    end === undefined && reconnect !== 'always' ? listener.progress : 'going';
  const endIsMissing = (): boolean =>
    end === undefined ? listener.endExpected && listener.progress === 'going' : end !== false;
  validate(input, options, isSafe);
  let transport = chooseTransport(input, options);
  const request = createRequest(input, options, method);

  return async (stop) => {
    let { lastEventId, isResumed: resumed } = from;
    let replay = createReplayFilter(lastEventId);
    let response: Response | undefined;
    let opened = resumed;
    /** How many events of the answer were handed on. */
    let arrived = 0;
    let ended = false;
    let failures = 0;
    let reconnectionTime = firstDelay;

    for (;;) {
      const before = arrived;
      if (resumed) replay.resume();
      // `false` is a 204, `true` the end of the response, an error what broke the connection.
      const close = await connectOnce();
      const error = typeof close === 'boolean' ? undefined : close;
      const progressed = arrived > before;
      if (progressed) failures = 0;

      // The table «What happens when a connection ends» of the README, row by row.
      // Native EventSource tells nobody whether the server closed or the connection broke.
      const mayHaveClosed = !error || transport.name === 'eventsource';
      if (ended || progress() === 'over' || (mayHaveClosed && progress() === 'finished')) return ['complete'];
      if (stop.aborted) return ['stopped'];
      if (error && isPermanent(error)) return ['failed', error];
      // A live feed may be quiet for a whole connection, so there only a 204 says that it is over.
      if (close === false || (!error && resumed && !progressed && reconnect !== 'always')) {
        return endIsMissing() ? truncated(error) : ['complete'];
      }
      resumed = resumesElsewhere ? opened : resume && lastEventId !== '';
      const isRepeatable = !arrived && (isSafe || idempotencyKey || isRefusal(error));
      const restarted = !resumed && !isRepeatable;
      if (failures >= limit || (restarted && reconnect !== 'always')) {
        if (!error && !endIsMissing()) return ['complete'];
        // Where no answer had begun, none was cut.
        return error && !arrived ? ['failed', error] : truncated(error);
      }

      let delay = retryAfter(error) ?? backoff(failures, reconnectionTime, maxDelay);
      if (transport.name === 'eventsource') {
        transport = fetchTransport;
        // Native EventSource that could not open hides the reason; fetch learns it at once.
        if (!opened) delay = 0;
      }
      if (restarted) {
        lastEventId = '';
        arrived = 0;
        opened = false;
        replay = createReplayFilter('');
      }
      listener.reconnect({ attempt: ++failures, delay, restarted, error });
      // A callback may have closed the stream.
      if (!stop.aborted) await waitToReconnect(delay, stop);
      if (stop.aborted) return ['stopped'];
    }

    async function connectOnce(): Promise<boolean | TeleprinterError> {
      const connection = new AbortController();
      const { signal } = connection;
      // Asking the signal would take a twelfth of what reading an event takes.
      let isOpen = true;
      const cut = (reason?: unknown): void => {
        isOpen = false;
        connection.abort(reason);
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isCut = false;

      function expect(what: string, within: number, option: string, isSecondChance?: boolean): void {
        clearTimeout(timer);
        timer = undefined;
        if (!within || !isOpen) return;
        const due = Date.now() + within;
        timer = setTimeout(() => {
          // A page that was frozen, or a machine that slept, could not listen: what came is only now read.
          if (!isSecondChance && Date.now() - due > ASLEEP) return expect(what, within, option, true);
          const message = `No ${what} for ${within} ms (timeout.${option}). Is a proxy buffering? Send X-Accel-Buffering: no.`;
          cut(new TimeoutError(message, {}));
        }, within);
      }
      function expectBytes(): void {
        expect('data', idle, 'idle');
        if (progress() !== 'over' || !isOpen) return;
        clearTimeout(timer);
        // Some relay several messages in one stream. Most close here.
        timer = setTimeout(cut, AFTER_THE_END);
      }
      function deliver(events: readonly RawEvent[]): void {
        if (!events.length) return;
        arrived += events.length;
        listener.events(events);
        if (progress() === 'over') expectBytes();
      }

      function take(events: readonly RawEvent[]): void {
        // The transport may hold a few more when it is told to stop.
        if (!isOpen) return;
        let problem: unknown;
        let endEvent: RawEvent | undefined;
        let count = 0;
        try {
          for (const event of events) {
            if (event.data.length > maxEventSize) throw eventTooLarge(maxEventSize);
            if (isEnd(event)) {
              endEvent = event;
              break;
            }
            count++;
          }
        } catch (cause) {
          problem = cause instanceof TeleprinterError ? cause : optionThrew('end', cause);
        }
        const answer = events.slice(0, count);
        deliver(mayReplay ? replay.newOf(answer) : answer);
        if (endEvent) {
          deliver(replay.flush());
          ended = true;
          listener.end(endEvent);
        }
        // Now, not later: native EventSource would reconnect.
        if (endEvent || problem) cut(problem);
      }

      stop.addEventListener('abort', cut);
      try {
        expect('response', connect, 'connect');
        const prepared = await request(lastEventId, resumed && resumesElsewhere, {
          ...listener.place,
          response,
        });
        signal.throwIfAborted();
        const { eventTypes } = listener;
        const init = { ...prepared.init, signal };
        const close = await transport.connect(
          { ...prepared, init, maxEventSize, eventTypes, jsonLines: true },
          {
            open(received) {
              response = received;
              opened = true;
              expectBytes();
              listener.open(response, transport.name);
            },
            bytes(count) {
              if (timer !== undefined) expectBytes();
              listener.bytes(count);
            },
            id(id) {
              if (replay.knows(id)) return;
              // What came before it came under the ID before.
              deliver(replay.flush());
              listener.id((lastEventId = id));
            },
            // A function of the user's may go by what was heard before.
            events: typeof end === 'function' ? (events) => events.forEach((event) => take([event])) : take,
            cut() {
              isCut = true;
            },
            retry(delay) {
              reconnectionTime = delay;
            },
            drained() {
              const behind = listener.drained();
              // Nothing is read while the consumers are behind, so silence means nothing.
              if (behind) clearTimeout(timer);
              return behind?.then(expectBytes);
            },
          },
        );
        signal.throwIfAborted();
        // The answer may be whole, but more was to come, and only where an end is known does that mean anything.
        if (isCut && end === undefined && listener.endExpected)
          throw new Error('It ended in the middle of a line.');
        // An end in good order tells nothing of a replay where another end is expected.
        if (close && !endIsMissing()) deliver(replay.flush());
        return close;
      } catch (error) {
        const cause: unknown = signal.aborted ? signal.reason : error;
        return cause instanceof TeleprinterError ? cause : connectionBroke(cause);
      } finally {
        clearTimeout(timer);
        stop.removeEventListener('abort', cut);
        // Whatever the transport still holds goes with the signal.
        cut();
      }
    }

    function truncated(cause: TeleprinterError | undefined): Ending {
      const why = cause ? 'the connection was lost' : 'no end marker came';
      const hint = failures
        ? `${failures} attempts to go on failed.`
        : 'To go on after a loss, send event IDs (for a POST, set resume).';
      return [
        'truncated',
        new TruncatedError(`The answer is cut off: ${why}. ${hint}`, cause ? { cause } : {}),
      ];
    }
  };
}

/** How long, in milliseconds, a connection may stay open after the last event that its format knows of. */
const AFTER_THE_END = 1000;

/** A timer that is so many milliseconds late tells that nothing ran meanwhile. */
const ASLEEP = 1000;

const EVENT_STREAM = { headers: { 'Content-Type': 'text/event-stream' } };

/** What asking again cannot change: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
export function isPermanent(error: TeleprinterError): boolean {
  return error instanceof HttpError
    ? error.status < 500 && ![408, 425, 429].includes(error.status)
    : !/^(connection|timeout)$/.test(error.code);
}

/** The server says that it did not take the request on. */
function isRefusal(error: TeleprinterError | undefined): boolean {
  return error instanceof HttpError && [429, 503].includes(error.status);
}

/** Milliseconds, from seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfter(error: TeleprinterError | undefined): number | undefined {
  const value = error instanceof HttpError && error.headers.get('retry-after');
  return value ? Math.max(0, Number(value) * 1000 || Date.parse(value) - Date.now()) || 0 : undefined;
}
