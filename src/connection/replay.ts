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

/**
 * Tells new events from old ones, when a server that was asked to go on sends too much again.
 *
 * Events with an ID seen before are old, and so are those without an ID that follow one. Events without any ID are
 * compared with the answer's start, and with what came after the last ID: a run that matches is held back until
 * it has caught up (then it was a replay) or differs (then it was new).
 */
export class ReplayFilter {
  #ids: Set<string>;
  #olderIds = new Set<string>();
  #lastId: string;
  readonly #whole: Run = { digests: [], length: 0 };
  /** Until there is an ID, the same. */
  #sinceId = this.#whole;
  #isResumed = false;
  /** Whether `lastId` came on this connection: several events in a row may share an ID. */
  #isLastIdFresh = false;
  /** The event before had an old ID: what follows it without an ID is old too. */
  #isAfterOldId = false;
  /** The runs that this connection may be repeating. */
  #candidates: Run[] = [];
  #held: RawEvent[] = [];
  /** How many of those held a run has accounted for, while a longer run still matches. */
  #accounted = 0;

  constructor(lastEventId: string) {
    this.#ids = new Set([lastEventId]);
    this.#lastId = lastEventId;
  }

  /** A connection was made again: from here on, events may be old ones. */
  resume(): void {
    this.#isResumed = true;
    this.#isLastIdFresh = false;
    this.#isAfterOldId = false;
    this.#expectRuns([this.#sinceId, this.#whole]);
  }

  /** True when the ID came on an earlier connection, so that the cursor must not move back to it. */
  knows(id: string): boolean {
    return (
      this.#isResumed &&
      id !== '' &&
      !(id === this.#lastId && this.#isLastIdFresh) &&
      (this.#ids.has(id) || this.#olderIds.has(id))
    );
  }

  /** The new ones among these, after any that were held back and turn out to be new. */
  newOf(events: readonly RawEvent[]): readonly RawEvent[] {
    if (!this.#isResumed) {
      for (const event of events) this.#remember(event);
      return events;
    }
    const fresh: RawEvent[] = [];
    for (const event of events) {
      if (this.#isOld(event)) continue;
      for (const one of this.flush()) fresh.push(one);
      this.#remember(event);
      fresh.push(event);
    }
    return fresh;
  }

  /** Releases what is held back: the answer ended there, or a new ID came, so it was no replay. */
  flush(): readonly RawEvent[] {
    const released = this.#held.slice(this.#accounted);
    this.#expectRuns([]);
    for (const event of released) this.#remember(event);
    return released;
  }

  #isOld(event: RawEvent): boolean {
    if (event.id !== undefined) {
      const isKnown = this.knows(event.id);
      this.#expectRuns(isKnown ? [this.#sinceId] : []);
      // After the last ID the repetition is over, unless what had followed it is repeated too.
      this.#isAfterOldId = isKnown && event.id !== this.#lastId;
      if (isKnown) this.#isLastIdFresh = false;
      return isKnown;
    }
    if (this.#isAfterOldId) return true;
    const { length: at } = this.#held;
    this.#candidates = this.#candidates.filter(
      ({ digests, length }) => at < length && (at >= DIGESTS || digests[at] === digest(event)),
    );
    if (!this.#candidates.length) return false;
    this.#held.push(event);
    const ended = this.#candidates.filter(({ length }) => length === this.#held.length);
    if (ended.length) this.#accounted = this.#held.length;
    if (ended.length === this.#candidates.length) this.#expectRuns([]);
    return true;
  }

  #expectRuns(runs: Run[]): void {
    this.#candidates = runs;
    this.#held = [];
    this.#accounted = 0;
  }

  #remember(event: RawEvent): void {
    if (event.id !== undefined) {
      this.#lastId = event.id;
      this.#isLastIdFresh = true;
      if (this.#ids.size >= IDS) {
        this.#olderIds = this.#ids;
        this.#ids = new Set();
      }
      this.#ids.add(event.id);
      this.#sinceId = { digests: [], length: 0 };
    } else if (this.#sinceId !== this.#whole) {
      extend(this.#sinceId, event);
    }
    extend(this.#whole, event);
  }
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
