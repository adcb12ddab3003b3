import type { AnswerLog } from './log.ts';
import { heartbeat, idLine } from './wire.ts';

/** One response that reads an answer. It holds nothing but its place: the blocks are the log's. */
export interface Reader {
  /**
   * What can be sent now, as one string of about 64 Ki characters at most, or one event where that is longer; empty where
   * there is nothing. `undefined` at the end, and when the reader has left.
   */
  take(): string | undefined;
  /** Calls back, instead of an earlier listener, whenever there may be more to take. */
  listen(listener: () => void): void;
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
  let notify = (): void => {};
  const unsubscribe = log.subscribe(() => notify());
  const pulse = startPulse(interval, () => {
    head = beat;
    notify();
  });
  /** What stands before the next event. */
  let head = beat + (position === 0 ? `${idLine(log.id, 0)}\n` : '');
  let next = position;
  let state: 'reading' | 'ended' | 'left' = 'reading';

  function leave(): void {
    if (state === 'left') return;
    state = 'left';
    pulse.stop();
    unsubscribe();
    onLeave();
    notify();
  }

  return {
    take() {
      if (state !== 'reading') {
        leave();
        return undefined;
      }
      let chunk = head;
      head = '';
      while (next < log.length && chunk.length < CHUNK) {
        chunk += log.eventAt(next++);
      }
      if (log.end && next >= log.length) {
        state = 'ended';
        if (log.end.block && next !== Infinity) chunk += idLine(log.id, Infinity) + log.end.block;
      }
      if (chunk) pulse.reset();
      // Nothing was left to send.
      else if (log.end && next >= log.length) leave();
      return chunk || (state === 'reading' ? '' : undefined);
    },
    listen(listener) {
      notify = listener;
    },
    leave,
  };
}

/** Calls back whenever nothing has been sent for an interval. */
interface Pulse {
  /** Something has been sent. */
  reset(): void;
  stop(): void;
}

function startPulse(interval: number, onSilence: () => void): Pulse {
  if (interval <= 0) return { reset() {}, stop() {} };
  let sentAt = Date.now();
  // Set anew when it fires, not with each event, which would cost more than the event.
  let timer = setTimeout(check, interval);
  function check(): void {
    const remaining = sentAt + interval - Date.now();
    if (remaining <= 0) {
      sentAt = Date.now();
      onSilence();
    }
    timer = setTimeout(check, remaining > 0 ? remaining : interval);
  }
  return {
    reset: () => {
      sentAt = Date.now();
    },
    stop: () => clearTimeout(timer),
  };
}
