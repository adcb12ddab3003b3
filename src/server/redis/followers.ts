import type { AnswerSink } from '../store.ts';
import { sleep } from '../time.ts';
import { CUT } from '../wire.ts';
import { entriesOf, unwrapReply, type Connection, type Entry } from './connection.ts';
import { cursorId, readEntry, type Keys } from './keys.ts';

/** Follows an answer for one sink. */
export interface Follower {
  readonly id: string;
  /** The ID of the process that produces the answer; `undefined` until the answer's record has been read. */
  readonly node: string | undefined;
  /** Ends the answer for this follower, as cut. */
  cut(): void;
}

/** The followers in this process. */
export interface Followers {
  /** @returns A function that stops following */
  add(id: string, sink: AnswerSink): () => void;
  /** The followers that have caught up and wait for new entries. */
  live(): Iterable<Follower>;
  /** The IDs of the processes that produce their answers. */
  producers(): Set<string>;
  /** The streams of the live followers, each with the last ID that all its followers have read. */
  cursors(): Map<string, string>;
  /** Receives new entries of a stream. */
  receive(key: string, entries: readonly Entry[]): void;
  /** Stops all followers, without an end: their readers may go on elsewhere. */
  close(): void;
}

/** How many entries are read at once while a follower catches up. */
const PAGE_SIZE = 1000;
/** Milliseconds between attempts, while Redis cannot be reached. */
const RETRY_DELAY = 250;

interface FollowerState extends Follower {
  node: string | undefined;
  /** The key of the answer's stream. */
  readonly key: string;
  /** The number of the last block that has been read. */
  position: number;
  state: 'catching-up' | 'live' | 'ended';
  receive(entry: Entry): void;
}

/** @param onLive Called when a follower has caught up, so that the feed has one more stream to read. */
export function createFollowers(connection: Connection, keys: Keys, onLive: () => void): Followers {
  const byKey = new Map<string, Set<FollowerState>>();

  function remove(follower: FollowerState): void {
    follower.state = 'ended';
    const others = byKey.get(follower.key);
    others?.delete(follower);
    if (others?.size === 0) byKey.delete(follower.key);
  }

  function* live(): Iterable<FollowerState> {
    for (const set of byKey.values())
      for (const follower of set) if (follower.state === 'live') yield follower;
  }

  function add(id: string, sink: AnswerSink): () => void {
    const follower = createFollower(id, keys.answer(id), sink, () => remove(follower));
    const { key } = follower;
    byKey.set(key, (byKey.get(key) ?? new Set()).add(follower));
    void catchUp(follower, connection, onLive);
    return () => remove(follower);
  }

  return {
    add,
    live,
    producers: () => new Set(Array.from(live(), ({ node }) => node!)),
    cursors() {
      const cursors = new Map<string, string>();
      for (const [key, set] of byKey) {
        const positions = Array.from(set).flatMap(({ state, position }) =>
          state === 'live' ? position : [],
        );
        if (positions.length) cursors.set(key, cursorId(Math.min(...positions)));
      }
      return cursors;
    },
    receive(key, entries) {
      // The feed may still read a stream for a follower that was removed. One that is catching up skips these entries,
      // because it has not read those before them.
      const ready = Array.from(byKey.get(key) ?? []).filter(({ state }) => state === 'live');
      for (const follower of ready) for (const entry of entries) follower.receive(entry);
    },
    close() {
      for (const set of byKey.values()) for (const follower of set) follower.state = 'ended';
      byKey.clear();
    },
  };
}

/** Reads the existing entries of a stream, page by page, until the follower can be left to the feed. */
async function catchUp(follower: FollowerState, connection: Connection, onLive: () => void): Promise<void> {
  for (let from = '-'; follower.state === 'catching-up';) {
    try {
      const [reply] = await connection.send([['XRANGE', follower.key, from, '+', 'COUNT', `${PAGE_SIZE}`]]);
      const entries = entriesOf(unwrapReply(reply));
      for (const entry of entries) follower.receive(entry);
      // The answer has been removed since it was found.
      if (follower.node === undefined) follower.cut();
      else if (entries.length === PAGE_SIZE) from = `(${entries.at(-1)!.id}`;
      else if (follower.state === 'catching-up') {
        follower.state = 'live';
        onLive();
      }
    } catch {
      await sleep(RETRY_DELAY);
    }
  }
}

function createFollower(id: string, key: string, sink: AnswerSink, onEnd: () => void): FollowerState {
  const follower: FollowerState = {
    id,
    key,
    node: undefined,
    position: 0,
    state: 'catching-up',
    receive(entry) {
      if (follower.state === 'ended') return;
      const read = readEntry(entry);
      if (read.type === 'record') follower.node = read.node;
      else if (read.type === 'end') {
        onEnd();
        sink.end(read.end);
      } else if (read.first > follower.position + 1) follower.cut();
      else if (read.last > follower.position) {
        follower.position = read.last;
        sink.blocks(read.first, read.blocks);
      }
    },
    cut() {
      if (follower.state === 'ended') return;
      onEnd();
      sink.end(CUT);
    },
  };
  return follower;
}
