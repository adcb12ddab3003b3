import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Transport } from '../contract/transport.ts';
import { HttpError, TeleprinterError, TruncatedError } from '../errors.ts';
import { chooseTransport } from '../transports/choose.ts';
import { fetchTransport } from '../transports/fetch.ts';
import { Attempt, type AttemptSetup, type Closed, type SharedState } from './attempt.ts';
import { isOffline, Pace, waitToReconnect } from './backoff.ts';
import { isEndMissing, progressOf } from './end.ts';
import type { ConnectionListener } from './listener.ts';
import { decide, type Closing, type Decision } from './policy.ts';
import { classifyError } from './classify-error.ts';
import { ReplayFilter } from './replay.ts';
import { createRequestFactory, isAddress, isSafeMethod, methodOf } from './request.ts';
import { CONTROL_CHARACTERS, validate } from './validate.ts';

/** How a stream ended, as its connections see it. */
export interface Ending {
  readonly outcome: 'complete' | 'stopped' | 'truncated' | 'failed';
  readonly error?: TeleprinterError | undefined;
}

/** The longest event ID that fits into a header, in characters: common servers limit a header to 8 kB. */
const MAX_ID_LENGTH = 8000;

const NO_ANSWER = 'The server closed the connection before an answer had begun.';

const EVENT_STREAM = { headers: { 'Content-Type': 'text/event-stream' } };

/** Where a stream starts. */
interface StartPosition {
  readonly lastEventId: string;
  readonly isResumed: boolean;
  /** Whether an earlier page left part of the answer. */
  readonly isRestored: boolean;
}

/**
 * Prepares one logical stream over as many connections as its options allow. The returned function runs it, and resolves
 * when the last connection has ended, or soon after `stop` aborts.
 * @param start Where the answer continues, if it was begun before.
 * @throws OptionsError if an option cannot be used
 */
export function createConnection(
  given: StreamInput,
  options: StreamOptions,
  start: StartPosition,
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
  const request = createRequestFactory(input, options, method);
  // The caller sent the request of a Response, and a stream can be read only once.
  const isSentOnce =
    input instanceof Response || (options.body instanceof ReadableStream && !isAddress(resume));
  const limit = isSentOnce || reconnect === 'never' ? 0 : (retry.limit ?? 5);
  const setup: ConnectionSetup = {
    options,
    request,
    listener,
    reconnect,
    retry,
    resumesElsewhere: isAddress(resume),
    isRepeatable: isSafe || Boolean(options.idempotencyKey),
    limit,
    // Without resuming, nothing can arrive twice. A live feed is not filtered.
    mayReplay: reconnect !== 'always' && (start.isResumed || Boolean(limit && resume)),
    canResume: ({ lastEventId, hasOpened }) =>
      limit > 0 &&
      lastEventId.length <= MAX_ID_LENGTH &&
      (isAddress(resume) ? hasOpened : resume && lastEventId.trim() !== ''),
    hasFreshHeaders: typeof options.headers === 'function' && !isSentOnce,
  };
  return (stop) => new Connection(setup, transport, start).run(stop);
}

interface ConnectionSetup extends AttemptSetup {
  readonly reconnect: NonNullable<StreamOptions['reconnect']>;
  readonly retry: NonNullable<StreamOptions['retry']>;
  /** Whether `resume` is an address, which needs no event ID to resume from; else the same request is sent again. */
  readonly resumesElsewhere: boolean;
  readonly isRepeatable: boolean;
  /** How many consecutive attempts may bring nothing new. */
  readonly limit: number;
  /** Whether `headers` is a function, which may return other headers after a 401. */
  readonly hasFreshHeaders: boolean;
}

/** One logical stream over many connections. When one has ended, `policy.ts` decides what happens next. */
class Connection {
  readonly #setup: ConnectionSetup;
  readonly #state: SharedState;
  #transport: Transport;
  /** Whether the current connection resumes an answer. */
  #isResumption: boolean;
  #isRestored: boolean;
  /** Consecutive attempts that brought nothing new. */
  #failures = 0;
  readonly #pace: Pace;
  /** Whether there was a 401, and no connection has opened since. */
  #isAuthorizing = false;

