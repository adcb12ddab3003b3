import type { RawEvent } from '../contract/transport.ts';

/** How many event IDs are remembered: twice this at the most. */
const IDS = 65_536;
/** How many events are remembered by their content, to recognise a replay without IDs. */
const DIGESTS = 256;

/** The content of a run of events: a digest of the first ones, and how many there were. */
interface Run {
  readonly digests: number[];
  length: number;
}

/** Tells what is new from what has been seen, when a server that was asked to go on sends too much again. */
export interface ReplayFilter {
  /** A connection was made again: from here on, events may be old ones. */
  resume(): void;
  /** True when the ID came on an earlier connection, so that the cursor must not move back to it. */
  knows(id: string): boolean;
  /** Those that are new, with any that were held back before them, once it is known that they were new. */
  newOf(events: readonly RawEvent[]): readonly RawEvent[];
  /** What is held back: the answer ended there, or a new ID came, so it was no replay. */
  flush(): readonly RawEvent[];
}

/**
 * Events with an ID seen before are old, and so are those without an ID that follow one. Events without any ID are
 * compared with the answer's start, and with what came after the last ID: a run that matches is held back until
 * it has caught up (then it was a replay) or differs (then it was new).
 */
export function createReplayFilter(lastEventId: string): ReplayFilter {
  let ids = new Set([lastEventId]);
  let olderIds = new Set<string>();
  let lastId = lastEventId;
  const whole: Run = { digests: [], length: 0 };
  /** Until there is an ID, the same. */
  let sinceId = whole;

  let resumed = false;
  /** Whether `lastId` came on this connection: several events in a row may share an ID. */
  let lastIdIsFresh = false;
  /** The event before had an old ID: what follows it without an ID is old too. */
  let afterOldId = false;
  /** The runs that this connection may be repeating. */
  let candidates: Run[] = [];
  let held: RawEvent[] = [];
  /** How many of those held a run has accounted for, while a longer run still matches. */
  let old = 0;

  const knows = (id: string): boolean =>
    resumed && id !== '' && !(id === lastId && lastIdIsFresh) && (ids.has(id) || olderIds.has(id));

  function isOld(event: RawEvent): boolean {
    if (event.id !== undefined) {
      const isKnown = knows(event.id);
      expectRuns(isKnown ? [sinceId] : []);
      // After the last ID the repetition is over, unless what had followed it is repeated too.
      afterOldId = isKnown && event.id !== lastId;
      if (isKnown) lastIdIsFresh = false;
      return isKnown;
    }
    if (afterOldId) return true;
    candidates = candidates.filter(
      ({ digests, length }) =>
        held.length < length && (held.length >= DIGESTS || digests[held.length] === digest(event)),
    );
    if (!candidates.length) return false;
    held.push(event);
    const ended = candidates.filter(({ length }) => length === held.length);
    if (ended.length) old = held.length;
    if (ended.length === candidates.length) expectRuns([]);
    return true;
  }

  function flush(): RawEvent[] {
    const released = held.slice(old);
    expectRuns([]);
    for (const event of released) remember(event);
    return released;
  }

  function expectRuns(runs: Run[]): void {
    candidates = runs;
    held = [];
    old = 0;
  }

  function remember(event: RawEvent): void {
    if (event.id !== undefined) {
      lastId = event.id;
      lastIdIsFresh = true;
      if (ids.size >= IDS) {
        olderIds = ids;
        ids = new Set();
      }
      ids.add(event.id);
      sinceId = { digests: [], length: 0 };
    } else if (sinceId !== whole) {
      extend(sinceId, event);
    }
    extend(whole, event);
  }

  return {
    resume() {
      resumed = true;
      lastIdIsFresh = false;
      afterOldId = false;
      expectRuns([sinceId, whole]);
    },
    knows,
    newOf(events) {
      if (!resumed) {
        for (const event of events) remember(event);
        return events;
      }
      const fresh: RawEvent[] = [];
      for (const event of events) {
        if (isOld(event)) continue;
        for (const one of flush()) fresh.push(one);
        remember(event);
        fresh.push(event);
      }
      return fresh;
    },
    flush,
  };
}

function extend(run: Run, event: RawEvent): void {
  run.length++;
  if (run.digests.length < DIGESTS) run.digests.push(digest(event));
}

/** FNV-1a over the name and the first thousand characters: enough to tell two events of one answer apart. */
function digest({ type, data }: RawEvent): number {
  const text = `${type}\n${data.length}\n${data.slice(0, 1000)}`;
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  return hash;
}
