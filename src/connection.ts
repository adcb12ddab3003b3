import { backoff, waitToReconnect } from './backoff.ts';
import { isEndMarker } from './decode.ts';
import { HttpError, optionThrew, TeleprinterError, TimeoutError, TruncatedError } from './errors.ts';
import type { Outcome, StreamInput, StreamOptions } from './options.ts';
import { createReplayFilter } from './replay.ts';
import { createRequest, methodOf } from './request.ts';
import { validate } from './validate.ts';
import { chooseTransport } from './transports/choose.ts';
import { eventTooLarge, fetchTransport, toConnectionError } from './transports/fetch.ts';
import type { EventTypes, RawEvent } from './transports/transport.ts';

/** What is about to happen when a connection was lost. */
export interface Reconnection {
  /** Failures in a row, this one included: 1 for the first. */
  readonly attempt: number;
  /** Milliseconds until the next request. */
  readonly delay: number;
  /** True where the answer starts over (`reconnect: 'always'` without event IDs). */
  readonly restarted: boolean;
  /** Why the connection was lost; `undefined` when the server closed it in good order. */
  readonly error: TeleprinterError | undefined;
}

/** Hears what the connections bring. */
export interface ConnectionListener {
  readonly eventTypes: EventTypes;
  open(response: Response | undefined, transport: string): void;
  bytes(count: number): void;
  event(event: RawEvent, lastEventId: string, isEnd?: boolean): void;
  reconnect(reconnection: Reconnection): void;
  drained(): Promise<unknown> | undefined;
}

/** How the last connection ended. */
export type Ending = readonly [outcome: Outcome, error?: TeleprinterError | undefined];

/**
 * Prepares one logical stream over as many connections as its options allow, and gives the function that runs it.
 * That one resolves when the last connection has ended, or soon after `stop` aborts.
 * @throws OptionsError
 */
export function createConnection(
  input: StreamInput,
  options: StreamOptions,
  format: string,
  listener: ConnectionListener,
): (stop: AbortSignal) => Promise<Ending> {
  const { end, idempotencyKey, maxEventSize = 2 ** 24, reconnect = 'resume', retry, timeout } = options;
  const { delay: firstDelay = 1000, maxDelay = 30_000 } = retry ?? {};
  const { connect = 30_000, idle = 0 } = timeout ?? {};
  const isSafe = /^(GET|HEAD)$/.test(methodOf(input, options));
  const { resume = isSafe } = options;
  /** Resumes at an address of its own, for which any response will do; else at the same one, from an event ID. */
  const resumesElsewhere = typeof resume !== 'boolean';
  /** Where somebody else asked, there is nothing to ask again. */
  const isReceived = input instanceof Response || input instanceof ReadableStream;
  const limit = isReceived || reconnect === 'never' ? 0 : (retry?.limit ?? 5);
  const endExpected = end !== undefined && end !== false;
  validate(input, options);
  let transport = chooseTransport(input, options);
  const request = createRequest(input, options, format);

  return async (stop) => {
    let lastEventId = options.lastEventId ?? '';
    let replay = createReplayFilter(lastEventId);
    let resumed = lastEventId !== '';
    let response: Response | undefined;
    let opened = false;
    let arrived = false;
    let progressed: boolean;
    let ended = false;
    let failures = 0;
    let reconnectionTime = firstDelay;

    for (;;) {
      progressed = false;
      if (resumed) replay.resume();
      // `false` is a 204, `true` the end of the response, an error what broke the connection.
      const close = await connectOnce();
      const error = typeof close === 'boolean' ? undefined : close;

      // The table «What happens when a connection ends» of the README, row by row.
      if (ended || stop.aborted) return ['complete'];
      if (error && isPermanent(error)) return ['failed', error];
      // A live feed may be quiet for a whole connection, so there only a 204 says that it is over.
      if (close === false || (!error && resumed && !progressed && reconnect !== 'always')) {
        return endExpected ? truncated(error) : ['complete'];
      }
      resumed = resumesElsewhere ? opened : resume && lastEventId !== '';
      const isRepeatable = !arrived && (isSafe || idempotencyKey || isRefusal(error));
      const restarted = !resumed && !isRepeatable;
      if (failures >= limit || (restarted && reconnect !== 'always')) {
        if (!error && !endExpected) return ['complete'];
        // Where no answer had begun, none was cut.
        return error && !arrived ? ['failed', error] : truncated(error);
      }

      if (restarted) {
        lastEventId = '';
        arrived = opened = false;
        replay = createReplayFilter('');
      }
      // Native EventSource that could not open hides the reason; fetch learns it at once.
      const isHidden = transport.name === 'eventsource' && !opened;
      const delay = isHidden ? 0 : (retryAfter(error) ?? backoff(failures, reconnectionTime, maxDelay));
      if (transport.name === 'eventsource') transport = fetchTransport;
      listener.reconnect({ attempt: ++failures, delay, restarted, error });
      // A callback may have closed the stream.
      if (!stop.aborted) await waitToReconnect(delay, stop);
      if (stop.aborted) return ['complete'];
    }

    async function connectOnce(): Promise<boolean | TeleprinterError> {
      const connection = new AbortController();
      const { signal } = connection;
      const cut = (reason?: unknown): void => connection.abort(reason);
      let timer: ReturnType<typeof setTimeout> | undefined;

      function expect(what: string, within: number, option: string): void {
        clearTimeout(timer);
        if (!within || signal.aborted) return;
        const message = `No ${what} for ${within} ms (timeout.${option}). Is a proxy buffering? Send X-Accel-Buffering: no.`;
        timer = setTimeout(() => cut(new TimeoutError(message, {})), within);
      }
      const expectBytes = (): void => expect('data', idle, 'idle');
      const deliver = (event: RawEvent): void => {
        arrived = progressed = true;
        failures = 0;
        listener.event(event, lastEventId);
      };

      stop.addEventListener('abort', cut);
      try {
        expect('response', connect, 'connect');
        const prepared = await request(lastEventId, resumed && resumesElsewhere, response);
        signal.throwIfAborted();
        const { eventTypes } = listener;
        const init = { ...prepared.init, signal };
        const close = await transport.connect(
          { ...prepared, init, maxEventSize, eventTypes },
          {
            open(received) {
              response = received;
              opened = true;
              expectBytes();
              listener.open(response, transport.name);
            },
            bytes(count) {
              expectBytes();
              listener.bytes(count);
            },
            id(id) {
              if (replay.knows(id)) return;
              // What came before it came under the ID before.
              replay.flush(deliver);
              lastEventId = id;
            },
            event(event) {
              // The transport may hold a few more when it is told to stop.
              if (signal.aborted) return;
              try {
                if (event.data.length > maxEventSize) throw eventTooLarge(maxEventSize);
                ended = isEndMarker(event, end);
                if (!ended) return replay.accept(event, deliver);
                replay.flush(deliver);
                listener.event(event, lastEventId, true);
                // Now, not later: native EventSource would reconnect.
                cut();
              } catch (cause) {
                cut(cause instanceof TeleprinterError ? cause : optionThrew('end', cause));
              }
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
        return close;
      } catch (error) {
        return toConnectionError(signal.aborted ? signal.reason : error);
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

/** What asking again cannot change: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
function isPermanent(error: TeleprinterError): boolean {
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
  if (!value) return undefined;
  const delay = Number(value) * 1000 || Date.parse(value) - Date.now();
  return Math.max(0, delay) || 0;
}
