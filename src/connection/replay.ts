import type { RawEvent } from '../contract/transport.ts';

/** The size of a generation of event IDs. Two generations are kept. */
const GENERATION_SIZE = 65_536;
/** How many events of a run are compared by their content. Later ones are only counted. */
const MAX_DIGESTS = 256;

/** The events under one ID: from the event that has the ID up to the next event with another ID. */
interface Run {
  /** Hashes of the first events; 0 if the content is unknown. */
  readonly digests: number[];
  length: number;
  /** How many events at the start had the ID themselves; the others came without one. */
  own: number;
}

/** A run that a connection may be repeating, and how much of it has matched. */
interface Candidate {
  readonly run: Run;
  at: number;
  /** Whether reaching the end of the run proves the repetition. */
  isProof: boolean;
}

/**
 * Separates new events from repeated ones after a server was asked to resume and sends too much again.
 *
 * The rule: an event counts as repeated only if something proves it, as readers see a word that comes twice but not one
 * that is lost. Proof is: the same ID with the same data; a run of events, in the same order, after an ID that came
 * before; or the whole answer so far, if the address to resume at is known to replay it, or if the match is too long for
 * a coincidence. A matching run is held back until it is complete (then it is dropped) or differs (then it is new).
 *
 * An ID that comes again with other data is new: some servers give all events one ID, or number the events of each
 * connection from 1. From then on, IDs prove nothing. The event before it, if its ID was the first to come again, then
 * counts as new as well.
 */
export class ReplayFilter {
  /** All events of the answer. */
  readonly #whole: Run = { digests: [], length: 0, own: 0 };
  /** The runs by their IDs. */
  #runs = new Map<string, Run>();
  #olderRuns = new Map<string, Run>();
  /** The ID under which events come, as `MessageEvent.lastEventId` has it. */
  #id: string;
  #isResumed = false;
  /** The newest ID on this connection. */
  #newestId: string | undefined;
  /** The ID of the newest new event on this connection. Events under it cannot repeat an earlier connection. */
  #freshId: string | undefined;
  /** The runs that the next event may continue. */
  #candidates: readonly Candidate[] = [];
  #held: RawEvent[] = [];
  /** The held events came twice in a row: either the ID belongs to one event, or several events share it. */
  #isAmbiguous = false;
  /** How many consecutive events were repeated by their own ID and data. */
  #repeatedById = 0;
  /** The only one of them so far. It is new after all if the next known ID comes with other data. */
  #suspect: RawEvent | undefined;
  /** An ID came again with other data, so that an ID alone proves nothing any more. */
  #isReused = false;
  /** Several events had the same ID. */
  #isShared = false;

  /** @param lastEventId The ID after which an answer continues that an earlier stream began. */
  constructor(lastEventId: string) {
    this.#id = lastEventId;
    if (lastEventId) this.#runs.set(lastEventId, { digests: [UNKNOWN], length: 1, own: 1 });
  }

