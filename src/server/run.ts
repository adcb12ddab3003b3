import type { Outcome } from '../contract/result.ts';
import { createAccount, isEnd, type Account, type AnswerAccount, type SourceOutcome } from './account.ts';
import { AnswerLog } from './log.ts';
import type { EndedAnswer, HandleOptions, Produce, Settings } from './options.ts';
import { failureOf, readSource, type SourceEvent, type SourceReader } from './source.ts';
import type { AnswerEnd, StoredAnswer } from './store.ts';
import { startTimer } from './time.ts';
import { encodeBlock, endOf, problemEnd, PROBLEMS, UNASKED, type Problem } from './wire.ts';

/** A question to the model: the new answer's record in the store, and what produces the answer. */
export interface Question {
  readonly answer: StoredAnswer;
  readonly request: Request;
  readonly produce: Produce;
  readonly handleOptions: HandleOptions;
}

/** An answer that this process produces. */
export interface Run {
  readonly log: AnswerLog;
  /** The headers of the model's response, if it has one. */
  readonly headers: Headers | undefined;
  /** Ends the answer and stops the model: on request (`stopped`), or because of a problem. */
  stop(reason: 'stopped' | Problem): void;
  /** Resolves when the answer has ended and `onEnd` has returned. */
  readonly ended: Promise<void>;
}

/** Calls `produce` and writes its answer into a log, block by block, until the answer ends. */
export function startRun({ answer, request, produce, handleOptions }: Question, settings: Settings): Run {
  const { id } = answer;
  const controller = new AbortController();
  const log = new AnswerLog(id);
  const listeners = [settings.onEnd, handleOptions.onEnd].filter((listener) => listener !== undefined);
  const account = createAccount(settings.format, log, () => source?.response?.headers, listeners.length > 0);
  const write = createBlockWriter(log, settings.maxSize);
  const marker = watchMarker(async () => finish(await markerEnding(account)));
  let source: SourceReader | undefined;
  const ending = createDeferred<Ending>();
  const cancelAgeTimer = startTimer(() => finish(stopEnding('too-old')), settings.maxAge);

  /** Ends the answer. Only the first call counts. */
  function finish(first: Ending): void {
    if (log.finish(first.end)) ending.resolve(first);
  }

  /** Releases everything, and reports the answer. */
  async function close({ outcome, error, stopReason }: Ending): Promise<void> {
    cancelAgeTimer();
    if (stopReason) {
      controller.abort(new DOMException(`The answer was ended: ${stopReason}.`, 'AbortError'));
      source?.cancel();
    }
    if (listeners.length) await reportEnd({ ...account.close(outcome), error }, answer, listeners, settings);
  }

  async function run(): Promise<void> {
    try {
      source = readSource(await produce({ signal: controller.signal, request, id }), settings.maxSize);
      if (log.end) return source.cancel();
      for (;;) {
        const { done, value } = await source.pull();
        if (log.end) return;
        const { events, isCut } = done ? source.end() : { events: source.read(value), isCut: false };
        if (!write(events) || source.isTooLarge) return finish(tooLargeEnding(log.length > 0));
        account.update();
        if (done) return finish(log.length ? endingOf(await account.determineOutcome(isCut)) : EMPTY);
        marker.update(events);
      }
    } catch (error) {
      // A model that was stopped usually throws an abort error.
      if (log.end) return;
      // The source itself may not have failed, but a value of it.
      source?.cancel();
      settings.onError(error, { id });
      finish(marker.hasCome ? await markerEnding(account) : failureEnding(error, log.length > 0, request));
    }
  }

  void run();
  return {
    log,
    get headers() {
      return source?.response?.headers;
    },
    stop: (reason) => finish(stopEnding(reason)),
    ended: ending.promise.then(close),
  };
}

/** How long, in milliseconds, a source may stay open after its end marker. */
const END_GRACE = 1000;

/** How an answer ended: `end` for its readers, `outcome` and `error` for the application. */
interface Ending {
  readonly end: AnswerEnd;
  readonly outcome: Outcome;
  readonly error?: unknown;
  /** Why the model has to be stopped; `undefined` if it has ended by itself. */
  readonly stopReason?: 'stopped' | 'ended' | Problem;
}

