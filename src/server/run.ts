import type { Outcome } from '../contract/result.ts';
import { createAccount, type Settlement } from './account.ts';
import { AnswerLog } from './log.ts';
import type { EndedAnswer, HandleOptions, Produce, Settings } from './options.ts';
import { failureOf, readSource, type SourceEvent, type SourceReader } from './source.ts';
import type { AnswerEnd, StoredAnswer } from './store.ts';
import { startTimer } from './time.ts';
import { encodeBlock, endOf, problemEnd, PROBLEMS, type Problem } from './wire.ts';

/** What an answer is made from. */
export interface Question {
  readonly answer: StoredAnswer;
  readonly request: Request;
  readonly produce: Produce;
  readonly handleOptions: HandleOptions;
}

/** An answer that this process makes. */
export interface Run {
  readonly log: AnswerLog;
  /** The headers of the model's response, where there is one. */
  readonly headers: Headers | undefined;
  /** Stops the model: because somebody asked for it, or because of a problem. */
  stop(why: 'stopped' | Problem): void;
  /** Resolves when the answer has ended and `onEnd` has had it. */
  readonly ended: Promise<void>;
}

/** Calls `produce`, and writes its answer into a log, block by block, until it ends one way or another. */
export function startRun({ answer, request, produce, handleOptions }: Question, settings: Settings): Run {
  const { id } = answer;
  const controller = new AbortController();
  const log = new AnswerLog(id);
  const listeners = [settings.onEnd, handleOptions.onEnd].filter((listener) => listener !== undefined);
  const account = createAccount(settings.format, log, () => source?.response?.headers, listeners.length > 0);
  const write = createBlockWriter(log, settings.maxSize);
  let source: SourceReader | undefined;
  let resolveEnded: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => (resolveEnded = resolve));
  const cancelAgeTimer = startTimer(() => stop('too-old'), settings.maxAge);

  /** Every end comes here; the first counts. */
  function finish({ end, outcome, error }: Ending): void {
    if (!log.finish(end)) return;
    cancelAgeTimer();
    if (!listeners.length) return resolveEnded?.();
    const { owner, key: idempotencyKey } = answer;
    const whole = { ...account.close(outcome), id, owner, idempotencyKey, error };
    void reportEnd(whole, listeners, settings).then(resolveEnded);
  }

  function stop(why: 'stopped' | Problem): void {
    if (log.end) return;
    finish(why === 'stopped' ? { end: endOf(why), outcome: why } : cutBy(why));
    controller.abort(new DOMException(`The answer was ended: ${why}.`, 'AbortError'));
    source?.cancel();
  }

  async function run(): Promise<void> {
    try {
      source = readSource(await produce({ signal: controller.signal, request, id }), settings.maxSize);
      if (log.end) return source.cancel();
      for (;;) {
        const { done, value } = await source.pull();
        if (log.end) return;
        const { events, isCut } = done ? source.end() : { events: source.read(value), isCut: false };
        if (!write(events)) return stop('too-large');
        account.readOn();
        if (done) return finish(log.length ? endingOf(await account.settle(isCut)) : NOTHING);
      }
    } catch (error) {
      // What a model that was stopped says of that is no news.
      if (log.end) return;
      settings.onError(error, { id });
      const failure = log.length > 0 ? undefined : failureOf(error);
      finish({ end: problemEnd('model', failure), outcome: 'failed', error });
    }
  }

  void run();
  return {
    log,
    get headers() {
      return source?.response?.headers;
    },
    stop,
    ended,
  };
}

/** How an answer ended: for its readers, and for the application. */
interface Ending {
  readonly end: AnswerEnd;
  readonly outcome: Outcome;
  readonly error?: unknown;
}

/** A model that says nothing at all has failed, though its stream ended in good order. */
const NOTHING: Ending = {
  end: problemEnd('truncated', { status: 502 }),
  outcome: 'failed',
  error: new Error('The stream of the model ended before its first event.'),
};

function cutBy(problem: Problem): Ending {
  return { end: problemEnd(problem), outcome: 'truncated', error: new Error(PROBLEMS[problem]) };
}

/** The source has nothing more: whether that is the end of the answer, only the answer can tell. */
function endingOf({ outcome, hasOwnEnd, error }: Settlement): Ending {
  if (outcome === 'truncated') return cutBy(outcome);
  // What the answer itself says of its end, or of its failure, has been sent on.
  const end = hasOwnEnd || outcome === 'failed' ? { block: '' } : endOf(outcome);
  return { end, outcome, error };
}

/** @returns A function that writes events into the log, and gives `false` where they exceed the bound. */
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

async function reportEnd(
  ending: EndedAnswer,
  listeners: readonly NonNullable<HandleOptions['onEnd']>[],
  { onError }: Settings,
): Promise<void> {
  for (const listener of listeners) {
    try {
      await listener(ending);
    } catch (error) {
      onError(error, { id: ending.id });
    }
  }
}
