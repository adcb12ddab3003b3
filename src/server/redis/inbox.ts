import type { Connection, Entry } from './connection.ts';
import type { Keys } from './keys.ts';

/** The messages between processes: each process reads a stream of its own, and writes to those of the others. */
export interface Inbox {
  /** The stream with the messages for this process, and the ID of the last message that has been read. */
  readonly cursor: readonly [key: string, id: string];
  receive(entries: readonly Entry[]): void;
  /** Asks the process that produces an answer to stop it. @param node The ID of that process */
  stop(node: string, id: string): Promise<void>;
  /** Ends the blocking read of this process, so that the next read includes new streams. */
  wake(): void;
  onStop(listener: (id: string) => void): void;
}

/** Milliseconds for which a message is kept. */
const LIFETIME = 60_000;

export function createInbox(connection: Connection, keys: Keys, node: string): Inbox {
  const own = keys.inbox(node);
  const listeners = new Set<(id: string) => void>();
  let position = '0-0';

  async function send(to: string, name: 'read' | 'stop', value: string): Promise<void> {
    const key = keys.inbox(to);
    await connection.send([
      ['XADD', key, 'MAXLEN', '~', '1000', '*', name, value],
      ['PEXPIRE', key, `${LIFETIME}`],
    ]);
  }

  function stopHere(id: string): void {
    for (const listener of listeners) listener(id);
  }

  return {
    get cursor() {
      return [own, position] as const;
    },
    receive(entries) {
      for (const { id, fields } of entries) {
        position = id;
        if (fields.stop) stopHere(fields.stop);
      }
    },
    async stop(to, id) {
      if (to === node) stopHere(id);
      else await send(to, 'stop', id);
    },
    // If Redis cannot be reached, the read ends anyway.
    wake: () => void send(node, 'read', '').catch(() => {}),
    onStop(listener) {
      listeners.add(listener);
    },
  };
}
