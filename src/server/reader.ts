import type { AnswerLog } from './log.ts';
import { heartbeat, idLine } from './wire.ts';

/** One response that reads an answer. It holds nothing but its place: the blocks are the log's. */
export interface Reader {
  /**
   * What can be sent now, as one string of about 64 Ki characters at most, or one event where that is longer. Waits
   * where there is nothing, and gives a heartbeat where that takes long. `undefined` at the end.
   */
  next(): Promise<string | undefined>;
  /** The reader is gone. May be called more than once. */
  leave(): void;
}

/** Strings of about this length are handed to a socket at once. */
const CHUNK = 65_536;

/**
 * @param position How many events the client has seen.
 * @param interval Milliseconds between heartbeats; 0 for none.
 * @param onLeave Called once, when the reader has left or has read all.
 */
export function createReader(
  log: AnswerLog,
  position: number,
  interval: number,
  onLeave: () => void,
): Reader {
  const beat = interval > 0 ? heartbeat(interval) : '';
  /** What stands before the first event of the response. */
  let head = beat + (position === 0 ? `${idLine(log.id, 0)}\n` : '');
  let next = position;
  let state: 'reading' | 'ended' | 'left' = 'reading';
  const waiting = createWaiting(log, interval);

  function leave(): void {
    if (state === 'left') return;
    state = 'left';
    onLeave();
    waiting.stop();
  }

  /** What can be sent without waiting. */
  function take(): string {
    let chunk = head;
    head = '';
    while (next < log.length && chunk.length < CHUNK) {
      const block = log.at(next);
      chunk += idLine(log.id, ++next) + block;
    }
    if (log.end && next >= log.length) {
      state = 'ended';
      if (log.end.block && next !== Infinity) chunk += idLine(log.id, Infinity) + log.end.block;
    }
    return chunk;
  }

  return {
    async next() {
      while (state === 'reading') {
        const chunk = take();
        if (chunk) return chunk;
        // `take` may have found the end.
        if ((state as string) === 'reading' && !(await waiting.start())) return beat;
      }
      leave();
      return undefined;
    },
    leave,
  };
}

/** Waits for a change of a log. */
interface Waiting {
  /** Resolves with `true` when something has changed, or `stop` was called; with `false` when a heartbeat is due. */
  start(): Promise<boolean>;
  stop(): void;
}

function createWaiting(log: AnswerLog, interval: number): Waiting {
  let stop = (): void => {};
  return {
    start: () =>
      new Promise((resolve) => {
        const timer = interval > 0 ? setTimeout(() => settle(false), interval) : undefined;
        const settle = (hasChanged: boolean): void => {
          clearTimeout(timer);
          cancel();
          resolve(hasChanged);
        };
        const cancel = log.onChange(() => settle(true));
        stop = () => settle(true);
      }),
    stop: () => stop(),
  };
}
