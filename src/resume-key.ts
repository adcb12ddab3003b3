/** From where to go on with an answer, and its text up to there. */
type Kept = readonly [lastEventId: string, text: string];

/** Keeps the place in one answer over a reload of the page. */
export interface Memory {
  /** What an earlier page left. */
  readonly left: Kept | undefined;
  /** From now on, leave behind what is kept when the page goes. */
  watch(): void;
  /** The answer has come as far as this ID, with this text. */
  keep(lastEventId: string, text: string): void;
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
  let kept: Kept | undefined;

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
    left: withStorage((storage) => JSON.parse(storage.getItem(name)!) as Kept | null) ?? undefined,
    watch() {
      addEventListener('pagehide', save);
      addEventListener('visibilitychange', save);
    },
    keep(lastEventId, text) {
      kept = lastEventId ? [lastEventId, text] : isReplayed ? ['', ''] : undefined;
    },
    end(isUnfinished) {
      removeEventListener('pagehide', save);
      removeEventListener('visibilitychange', save);
      if (isUnfinished) save();
      else withStorage((storage) => storage.removeItem(name));
    },
  };
}
