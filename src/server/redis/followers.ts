import type { AnswerSink } from '../store.ts';
import { sleep } from '../time.ts';
import { CUT } from '../wire.ts';
import { entriesOf, valueOf, type Connection, type Entry } from './connection.ts';
import { cursorId, readEntry, type Keys } from './keys.ts';

/** An answer that is read here. */
export interface Follower {
  readonly id: string;
  /** The process that makes it, once the answer's facts have been read. */
  readonly node: string | undefined;
  /** The answer ends here as cut. */
  cut(): void;
}

/** The answers that are read here, and where each reading is. */
export interface Followers {
  /** @returns A function that stops reading. */
  add(id: string, sink: AnswerSink): () => void;
  /** Those that wait for more. */
  all(): Iterable<Follower>;
  /** The processes that make them. */
  producers(): Set<string>;
  /** The streams to read on, each with the last ID that all its readers have. */
  cursors(): Map<string, string>;
  /** More of a stream has come. */
  receive(key: string, entries: readonly Entry[]): void;
}

/** How many entries of the past are read at once. */
const PAGE = 1000;
/** Milliseconds between attempts, while Redis cannot be reached. */
const RETRY = 250;

interface Following extends Follower {
  node: string | undefined;
  readonly key: string;
  position: number;
  state: 'catching-up' | 'waiting' | 'over';
  receive(entry: Entry): void;
}

/** @param onWaiting One more answer has been read up to now, so that the feed has to read on. */
export function createFollowers(connection: Connection, keys: Keys, onWaiting: () => void): Followers {
  const byKey = new Map<string, Set<Following>>();

  function remove(following: Following): void {
    following.state = 'over';
    const others = byKey.get(following.key);
    others?.delete(following);
    if (others?.size === 0) byKey.delete(following.key);
  }

  function* all(): Iterable<Following> {
    for (const set of byKey.values()) for (const one of set) if (one.state === 'waiting') yield one;
  }

  function add(id: string, sink: AnswerSink): () => void {
    const following = createFollowing(id, keys.answer(id), sink, () => remove(following));
    const { key } = following;
    byKey.set(key, (byKey.get(key) ?? new Set()).add(following));
    void catchUp(following, connection, onWaiting);
    return () => remove(following);
  }

  return {
    add,
    all,
    producers: () => new Set(Array.from(all(), ({ node }) => node!)),
    cursors() {
      const cursors = new Map<string, string>();
      for (const [key, set] of byKey) {
        const positions = Array.from(set).flatMap(({ state, position }) =>
          state === 'waiting' ? position : [],
        );
        if (positions.length) cursors.set(key, cursorId(Math.min(...positions)));
      }
      return cursors;
    },
    receive(key, entries) {
      // The feed may still read on for a reader that has left: whoever is catching up would miss what came before.
      const waiting = Array.from(byKey.get(key) ?? []).filter(({ state }) => state === 'waiting');
      for (const following of waiting) for (const entry of entries) following.receive(entry);
    },
  };
}

/** Reads what there is, page by page, then leaves the rest to the feed. */
async function catchUp(following: Following, connection: Connection, onWaiting: () => void): Promise<void> {
  for (let from = '-'; following.state === 'catching-up';) {
    try {
      const [reply] = await connection.send([['XRANGE', following.key, from, '+', 'COUNT', `${PAGE}`]]);
      const entries = entriesOf(valueOf(reply));
      for (const entry of entries) following.receive(entry);
      // It was forgotten since somebody looked for it.
      if (following.node === undefined) following.cut();
      else if (entries.length === PAGE) from = `(${entries.at(-1)!.id}`;
      else if (following.state === 'catching-up') {
        following.state = 'waiting';
        onWaiting();
      }
    } catch {
      await sleep(RETRY);
    }
  }
}

function createFollowing(id: string, key: string, sink: AnswerSink, onOver: () => void): Following {
  const following: Following = {
    id,
    key,
    node: undefined,
    position: 0,
    state: 'catching-up',
    receive(entry) {
      if (following.state === 'over') return;
      const read = readEntry(entry);
      if (read.type === 'facts') following.node = read.node;
      else if (read.type === 'end') {
        onOver();
        sink.end(read.end);
      } else if (read.first > following.position + 1) following.cut();
      else if (read.last > following.position) {
        following.position = read.last;
        sink.blocks(read.first, read.blocks);
      }
    },
    cut() {
      if (following.state === 'over') return;
      onOver();
      sink.end(CUT);
    },
  };
  return following;
}
