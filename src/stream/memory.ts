import type { KeptAnswer } from './answer.ts';

/** From where to go on with an answer, and the answer up to there. */
interface Place {
  readonly lastEventId: string;
  readonly cursor: unknown;
  readonly answer: KeptAnswer;
}

/** Keeps the place in one answer over a reload of the page. */
export interface Memory {
  /** What an earlier page left. */
  readonly restored: Partial<Place> | undefined;
  /** From now on, leave behind what is kept when the page goes. */
  watch(): void;
  /** The answer has come as far as this. */
  keep(place: Place): void;
  /** The stream is over: an answer that is not stays kept. */
  end(isUnfinished: boolean): void;
}

/**
 * Remembers in `sessionStorage`, which outlives a reload, and is this tab's own. It is written when the page goes or
 * is hidden (the last that a page hears of on a phone), not with each event: that would be quadratic.
 * https://developer.chrome.com/docs/web-platform/page-lifecycle-api
 *
 * @param isReplayed Whether the place to resume at replays the answer where no event ID says from where.
 */
export function createMemory(key: string, isReplayed: boolean): Memory {
  const name = `teleprinter:${key}`;
  let kept: Partial<Place> | undefined;

  function withStorage<T>(use: (storage: Storage) => T): T | undefined {
    try {
      return use(sessionStorage);
    } catch {
      // None here (a worker, a sandboxed frame), or it is full: after a reload the answer starts over.
      return undefined;
    }
  }
  const save = (): void => {
    if (kept) withStorage((storage) => storage.setItem(name, JSON.stringify(kept)));
  };

  return {
    restored: withStorage((storage) => JSON.parse(storage.getItem(name)!) as Place | null) ?? undefined,
    watch() {
      addEventListener('pagehide', save);
      addEventListener('visibilitychange', save);
    },
    keep(place) {
      kept = place.lastEventId || place.cursor ? place : isReplayed ? {} : undefined;
    },
    end(isUnfinished) {
      removeEventListener('pagehide', save);
      removeEventListener('visibilitychange', save);
      if (isUnfinished) save();
      else withStorage((storage) => storage.removeItem(name));
    },
  };
}
