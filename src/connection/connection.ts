import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Transport } from '../contract/transport.ts';
import { HttpError, TeleprinterError, TruncatedError } from '../errors.ts';
import { chooseTransport } from '../transports/choose.ts';
import { fetchTransport } from '../transports/fetch.ts';
import { Attempt, isEndMissing, progressOf, type AttemptSetup, type Closed, type Place } from './attempt.ts';
import { isOffline, Pace, waitToReconnect } from './backoff.ts';
import type { ConnectionListener } from './listener.ts';
import { decide, type Closing, type Decision } from './policy.ts';
import { refusalOf } from './refusal.ts';
import { ReplayFilter } from './replay.ts';
import { createRequest, isAddress, isSafeMethod, methodOf } from './request.ts';
import { validate } from './validate.ts';

/** How the last connection ended. */
export interface Ending {
  readonly outcome: 'complete' | 'stopped' | 'truncated' | 'failed';
  readonly error?: TeleprinterError | undefined;
}

/** The longest event ID, in characters, that a header can carry past common servers, which bound a header to 8 kB. */
const LONGEST_ID = 8000;

/** What `fetch` in Node sends in no header: https://github.com/nodejs/undici/pull/5746 */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x08\x0A-\x1F\x7F]/;

const NO_ANSWER = 'The server closed the connection before an answer had begun.';

const EVENT_STREAM = { headers: { 'Content-Type': 'text/event-stream' } };

/** Where a stream goes on. */
interface From {
  readonly lastEventId: string;
  readonly isResumed: boolean;
  /** An earlier page has left part of the answer. */
  readonly isRestored: boolean;
}

/**
 * Prepares one logical stream over as many connections as its options allow, and gives the function that runs it.
 * That one resolves when the last connection has ended, or soon after `stop` aborts.
 * @param from Where it goes on, if it was begun before.
 * @throws OptionsError
 */
export function createConnection(
  given: StreamInput,
  options: StreamOptions,
  from: From,
  listener: ConnectionListener,
): (stop: AbortSignal) => Promise<Ending> {
  const { reconnect = 'resume' } = options;
  const retry = options.retry ?? {};
  const input = given instanceof ReadableStream ? new Response(given, EVENT_STREAM) : given;
  const method = methodOf(input, options);
  const isSafe = isSafeMethod(method);
  const { resume = isSafe } = options;
  validate(input, options, isSafe);
  const transport = chooseTransport(input, options);
  const request = createRequest(input, options, method);
  // Where somebody else sent the request, there is none to send again.
  const limit = input instanceof Response || reconnect === 'never' ? 0 : (retry.limit ?? 5);
  const setup: ConnectionSetup = {
    options,
    request,
    listener,
    reconnect,
    retry,
    resumesElsewhere: isAddress(resume),
    isRepeatable: isSafe || Boolean(options.idempotencyKey),
    limit,
    // Without resuming nothing can come twice, so nothing need be remembered; and a live feed filters nothing.
    mayReplay: reconnect !== 'always' && (from.isResumed || Boolean(limit && resume)),
    canResume: ({ lastEventId, hasOpened }) =>
      limit > 0 &&
      lastEventId.length <= LONGEST_ID &&
      (isAddress(resume) ? hasOpened : resume && lastEventId.trim() !== ''),
    hasFreshHeaders: typeof options.headers === 'function' && !(input instanceof Response),
  };
  return (stop) => new Connection(setup, transport, from).run(stop);
}

interface ConnectionSetup extends AttemptSetup {
  readonly reconnect: NonNullable<StreamOptions['reconnect']>;
  readonly retry: NonNullable<StreamOptions['retry']>;
  /** It resumes at an address of its own, for which any response will do; else at the same one, from an event ID. */
  readonly resumesElsewhere: boolean;
  readonly isRepeatable: boolean;
  /** How many attempts in a row may bring nothing new. */
  readonly limit: number;
  /** Whether `headers` is a function, which may give other headers after a 401. */
  readonly hasFreshHeaders: boolean;
}

/** One logical stream over many connections. What happens when one has ended, `policy.ts` decides. */
class Connection {
  readonly #setup: ConnectionSetup;
  readonly #place: Place;
  #transport: Transport;
  /** Whether the connection resumes an answer. */
  #isResumption: boolean;
  #isRestored: boolean;
  /** Attempts in a row that brought nothing new. */
  #failures = 0;
  readonly #pace: Pace;
  /** There was a 401, and no connection has opened since. */
  #isAuthorizing = false;

