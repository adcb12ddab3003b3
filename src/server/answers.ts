import { AnswerLog } from './log.ts';
import type { Settings } from './options.ts';
import { keepRead, waitForReaders } from './presence.ts';
import { startRun, type Question, type Run } from './run.ts';
import { copyToStore } from './writer.ts';

/** An answer that readers of this process can read: made here, or followed from the store. */
export interface OpenAnswer {
  readonly log: AnswerLog;
  /** The headers that say the format of the answer, where they are known. */
  readonly headers: Headers | undefined;
  readonly readers: number;
  /** Whether the log has all that there is at any time: it is made here. */
  readonly isComplete: boolean;
  /** A reader comes. @returns A function for when it leaves, to be called once. */
  enter(): () => void;
}

/** The answers of one process. */
export interface Answers {
  /** Makes an answer that the store has just created. */
  start(question: Question): OpenAnswer;
  /** Opens an answer that exists. */
  open(id: string): OpenAnswer;
  /** Stops an answer, if this process makes it. */
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
    const stored = copyToStore(run.log, answer, store, {
      lifetime: maxAge + retention,
      retention,
      onEnded: () => run.stop('cut'),
      onError: (error) => onError(error, { id }),
    }).then(() => runs.delete(id));
    try {
      handleOptions.waitUntil?.(Promise.all([stored, run.ended]));
    } catch (error) {
      // Next's `after` throws where no request is known.
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
      // The store reads from the start again, where it had to.
      blocks: (first, blocks) => log.append(blocks.slice(log.length + 1 - first)),
      end: (end) => log.finish(end),
    });
    const stopRefreshing = keepRead(log, settings);
    const mirror = countReaders({ log, headers: undefined }, false, () => {
      unfollow();
      stopRefreshing();
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

/** An answer with a count of its readers. What `onEmpty` begins when there are none ends when one comes. */
function countReaders(
  answer: Pick<OpenAnswer, 'log' | 'headers'>,
  isComplete: boolean,
  onEmpty: () => () => void,
): OpenAnswer {
  let readers = 0;
  let cancel = (): void => {};
  return {
    log: answer.log,
    isComplete,
    get headers() {
      return answer.headers;
    },
    get readers() {
      return readers;
    },
    enter() {
      readers++;
      cancel();
      return () => {
        readers--;
        if (readers === 0) cancel = onEmpty();
      };
    },
  };
}