  constructor(
    setup: ConnectionSetup,
    transport: Transport,
    { lastEventId, isResumed, isRestored }: StartPosition,
  ) {
    this.#setup = setup;
    this.#isRestored = isRestored;
    this.#transport = transport;
    this.#isResumption = isResumed;
    this.#pace = new Pace(setup.retry.maxDelay ?? 30_000);
    this.#state = {
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
    const state = this.#state;
    // A callback may have closed the stream before the first request, too.
    while (!stop.aborted) {
      const before = state.arrived;
      state.openedAt = 0;
      // A `resume` address that gets no position sends the answer from its start.
      if (this.#isResumption)
        state.replay.resume(state.lastEventId === '' && !this.#setup.listener.resumeContext.cursor);
      const startedAt = performance.now();
      const attempt = new Attempt(this.#setup, state, this.#transport);
      const closed = await attempt.run(stop, this.#isResumption && this.#setup.resumesElsewhere);
      const error = closed instanceof TeleprinterError ? closed : undefined;
      const hasProgressed = state.arrived > before;
      // A live feed may be quiet.
      const isQuiet = closed === 'clean' && this.#setup.reconnect === 'always';
      if (hasProgressed || isQuiet || attempt.isSuspect) this.#failures = 0;
      const closing = this.#classify(closed, performance.now() - startedAt, stop);
      const decision = this.#decide(closing, hasProgressed);
      switch (decision) {
        case 'complete':
        case 'stopped':
          return { outcome: decision };
        case 'failed':
          return { outcome: decision, error: error ?? new TruncatedError(NO_ANSWER) };
        case 'truncated':
          return { outcome: decision, error: this.#truncatedError(error) };
        case 'resume':
        case 'repeat':
        case 'restart':
          await this.#reconnect(decision, closing, error, stop);
          break;
        default:
          decision satisfies never;
      }
    }
    return { outcome: 'stopped' };
  }

  #classify(closed: Closed, waited: number, stop: AbortSignal): Closing {
    if (this.#state.hasEnded || progressOf(this.#setup) === 'over') return 'ended';
    if (stop.aborted) return 'stopped';
    if (typeof closed === 'string') return closed;
    // The option `headers` is called again once until a connection opens.
    const mayAuthorize = this.#setup.hasFreshHeaders && !this.#isAuthorizing;
    if (mayAuthorize && closed instanceof HttpError && closed.status === 401) return 'unauthorized';
    const kind = classifyError(closed, this.#setup.retry.maxRetryAfter ?? 60_000, waited);
    return kind === 'lost' && this.#transport.name === 'eventsource' ? 'hidden' : kind;
  }

  #decide(closing: Closing, hasProgressed: boolean): Decision {
    const { isRepeatable, limit, reconnect } = this.#setup;
    const { arrived, lastEventId } = this.#state;
    return decide({
      closing,
      isFinished: progressOf(this.#setup) === 'finished',
      hasArrived: arrived > 0,
      hasBegun: arrived > 0 || this.#isRestored,
      hasProgressed,
      isResumption: this.#isResumption,
      isEndMissing: isEndMissing(this.#setup, lastEventId),
      canResume: this.#setup.canResume(this.#state),
      isRepeatable,
      hasAttemptsLeft: this.#failures < limit,
      reconnect,
    });
  }

  /** Prepares the next connection, and waits until it is time for it. */
  async #reconnect(
    decision: 'resume' | 'repeat' | 'restart',
    closing: Closing,
    error: TeleprinterError | undefined,
    stop: AbortSignal,
  ): Promise<void> {
    const state = this.#state;
    const { openedAt, hasOpened } = state;
    this.#isAuthorizing = closing === 'unauthorized' || (this.#isAuthorizing && !openedAt);
    // An attempt without a network does not count.
    const attempt = isOffline() ? this.#failures + 1 : ++this.#failures;
    const lifetime = openedAt && performance.now() - openedAt;
    const retryAfter = error instanceof HttpError ? error.retryAfter : undefined;
    let delay = this.#pace.next(lifetime, state.reconnectionTime, retryAfter);
    const isNative = this.#transport.name === 'eventsource';
    // Native EventSource hides why it could not open, so fetch tries at once.
    if (closing === 'unauthorized' || (isNative && !hasOpened)) delay = 0;
    if (isNative) this.#transport = fetchTransport;
    // A repeated request goes to the same address as before.
    if (decision !== 'repeat') this.#isResumption = decision === 'resume';
    const restarted = decision === 'restart';
    if (restarted) {
      state.lastEventId = '';
      state.arrived = 0;
      this.#isRestored = false;
      state.hasOpened = false;
      state.replay = new ReplayFilter('');
    }
    this.#setup.listener.reconnect({ attempt, delay, restarted, error });
    // A callback may have closed the stream.
    if (!stop.aborted) await waitToReconnect(delay, stop);
  }

  #truncatedError(cause: TeleprinterError | undefined): TruncatedError {
    const why = cause ? 'the connection was lost' : 'no end marker came';
    const { lastEventId } = this.#state;
    const hint =
      lastEventId.length > MAX_ID_LENGTH || CONTROL_CHARACTERS.test(lastEventId)
        ? `Its event ID of ${lastEventId.length} characters fits no header: too long, or a control character.`
        : this.#failures
          ? `${this.#failures} attempts to go on failed.`
          : 'To go on after a loss, send event IDs (for a POST, set resume).';
    return new TruncatedError(`The answer is cut off: ${why}. ${hint}`, cause && { cause });
  }
}