  constructor(setup: ConnectionSetup, transport: Transport, { lastEventId, isResumed, isRestored }: From) {
    this.#setup = setup;
    this.#isRestored = isRestored;
    this.#transport = transport;
    this.#isResumption = isResumed;
    this.#pace = new Pace(setup.retry.maxDelay ?? 30_000);
    this.#place = {
      lastEventId,
      response: undefined,
      hasOpened: isResumed,
      openedAt: 0,
      arrived: 0,
      hasEnded: false,
      reconnectionTime: setup.retry.delay ?? 1000,
      replay: new ReplayFilter(lastEventId),
    };
  }

  async run(stop: AbortSignal): Promise<Ending> {
    const place = this.#place;
    for (;;) {
      const before = place.arrived;
      place.openedAt = 0;
      // An address of its own, with nothing that says from where, sends the answer from its start.
      if (this.#isResumption)
        place.replay.resume(place.lastEventId === '' && !this.#setup.listener.place.cursor);
      const attempt = new Attempt(this.#setup, place, this.#transport);
      const closed = await attempt.run(stop, this.#isResumption && this.#setup.resumesElsewhere);
      const error = closed instanceof TeleprinterError ? closed : undefined;
      const hasProgressed = place.arrived > before;
      if (this.#isSuccess(closed, hasProgressed) || attempt.isDoubtful) this.#failures = 0;
      const closing = this.#closingOf(closed, stop);
      const decision = this.#decide(closing, hasProgressed);
      switch (decision) {
        case 'complete':
        case 'stopped':
          return { outcome: decision };
        case 'failed':
          return { outcome: decision, error: error ?? new TruncatedError(NO_ANSWER, {}) };
        case 'truncated':
          return { outcome: decision, error: this.#truncated(error) };
        case 'resume':
        case 'repeat':
        case 'restart':
          await this.#reconnect(decision, closing, error, stop);
          if (stop.aborted) return { outcome: 'stopped' };
          break;
        default:
          decision satisfies never;
      }
    }
  }

  #closingOf(closed: Closed, stop: AbortSignal): Closing {
    const { options, listener } = this.#setup;
    if (this.#place.hasEnded || progressOf(options, listener) === 'over') return 'ended';
    if (stop.aborted) return 'stopped';
    if (typeof closed === 'string') return closed;
    if (this.#mayAuthorize(closed)) return 'unauthorized';
    const refusal = refusalOf(closed, this.#setup.retry.maxRetryAfter ?? 60_000);
    return refusal === 'lost' && this.#transport.name === 'eventsource' ? 'hidden' : refusal;
  }

  #decide(closing: Closing, hasProgressed: boolean): Decision {
    const { options, listener, isRepeatable, limit, reconnect } = this.#setup;
    const { arrived } = this.#place;
    return decide({
      closing,
      isFinished: progressOf(options, listener) === 'finished',
      hasArrived: arrived > 0,
      hasBegun: arrived > 0 || this.#isRestored,
      hasProgressed,
      isResumption: this.#isResumption,
      isEndMissing: isEndMissing(options, listener),
      canResume: this.#setup.canResume(this.#place),
      isRepeatable,
      hasAttemptsLeft: this.#failures < limit,
      reconnect,
    });
  }

  /** Whether an attempt does not count as one that failed. A live feed may be quiet. */
  #isSuccess(closed: Closed, hasProgressed: boolean): boolean {
    return hasProgressed || (closed === 'clean' && this.#setup.reconnect === 'always');
  }

  /** Whether the option `headers` may have others for a 401. It is asked once until a connection opens. */
  #mayAuthorize(error: TeleprinterError): boolean {
    return (
      error instanceof HttpError &&
      error.status === 401 &&
      !this.#isAuthorizing &&
      this.#setup.hasFreshHeaders
    );
  }

  /** Prepares the next connection, and waits until it is time for it. */
  async #reconnect(
    decision: 'resume' | 'repeat' | 'restart',
    closing: Closing,
    error: TeleprinterError | undefined,
    stop: AbortSignal,
  ): Promise<void> {
    const place = this.#place;
    const { openedAt, hasOpened } = place;
    // Until a connection opens, the function is not called again for another 401.
    this.#isAuthorizing = closing === 'unauthorized' || (this.#isAuthorizing && !openedAt);
    // The browser says that there is no network: nothing was tried.
    const attempt = isOffline() ? this.#failures + 1 : ++this.#failures;
    const lived = openedAt && performance.now() - openedAt;
    const asked = error instanceof HttpError ? error.retryAfter : undefined;
    let delay = this.#pace.next(lived, place.reconnectionTime, asked);
    const isNative = this.#transport.name === 'eventsource';
    // Native EventSource that could not open hides the reason; fetch learns it at once.
    if (closing === 'unauthorized' || (isNative && !hasOpened)) delay = 0;
    if (isNative) this.#transport = fetchTransport;
    // The same request again goes where it went.
    if (decision !== 'repeat') this.#isResumption = decision === 'resume';
    const restarted = decision === 'restart';
    if (restarted) {
      place.lastEventId = '';
      place.arrived = 0;
      this.#isRestored = false;
      place.hasOpened = false;
      place.replay = new ReplayFilter('');
    }
    this.#setup.listener.reconnect({ attempt, delay, restarted, error });
    // A callback may have closed the stream.
    if (!stop.aborted) await waitToReconnect(delay, stop);
  }

  #truncated(cause: TeleprinterError | undefined): TruncatedError {
    const why = cause ? 'the connection was lost' : 'no end marker came';
    const { lastEventId } = this.#place;
    const hint =
      lastEventId.length > LONGEST_ID || CONTROLS.test(lastEventId)
        ? `Its event ID of ${lastEventId.length} characters fits no header: too long, or with a control character.`
        : this.#failures
          ? `${this.#failures} attempts to go on failed.`
          : 'To go on after a loss, send event IDs (for a POST, set resume).';
    return new TruncatedError(`The answer is cut off: ${why}. ${hint}`, cause ? { cause } : {});
  }
}
