import { startTimer } from '../time.ts';
import { unwrapReply, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/**
 * Distinguishes a process that has died from one whose model is slow. A process that produces answers holds a lease and
 * renews it; a process that reads answers of another one checks its lease. In milliseconds. A death is noticed within
 * `lease + patience + 2 * period`, which is less than 10 s.
 */
const LEASE = { period: 1000, lease: 3500, patience: 3000 };

export interface Leases {
  /** Starts to renew and to check leases. Later calls do nothing. */
  start(): void;
  close(): void;
}

export interface LeaseOptions {
  readonly connection: Connection;
  readonly keys: Keys;
  /** The ID of this process. */
  readonly node: string;
  /** Whether this process is producing answers. */
  readonly isProducing: () => boolean;
  /** The IDs of the processes whose answers this process reads. */
  readonly producers: () => ReadonlySet<string>;
  readonly onDead: (node: string) => void;
}

/** The command that acquires or renews a lease. */
export function leaseCommand(keys: Keys, node: string): readonly string[] {
  return ['SET', keys.alive(node), '1', 'PX', `${LEASE.lease}`];
}

export function createLeases(options: LeaseOptions): Leases {
  const { connection, keys, node, isProducing, producers, onDead } = options;
  /** When each lease was first missing. Cleared whenever Redis could not be reached. */
  const missingSince = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let isClosed = false;

  async function renewAndCheck(): Promise<void> {
    const others = Array.from(producers()).filter((other) => other !== node);
    // While Redis refuses to write, as when it is full, no process can renew its lease. So one that misses a lease writes its own.
    const renewal = isProducing() || missingSince.size > 0 ? [leaseCommand(keys, node)] : [];
    const checks = others.map((other) => ['PTTL', keys.alive(other)]);
    const replies = await connection.send([...renewal, ...checks]);
    if (renewal.length) unwrapReply(replies[0]);
    const found = replies.slice(renewal.length).map((reply) => {
      const remaining = Number(unwrapReply(reply));
      // A lease that was never renewed since the clock of Redis was set back lasts longer than any lease.
      return remaining > 0 && remaining <= LEASE.lease;
    });
    const now = performance.now();
    for (const [at, other] of others.entries()) {
      const since = missingSince.get(other);
      if (found[at]) missingSince.delete(other);
      else if (since === undefined) missingSince.set(other, now);
      // Redis may have lost the lease in a restart: within `patience`, a living process acquires it again.
      else if (now - since >= LEASE.patience) onDead(other);
    }
    for (const known of missingSince.keys()) if (!others.includes(known)) missingSince.delete(known);
  }

  async function tick(): Promise<void> {
    try {
      const startedAt = performance.now();
      await renewAndCheck();
      // A late reply means that Redis could not be reached in the meantime.
      if (performance.now() - startedAt > LEASE.period) missingSince.clear();
    } catch {
      missingSince.clear();
    }
    if (!isClosed) cancel = startTimer(() => void tick(), LEASE.period);
  }

  return {
    start() {
      if (!cancel && !isClosed) cancel = startTimer(() => void tick(), LEASE.period);
    },
    close() {
      isClosed = true;
      cancel?.();
    },
  };
}
