import { sleep, withTimeout } from '../time.ts';
import { streamsOf, unwrapReply, type Connection, type Entry } from './connection.ts';

/** Reads any number of streams over one connection, with a command that blocks until one of them has new entries. */
export interface Feed {
  /** Starts reading. Later calls do nothing. */
  start(): void;
  close(): void;
}

export interface FeedOptions {
  /** Opens the connection. */
  readonly open: () => Connection;
  /** Returns the streams to read now, each with the ID of the last entry that has been read. */
  readonly cursors: () => ReadonlyMap<string, string>;
  readonly onEntries: (key: string, entries: readonly Entry[]) => void;
  /** Called when the connection could not be opened, or was lost. */
  readonly onError: (error: unknown) => void;
}

/** The longest time, in milliseconds, for which a read blocks. */
const BLOCK_TIME = 5000;
/** How much later, in milliseconds, a reply may come. After that, the connection is considered dead and is replaced. */
const REPLY_GRACE = 3000;
/** Milliseconds between attempts, while Redis cannot be reached. */
const RETRY_DELAY = 250;
/** The maximum number of entries that a read returns of each stream. */
const MAX_ENTRIES = 1000;
/** With more streams than this, a pause follows each read, because every read costs Redis a lookup for each stream. */
const MAX_STREAMS_WITHOUT_PAUSE = 50;

export function createFeed({ open, cursors, onEntries, onError }: FeedOptions): Feed {
  let state: 'new' | 'open' | 'closed' = 'new';
  let connection: Connection | undefined;

  function drop(): void {
    connection?.close();
    connection = undefined;
  }

  async function run(): Promise<void> {
    while (state === 'open') {
      try {
        connection ??= open();
        await readOnce(connection, cursors(), onEntries);
      } catch (error) {
        if ((state as string) === 'closed') return;
        // The client may have given up reconnecting, or the connection is dead.
        drop();
        onError(error);
        await sleep(RETRY_DELAY);
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
      drop();
    },
  };
}

/** Reads the new entries of streams once. @throws Error if Redis does not answer in time */
async function readOnce(
  connection: Connection,
  cursors: ReadonlyMap<string, string>,
  onEntries: FeedOptions['onEntries'],
): Promise<void> {
  const options = ['COUNT', `${MAX_ENTRIES}`, 'BLOCK', `${BLOCK_TIME}`];
  const startedAt = performance.now();
  const reading = connection.send([['XREAD', ...options, 'STREAMS', ...cursors.keys(), ...cursors.values()]]);
  const [reply] = await withTimeout(reading, BLOCK_TIME + REPLY_GRACE, 'Redis did not answer.');
  const streams = streamsOf(unwrapReply(reply)).filter(([, entries]) => entries.length);
  for (const [key, entries] of streams) onEntries(key.slice(connection.keyPrefix.length), entries);
  // A server that does not block, such as Upstash, would be asked without a pause.
  if (!streams.length && performance.now() - startedAt < RETRY_DELAY) await sleep(RETRY_DELAY);
  // The next read returns the entries of the pause together.
  else if (cursors.size > MAX_STREAMS_WITHOUT_PAUSE) await sleep(1);
}
