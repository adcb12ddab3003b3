import { startTimer } from '../time.ts';
import { valueOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/**
 * Tells processes that have died from those whose model is slow. A process that makes answers holds a lease and renews
 * it; a process that reads answers of another one looks for its lease. Milliseconds; a death is told after
 * `lease + patience + 2 * period` at the latest, which is under 10 s.
 */
const LEASE = { period: 1000, lease: 3500, patience: 3000 };

export interface Leases {
  /** Begins to renew and to look, if it has not. */
  start(): void;
  close(): void;
}

export interface LeaseOptions {
  readonly connection: Connection;
  readonly keys: Keys;
  /** This process. */
  readonly node: string;
  /** Whether this process makes answers now. */
  readonly isProducing: () => boolean;
  /** The processes whose answers are read here. */
  readonly producers: () => ReadonlySet<string>;
  readonly onDead: (node: string) => void;
}

/** The command that takes or renews a lease. */
export function leaseCommand(keys: Keys, node: string): readonly string[] {
  return ['SET', keys.alive(node), '1', 'PX', `${LEASE.lease}`];
}

export function createLeases(options: LeaseOptions): Leases {
  const { connection, keys, node, isProducing, producers, onDead } = options;
  /** Since when each lease has been missing, with Redis reached all the time. */
  const missingSince = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let isClosed = false;

  async function renewAndLook(): Promise<void> {
    const others = Array.from(producers()).filter((one) => one !== node);
    const renewal = isProducing() ? [leaseCommand(keys, node)] : [];
    const replies = await connection.send([...renewal, ...others.map((one) => ['EXISTS', keys.alive(one)])]);
    const found = replies.slice(renewal.length).map((reply) => Number(valueOf(reply)) > 0);
    const now = Date.now();
    for (const [at, other] of others.entries()) {
      const since = missingSince.get(other);
      if (found[at]) missingSince.delete(other);
      else if (since === undefined) missingSince.set(other, now);
      // Redis may have been away, and forgotten the lease: a process that lives takes it again meanwhile.
      else if (now - since >= LEASE.patience) onDead(other);
    }
    for (const known of missingSince.keys()) if (!others.includes(known)) missingSince.delete(known);
  }

  async function tick(): Promise<void> {
    try {
      const began = Date.now();
      await renewAndLook();
      // A reply that was so long in coming says nothing of how it was meanwhile.
      if (Date.now() - began > LEASE.period) missingSince.clear();
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
