/** The answers that a process has open: it produces them itself, or mirrors them from the store. */
import { AnswerLog } from './log.ts';
import type { Settings } from './options.ts';
import { announceReaders, waitForReaders } from './presence.ts';
import { startRun, type Question, type Run } from './run.ts';
import { copyToStore } from './writer.ts';

/** An answer that readers of this process can read. */
export interface OpenAnswer {
  readonly log: AnswerLog;
  /** The headers of the model's response, if this process has it. */
  readonly headers: Headers | undefined;
  /** The number of readers. */
  readonly readers: number;
  /** Whether this process produces the answer, so that its log is never behind. */
  readonly isProducedHere: boolean;
  /** Adds a reader. @returns A function that removes it, to be called once */
  addReader(): () => void;
}

/** The answers of one process. */
export interface Answers {
  /** Starts to produce an answer that the store has just created. */
  start(question: Question): OpenAnswer;
  /** Opens an answer that exists in the store. */
  open(id: string): OpenAnswer;
  /** Stops an answer, if this process produces it. */
  stop(id: string): void;
}

export function createAnswers(settings: Settings): Answers {
  const { store, maxAge, retention, onError } = settings;
  const runs = new Map<string, { readonly run: Run; readonly open: OpenAnswer }>();
  const mirrors = new Map<string, OpenAnswer>();

  function start(question: Question): OpenAnswer {
    const { answer, handleOptions } = question;
    const { id } = answer;
    const run = startRun(question, settings);
    const copied = copyToStore(run.log, answer, store, {
      lifetime: maxAge + retention,
      retention,
      onEnded: () => run.stop('cut'),
      onError: (error) => onError(error, { id }),
    }).then(() => runs.delete(id));
    try {
      handleOptions.waitUntil?.(Promise.all([copied, run.ended]));
    } catch (error) {
      // Next's `after` throws when it is called outside a request.
      onError(error, { id });
    }
    const open = countReaders(run, true, () =>
      waitForReaders(run.log, settings, () => run.stop('abandoned')),
    );
    runs.set(id, { run, open });
    return open;
  }

  function openMirror(id: string): OpenAnswer {
    const log = new AnswerLog(id);
    const unfollow = store.follow(id, {
      // A store may read from the start again: blocks that the log has are dropped.
      blocks: (first, blocks) => log.append(blocks.slice(log.length + 1 - first)),
      end: (end) => log.finish(end),
    });
    const stopAnnouncing = announceReaders(log, settings);
    const mirror = countReaders({ log, headers: undefined }, false, () => {
      unfollow();
      stopAnnouncing();
      mirrors.delete(id);
      return () => {};
    });
    mirrors.set(id, mirror);
    return mirror;
  }

  return {
    start,
    open: (id) => runs.get(id)?.open ?? mirrors.get(id) ?? openMirror(id),
    stop: (id) => runs.get(id)?.run.stop('stopped'),
  };
}

/**
 * Counts the readers of an answer.
 * @param onEmpty Called when the last reader has left. It returns a function, which is called when a new reader comes.
 */
function countReaders(
  answer: Pick<OpenAnswer, 'log' | 'headers'>,
  isProducedHere: boolean,
  onEmpty: () => () => void,
): OpenAnswer {
  let readers = 0;
  let cancel = (): void => {};
  return {
    log: answer.log,
    isProducedHere,
    get headers() {
      return answer.headers;
    },
    get readers() {
      return readers;
    },
    addReader() {
      readers++;
      cancel();
      return () => {
        readers--;
        if (readers === 0) cancel = onEmpty();
      };
    },
  };
}