  /**
   * Called before another connection: from here on, events may be repeated.
   * @param isReplay Whether the server is known to send the answer from its start.
   */
  resume(isReplay: boolean): void {
    this.#isResumed = true;
    this.#newestId = undefined;
    this.#freshId = undefined;
    this.#held = [];
    this.#repeatedById = 0;
    this.#suspect = undefined;
    const last = this.#runOf(this.#id);
    this.#candidates = [
      { run: this.#whole, at: 0, isProof: isReplay || this.#whole.length >= NO_COINCIDENCE },
      ...(last && this.#id ? [{ run: last, at: last.own, isProof: true }] : []),
    ];
  }

  /** Whether the ID came on an earlier connection, so that the position must not move back to it. */
  has(id: string): boolean {
    return this.#isResumed && id !== '' && id !== this.#freshId && this.#runOf(id) !== undefined;
  }

  /** Returns the new events, preceded by held ones that turn out to be new. */
  filter(events: readonly RawEvent[]): readonly RawEvent[] {
    if (!this.#isResumed) {
      for (const event of events) this.#remember(event);
      return events;
    }
    const fresh: RawEvent[] = [];
    for (const event of events) {
      const isRepeatedId = event.id !== undefined && event.id === this.#newestId;
      if (this.#isAmbiguous && event.id !== undefined && !isRepeatedId) this.flush(event.id);
      this.#isAmbiguous = false;
      if ((event.id === undefined || isRepeatedId) && this.#continues(event)) continue;
      if (event.id !== undefined) {
        if (isRepeatedId) fresh.push(...this.flush());
        this.#newestId = event.id;
        if (this.#restarts(event, event.id, isRepeatedId)) continue;
      }
      fresh.push(...this.flush());
      this.#repeatedById = 0;
      this.#suspect = undefined;
      this.#remember(event);
      fresh.push(event);
    }
    return fresh;
  }

  /**
   * Releases held events as new, because the answer has ended or because another ID follows.
   * @param id The ID that follows.
   */
  flush(id?: string): readonly RawEvent[] {
    // Whether the ID belongs to one event, which came twice in a row: another ID follows, or none was shared so far.
    const isUnique =
      id === undefined ? !this.#isShared && this.#runs.size >= NO_COINCIDENCE : id !== this.#newestId;
    const released = this.#isAmbiguous && isUnique ? [] : this.#held;
    this.#isAmbiguous = false;
    this.#held = [];
    this.#candidates = [];
    for (const event of released) this.#remember(event);
    return released;
  }

  /** The end marker came, under this ID. Releases held events that are new after all. */
  end(id: string | undefined): readonly RawEvent[] {
    if (id !== undefined && id !== this.#newestId && this.has(id)) this.#distrust();
    return this.flush();
  }

  /** Whether an event continues a run that may be a repetition. If so, holds the event back. */
  #continues(event: RawEvent): boolean {
    const candidates = this.#candidates.filter((candidate) => matches(candidate, event));
    if (!candidates.length) return false;
    this.#candidates = candidates;
    this.#held.push(event);
    for (const candidate of candidates) candidate.at++;
    const proving = candidates.filter(
      ({ run, at, isProof }) =>
        // The ID belongs to this event alone; or the match is too long for a coincidence.
        (isProof && (at === run.length || (event.id !== undefined && run.own === 1))) || at > MAX_DIGESTS,
    );
    if (proving.length) {
      this.#held = [];
      this.#suspect = event.id !== undefined && this.#repeatedById++ === 0 ? event : undefined;
      // Events that repeat one run do not prove another.
      for (const candidate of candidates) candidate.isProof = proving.includes(candidate);
    }
    return true;
  }

  /** Whether an event begins to repeat the run of an ID that came before. */
  #restarts(event: RawEvent, id: string, isRepeatedId: boolean): boolean {
    const run = this.has(id) ? this.#runOf(id) : undefined;
    if (run && !isRepeatedId && !matches({ run, at: 0 }, event)) this.#distrust();
    this.#candidates = run && !this.#isReused ? [{ run, at: 0, isProof: !isRepeatedId }] : [];
    this.#isAmbiguous = isRepeatedId;
    const isRepeated = this.#continues(event);
    // The server goes back once more, so the new events of this connection may come again.
    if (isRepeated) this.#freshId = undefined;
    return isRepeated;
  }

  /** An ID has come again with other data, so the one before it may have had the same data by chance. */
  #distrust(): void {
    this.#isReused = true;
    if (this.#suspect) this.#held.push(this.#suspect);
  }

  #remember(event: RawEvent): void {
    const { id = this.#id } = event;
    let run = this.#runOf(id);
    if (!run || id !== this.#id) {
      if (this.#runs.size >= GENERATION_SIZE) {
        this.#olderRuns = this.#runs;
        this.#runs = new Map();
      }
      this.#runs.set(id, (run = { digests: [], length: 0, own: 0 }));
      this.#id = id;
    }
    this.#freshId = event.id ?? this.#freshId;
    if (event.id !== undefined && run.own === run.length && ++run.own > 1) this.#isShared = true;
    const isCompared = run.length < MAX_DIGESTS || this.#whole.length < MAX_DIGESTS;
    const content = isCompared ? digest(event) : UNKNOWN;
    for (const each of [run, this.#whole]) if (each.length++ < MAX_DIGESTS) each.digests.push(content);
  }

  #runOf(id: string): Run | undefined {
    return this.#runs.get(id) ?? this.#olderRuns.get(id);
  }
}

/** If this many events match the whole answer so far, in order, it is no coincidence. */
const NO_COINCIDENCE = 3;

/** The digest of an event whose content is unknown, as it came on another page. */
const UNKNOWN = 0;

/** Whether an event is the next one of a run. */
function matches({ run, at }: Pick<Candidate, 'run' | 'at'>, event: RawEvent): boolean {
  if (at >= run.length) return false;
  return at >= MAX_DIGESTS || run.digests[at] === UNKNOWN || run.digests[at] === digest(event);
}

/** A hash of the name, the length and the first thousand characters, which distinguishes the events of one answer. */
function digest({ type, data }: RawEvent): number {
  return hashOf(`${type}\n${data.length}\n${data.slice(0, 1000)}`, 0);
}

/** FNV-1a, in 32 bits. */
export function hashOf(text: string, basis: number): number {
  let hash = basis;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  return hash;
}
