import type { StreamInput, StreamOptions } from '../contract/options.ts';
import type { Transport } from '../contract/transport.ts';
import { TeleprinterError, TruncatedError } from '../errors.ts';
import { chooseTransport } from '../transports/choose.ts';
import { fetchTransport } from '../transports/fetch.ts';
import { Attempt, isEndMissing, progressOf, type AttemptSetup, type Closed, type Place } from './attempt.ts';
import { backoff, waitToReconnect } from './backoff.ts';
import type { ConnectionListener } from './listener.ts';
import { decide, type Closing, type Decision } from './policy.ts';
import { isPermanent, isRefusal, retryAfter } from './refusal.ts';
import { ReplayFilter } from './replay.ts';
import { createRequest, isAddress, isSafeMethod, methodOf } from './request.ts';
import { validate } from './validate.ts';

/** How the last connection ended. */
export interface Ending {
  readonly outcome: 'complete' | 'stopped' | 'truncated' | 'failed';
  readonly error?: TeleprinterError | undefined;
}

const EVENT_STREAM = { headers: { 'Content-Type': 'text/event-stream' } };

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
  const { reconnect = 'resume', retry = {} } = options;
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
    resume: Boolean(resume),
    resumesElsewhere: isAddress(resume),
    isRepeatable: isSafe || Boolean(options.idempotencyKey),
    limit,
    // Without resuming nothing can come twice, so nothing need be remembered.
    mayReplay: from.isResumed || Boolean(limit && resume),
  };
  return (stop) => new Connection(setup, transport, from).run(stop);
}

interface ConnectionSetup extends AttemptSetup {
  readonly reconnect: NonNullable<StreamOptions['reconnect']>;
  readonly retry: NonNullable<StreamOptions['retry']>;
  readonly resume: boolean;
  /** It resumes at an address of its own, for which any response will do; else at the same one, from an event ID. */
  readonly resumesElsewhere: boolean;
  readonly isRepeatable: boolean;
  /** How many attempts in a row may fail. */
  readonly limit: number;
}

/** One logical stream over many connections. What happens when one has ended, `policy.ts` decides. */
class Connection {
  readonly #setup: ConnectionSetup;
  readonly #place: Place;
  #transport: Transport;
  /** Whether the connection resumes an answer. */
  #isResumption: boolean;
  #failures = 0;

  constructor(
    setup: ConnectionSetup,
    transport: Transport,
    { lastEventId, isResumed }: { readonly lastEventId: string; readonly isResumed: boolean },
  ) {
    this.#setup = setup;
    this.#transport = transport;
    this.#isResumption = isResumed;
    this.#place = {
      lastEventId,
      response: undefined,
      hasOpened: isResumed,
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
      if (this.#isResumption) place.replay.resume();
      const attempt = new Attempt(this.#setup, place, this.#transport);
      const closed = await attempt.run(stop, this.#isResumption && this.#setup.resumesElsewhere);
      const error = closed instanceof TeleprinterError ? closed : undefined;
      const hasProgressed = place.arrived > before;
      if (hasProgressed) this.#failures = 0;
      const decision = this.#decide(this.#closingOf(closed, stop), hasProgressed);
      switch (decision) {
        case 'complete':
        case 'stopped':
          return { outcome: decision };
        case 'failed':
          return { outcome: decision, error };
        case 'truncated':
          return { outcome: decision, error: this.#truncated(error) };
        case 'resume':
        case 'repeat':
        case 'restart':
          await this.#reconnect(decision, error, stop);
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
    if (typeof closed === 'boolean') return closed ? 'clean' : 'no-content';
    if (isPermanent(closed)) return 'permanent';
    if (isRefusal(closed)) return 'refused';
    return this.#transport.name === 'eventsource' ? 'hidden' : 'lost';
  }

  #decide(closing: Closing, hasProgressed: boolean): Decision {
    const { options, listener, resume, resumesElsewhere, isRepeatable, limit, reconnect } = this.#setup;
    const { hasOpened, lastEventId, arrived } = this.#place;
    return decide({
      closing,
      isFinished: progressOf(options, listener) === 'finished',
      hasArrived: arrived > 0,
      hasProgressed,
      isResumption: this.#isResumption,
      isEndMissing: isEndMissing(options, listener),
      canResume: resumesElsewhere ? hasOpened : resume && lastEventId !== '',
      isRepeatable,
      hasAttemptsLeft: this.#failures < limit,
      reconnect,
    });
  }

  /** Prepares the next connection, and waits until it is time for it. */
  async #reconnect(
    decision: 'resume' | 'repeat' | 'restart',
    error: TeleprinterError | undefined,
    stop: AbortSignal,
  ): Promise<void> {
    const place = this.#place;
    const { maxDelay = 30_000 } = this.#setup.retry;
    let delay = retryAfter(error) ?? backoff(this.#failures, place.reconnectionTime, maxDelay);
    if (this.#transport.name === 'eventsource') {
      this.#transport = fetchTransport;
      // Native EventSource that could not open hides the reason; fetch learns it at once.
      if (!place.hasOpened) delay = 0;
    }
    this.#isResumption = decision === 'resume';
    const restarted = decision === 'restart';
    if (restarted) {
      place.lastEventId = '';
      place.arrived = 0;
      place.hasOpened = false;
      place.replay = new ReplayFilter('');
    }
    this.#setup.listener.reconnect({ attempt: ++this.#failures, delay, restarted, error });
    // A callback may have closed the stream.
    if (!stop.aborted) await waitToReconnect(delay, stop);
  }

  #truncated(cause: TeleprinterError | undefined): TruncatedError {
    const why = cause ? 'the connection was lost' : 'no end marker came';
    const hint = this.#failures
      ? `${this.#failures} attempts to go on failed.`
      : 'To go on after a loss, send event IDs (for a POST, set resume).';
    return new TruncatedError(`The answer is cut off: ${why}. ${hint}`, cause ? { cause } : {});
  }
}
