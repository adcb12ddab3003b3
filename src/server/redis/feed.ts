import { sleep, withTimeout } from '../time.ts';
import { streamsOf, valueOf, type Connection, type Entry } from './connection.ts';

/** Reads any number of streams over one connection, which blocks until one of them has more. */
export interface Feed {
  /** Begins to read, if it has not. */
  start(): void;
  close(): void;
}

export interface FeedOptions {
  readonly open: () => Promise<Connection>;
  /** The streams to read now, each with the ID of the last entry that is known. */
  readonly cursors: () => ReadonlyMap<string, string>;
  readonly onEntries: (key: string, entries: readonly Entry[]) => void;
  /** The connection could not be made, or broke. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds for which a read blocks where nothing comes. */
const BLOCK = 5000;
/** Milliseconds that a reply may take beyond that, before the connection is taken for dead, and another one is made. */
const LATE = 3000;
/** Milliseconds between attempts, while Redis cannot be reached. */
const RETRY = 250;
/** The longest answer of a read, in entries of each stream. */
const COUNT = 1000;
/** Streams that are read at once without a pause after each reading; more make Redis look up more for each. */
const FEW = 50;

export function createFeed({ open, cursors, onEntries, onError }: FeedOptions): Feed {
  let state: 'new' | 'open' | 'closed' = 'new';
  let connection: Connection | undefined;

  async function readOnce(): Promise<void> {
    connection ??= await open();
    if (state === 'closed') return connection.close();
    const all = cursors();
    const reading = connection.send([
      ['XREAD', 'COUNT', `${COUNT}`, 'BLOCK', `${BLOCK}`, 'STREAMS', ...all.keys(), ...all.values()],
    ]);
    const late = (): void => {
      connection?.close();
      connection = undefined;
    };
    const [reply] = await withTimeout(reading, BLOCK + LATE, 'Redis did not answer.', late);
    const { length } = connection.keyPrefix;
    for (const [key, entries] of streamsOf(valueOf(reply))) onEntries(key.slice(length), entries);
    // What comes meanwhile comes together.
    if (all.size > FEW) await sleep(1);
  }

  async function run(): Promise<void> {
    while (state === 'open') {
      try {
        await readOnce();
      } catch (error) {
        if ((state as string) === 'closed') return;
        onError(error);
        await sleep(RETRY);
      }
    }
  }

  return {
    start() {
      if (state !== 'new') return;
      state = 'open';
      void run();
    },
    close() {
      state = 'closed';
      connection?.close();
    },
  };
}