/** The ending of an answer without any event. The model has failed, although its stream ended normally. */
const EMPTY: Ending = {
  end: problemEnd('truncated', { status: 502 }),
  outcome: 'failed',
  error: new Error('The stream of the model ended before its first event.'),
};

function problemEnding(problem: Problem): Ending {
  return { end: problemEnd(problem), outcome: 'truncated', error: new Error(PROBLEMS[problem]) };
}

/** The ending of an answer that is stopped. */
function stopEnding(reason: 'stopped' | Problem): Ending {
  const ending = reason === 'stopped' ? { end: endOf(reason), outcome: reason } : problemEnding(reason);
  return { ...ending, stopReason: reason };
}

/** The ending of an answer whose source has failed, or stayed open, after its end marker: the page has the whole answer. */
async function markerEnding(account: Account): Promise<Ending> {
  return { ...endingOf(await account.determineOutcome(false)), stopReason: 'ended' };
}

/** The ending of an answer that exceeds `maxSize`. Without an event, it has failed as an empty one has. */
function tooLargeEnding(hasBegun: boolean): Ending {
  const ending = stopEnding('too-large');
  return hasBegun ? ending : { ...ending, end: problemEnd('too-large', { status: 502 }), outcome: 'failed' };
}

/** The ending of an answer whose source has failed. Before the first event, the error can set the status. */
function failureEnding(error: unknown, hasBegun: boolean, { signal }: Request): Ending {
  const failure = failureOf(error);
  const isUnasked = !hasBegun && failure.status === 502 && (signal as AbortSignal | undefined)?.aborted;
  return {
    end: isUnasked ? UNASKED : problemEnd('model', hasBegun ? undefined : failure),
    outcome: 'failed',
    error,
  };
}

/** The ending of an answer whose source has ended. */
function endingOf({ outcome, hasOwnEnd, error }: SourceOutcome): Ending {
  if (outcome === 'truncated') return problemEnding(outcome);
  // The source's own end, or its error, has been forwarded.
  const end = hasOwnEnd || outcome === 'failed' ? { block: '' } : endOf(outcome);
  return { end, outcome, error };
}

/**
 * A promise, and the function that resolves it. Another request may call that, e.g. to stop the answer, but what follows runs
 * for the request that made the promise: in Workers, nothing else may touch the streams and signals of a request.
 */
function createDeferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((resolver) => (resolve = resolver));
  return { promise, resolve };
}

/** Watches for the end marker of a source. @param onOpen Called when nothing follows it, and the source stays open */
function watchMarker(onOpen: () => Promise<void>): {
  readonly hasCome: boolean;
  update(events: readonly SourceEvent[]): void;
} {
  let hasCome = false;
  let cancel = (): void => {};
  return {
    get hasCome() {
      return hasCome;
    },
    update(events) {
      const last = events.at(-1);
      if (!last) return;
      cancel();
      hasCome = isEnd(last);
      if (hasCome) cancel = startTimer(() => void onOpen(), END_GRACE);
    },
  };
}

/** Makes a function that writes events into the log. It returns `false` when the answer exceeds `maxSize`. */
function createBlockWriter(log: AnswerLog, maxSize: number): (events: readonly SourceEvent[]) => boolean {
  let size = 0;
  return (events) => {
    const blocks: string[] = [];
    for (const { type, data } of events) {
      const block = encodeBlock(type, data);
      size += block.length;
      if (size > maxSize) break;
      blocks.push(block);
    }
    if (blocks.length) log.append(blocks);
    return size <= maxSize;
  };
}

/** Calls the listeners one after another. Their errors go to `onError`. */
async function reportEnd(
  account: AnswerAccount & Pick<EndedAnswer, 'error'>,
  { id, owner, key: idempotencyKey }: StoredAnswer,
  listeners: readonly NonNullable<HandleOptions['onEnd']>[],
  { onError }: Settings,
): Promise<void> {
  for (const listener of listeners) {
    try {
      await listener({ ...account, id, owner, idempotencyKey });
    } catch (error) {
      onError(error, { id });
    }
  }
}
