import type { AnswerLog } from './log.ts';
import { startTimer } from './time.ts';
import { heartbeat, idLine } from './wire.ts';

/** Reads an answer for one response. It stores only its position; the blocks are in the log. */
export interface Reader {
  /**
   * The text to send now: about 64 Ki characters at most, or one event if that is longer. Empty if there is nothing to send,
   * `undefined` after the end of the answer and after `close`.
   */
  read(): string | undefined;
  /** Sets the listener, which is called whenever `read` may return more. It replaces an earlier one. */
  setListener(listener: () => void): void;
  /** Ends the reading. May be called more than once. */
  close(): void;
}

/** The length, in characters, after which a chunk gets no further event. */
const CHUNK = 65_536;

/**
 * @param position The number of events that the client has received.
 * @param interval Milliseconds between heartbeats; 0 or `Infinity` for none.
 * @param onClose Called once, when the reader has read everything or has been closed.
 */
export function createReader(
  log: AnswerLog,
  position: number,
  interval: number,
  onClose: () => void,
): Reader {
  const comment = interval > 0 && interval < Infinity ? heartbeat(interval) : '';
  let notify = (): void => {};
  const unsubscribe = log.subscribe(() => notify());
  const silence = watchSilence(interval, () => {
    prefix = comment;
    notify();
  });
  /** The text to send before the next event. */
  let prefix = comment + (position === 0 ? `${idLine(log.id, 0)}\n` : '');
  let next = position;
  let state: 'reading' | 'ended' | 'closed' = 'reading';

  function close(): void {
    if (state === 'closed') return;
    state = 'closed';
    silence.stop();
    unsubscribe();
    onClose();
    notify();
  }

  return {
    read() {
      if (state !== 'reading') {
        close();
        return undefined;
      }
      let chunk = prefix;
      prefix = '';
      while (next < log.length && chunk.length < CHUNK) {
        chunk += log.eventAt(next++);
      }
      if (log.end && next >= log.length) {
        state = 'ended';
        if (log.end.block && next !== Infinity) chunk += idLine(log.id, Infinity) + log.end.block;
      }
      if (chunk) silence.reset();
      // Everything had been sent before the end came.
      else if (log.end && next >= log.length) close();
      return chunk || (state === 'reading' ? '' : undefined);
    },
    setListener(listener) {
      notify = listener;
    },
    close,
  };
}

interface SilenceTimer {
  /** Restarts the interval, because something has been sent. */
  reset(): void;
  stop(): void;
}

/** Calls `onSilence` whenever nothing has been sent for an interval. */
function watchSilence(interval: number, onSilence: () => void): SilenceTimer {
  if (interval <= 0) return { reset() {}, stop() {} };
  let sentAt = performance.now();
  // The timer is restarted when it fires, not for each event, which would cost more than sending the event.
  let cancel = startTimer(check, interval);
  function check(): void {
    const remaining = sentAt + interval - performance.now();
    if (remaining <= 0) {
      sentAt = performance.now();
      onSilence();
    }
    cancel = startTimer(check, remaining > 0 ? remaining : interval);
  }
  return {
    reset: () => {
      sentAt = performance.now();
    },
    stop: () => cancel(),
  };
}
