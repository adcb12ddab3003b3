import type { RawEvent } from '../contract/transport.ts';

/** How many event IDs are remembered: twice this at the most. */
const IDS = 65_536;
/** How many events of a run are remembered by their content; of those behind them, only that they came. */
const DIGESTS = 256;

/** The events that came under one ID: from the event that has the ID up to the next one that has another. */
interface Run {
  /** Of the first events; 0 where the content is not known. */
  readonly digests: number[];
  length: number;
  /** How many events at the start had the ID themselves; the others came without one. */
  own: number;
}

/** A run that a connection may be repeating, and how far. */
interface Candidate {
  readonly run: Run;
  at: number;
  /** Whether to reach the end of the run proves the repetition. */
  isProof: boolean;
}

/**
 * Tells new events from old ones, when a server that was asked to go on sends too much again.
 *
 * The rule: an event is old where something proves a repetition, and new otherwise, as a word twice is seen and a word
 * lost is not. What proves it: the same ID with the same data; a run of events, in the same order, that follows an ID
 * that came before; all of the answer so far, where the place to resume at is known to replay it, or where that is no
 * coincidence. A run that matches is held back until it is complete (then it is old) or differs (then it is new).
 *
 * An ID that comes again with other data is new: some servers give all events one ID, or number those of each
 * connection from 1. From then on IDs prove nothing, and the event before it, if its own ID was the first that came
 * again, is new after all.
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
  /** The ID of the newest new event on this connection: what comes under it repeats no earlier connection. */
  #freshId: string | undefined;
  /** The runs that the next event may go on with. */
  #candidates: readonly Candidate[] = [];
  #held: RawEvent[] = [];
  /** What is held back came twice: either its ID names one event, or several events share the ID. */
  #isDoubtful = false;
  /** How many events in a row were old by their own ID and data. */
  #oldById = 0;
  /** The only one of them so far: it is new after all, if the next ID that is known comes with other data. */
  #suspect: RawEvent | undefined;
  /** An ID came again with other data, after which no ID proves anything by itself. */
  #isReused = false;
  /** Several events came under one ID. */
  #isShared = false;

  /** @param lastEventId Where an answer goes on that was begun before, by another stream. */
  constructor(lastEventId: string) {
    this.#id = lastEventId;
    if (lastEventId) this.#runs.set(lastEventId, { digests: [UNKNOWN], length: 1, own: 1 });
  }

  /**
   * A connection is made again: from here on, events may be old.
   * @param isReplay Whether the server is known to send the answer from its start.
   */
  resume(isReplay: boolean): void {
    this.#isResumed = true;
    this.#newestId = undefined;
    this.#freshId = undefined;
    this.#held = [];
    this.#oldById = 0;
    this.#suspect = undefined;
    const last = this.#runOf(this.#id);
    this.#candidates = [
      { run: this.#whole, at: 0, isProof: isReplay || this.#whole.length >= NO_COINCIDENCE },
      ...(last && this.#id ? [{ run: last, at: last.own, isProof: true }] : []),
    ];
  }

  /** Whether the ID came on an earlier connection, so that the place in the answer must not move back to it. */
  knows(id: string): boolean {
    return this.#isResumed && id !== '' && id !== this.#freshId && this.#runOf(id) !== undefined;
  }

  /** The new ones among these, after any that were held back and turn out to be new. */
  newOf(events: readonly RawEvent[]): readonly RawEvent[] {
    if (!this.#isResumed) {
      for (const event of events) this.#remember(event);
      return events;
    }
    const fresh: RawEvent[] = [];
    for (const event of events) {
      const isRepeatedId = event.id !== undefined && event.id === this.#newestId;
      if (this.#isDoubtful && event.id !== undefined && !isRepeatedId) this.flush(event.id);
      this.#isDoubtful = false;
      if ((event.id === undefined || isRepeatedId) && this.#continues(event)) continue;
      if (event.id !== undefined) {
        if (isRepeatedId) fresh.push(...this.flush());
        this.#newestId = event.id;
        if (this.#restarts(event, event.id, isRepeatedId)) continue;
      }
      fresh.push(...this.flush());
      this.#oldById = 0;
      this.#suspect = undefined;
      this.#remember(event);
      fresh.push(event);
    }
    return fresh;
  }

  /**
   * Releases what is held back: the answer ended there, or another ID comes, so it was no repetition.
   * @param id The ID that comes.
   */
  flush(id?: string): readonly RawEvent[] {
    // The ID before names one event, which came twice in a row: another comes, or all IDs so far do.
    const namesOne =
      id === undefined ? !this.#isShared && this.#runs.size >= NO_COINCIDENCE : id !== this.#newestId;
    const released = this.#isDoubtful && namesOne ? [] : this.#held;
    this.#isDoubtful = false;
    this.#held = [];
    this.#candidates = [];
    for (const event of released) this.#remember(event);
    return released;
  }

  /** The end marker came, under this ID: releases what is new after all. */
  end(id: string | undefined): readonly RawEvent[] {
    if (id !== undefined && id !== this.#newestId && this.knows(id)) this.#distrust();
    return this.flush();
  }

  /** Whether an event goes on with a run that is being repeated, as far as anybody can tell. */
  #continues(event: RawEvent): boolean {
    const candidates = this.#candidates.filter((candidate) => matches(candidate, event));
    if (!candidates.length) return false;
    this.#candidates = candidates;
    this.#held.push(event);
    for (const candidate of candidates) candidate.at++;
    const proving = candidates.filter(
      ({ run, at, isProof }) =>
        // An ID that one event alone has names it; and so many events in order are no coincidence.
        (isProof && (at === run.length || (event.id !== undefined && run.own === 1))) || at > DIGESTS,
    );
    if (proving.length) {
      this.#held = [];
      this.#suspect = event.id !== undefined && this.#oldById++ === 0 ? event : undefined;
      // What is explained by one run is no proof of another.
      for (const candidate of candidates) candidate.isProof = proving.includes(candidate);
    }
    return true;
  }

  /** Whether an event begins to repeat the run of an ID that came before. */
  #restarts(event: RawEvent, id: string, isRepeatedId: boolean): boolean {
    const run = this.knows(id) ? this.#runOf(id) : undefined;
    if (run && !isRepeatedId && !matches({ run, at: 0 }, event)) this.#distrust();
    this.#candidates = run && !this.#isReused ? [{ run, at: 0, isProof: !isRepeatedId }] : [];
    this.#isDoubtful = isRepeatedId;
    const isOld = this.#continues(event);
    // The connection goes back once more: what was new on it may come again.
    if (isOld) this.#freshId = undefined;
    return isOld;
  }

  /** An ID has come again with other data, so the one before it may have come again with the same data by chance. */
  #distrust(): void {
    this.#isReused = true;
    if (this.#suspect) this.#held.push(this.#suspect);
  }

  #remember(event: RawEvent): void {
    const { id = this.#id } = event;
    let run = this.#runOf(id);
    if (!run || id !== this.#id) {
      if (this.#runs.size >= IDS) {
        this.#olderRuns = this.#runs;
        this.#runs = new Map();
      }
      this.#runs.set(id, (run = { digests: [], length: 0, own: 0 }));
      this.#id = id;
    }
    this.#freshId = event.id ?? this.#freshId;
    if (event.id !== undefined && run.own === run.length && ++run.own > 1) this.#isShared = true;
    // Those of the answer's start are in both.
    const isCompared = run.length < DIGESTS || this.#whole.length < DIGESTS;
    const content = isCompared ? digest(event) : UNKNOWN;
    for (const each of [run, this.#whole]) if (each.length++ < DIGESTS) each.digests.push(content);
  }

  #runOf(id: string): Run | undefined {
    return this.#runs.get(id) ?? this.#olderRuns.get(id);
  }
}

/** So many events that are all of the answer so far, in their order, are no coincidence. */
const NO_COINCIDENCE = 3;

/** Stands for the content of an event that came on another page. */
const UNKNOWN = 0;

/** Whether an event is the next one of a run. */
function matches({ run, at }: Pick<Candidate, 'run' | 'at'>, event: RawEvent): boolean {
  if (at >= run.length) return false;
  return at >= DIGESTS || run.digests[at] === UNKNOWN || run.digests[at] === digest(event);
}

/** A hash of the name and the first thousand characters: enough to tell two events of one answer apart. */
function digest({ type, data }: RawEvent): number {
  return hashOf(`${type}\n${data.length}\n${data.slice(0, 1000)}`, 0);
}

/** FNV-1a, in 32 bits. */
export function hashOf(text: string, basis: number): number {
  let hash = basis;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  return hash;
}
