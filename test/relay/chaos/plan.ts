import { createRandom, type Random } from '../../random.ts';

/** A fault of a connection between page and relay, or none. */
export type Fault =
  | { readonly type: 'none' }
  /** No response. */
  | { readonly type: 'refused' }
  /** After so many bytes the connection breaks, closes normally, or stalls for a while and then breaks. */
  | { readonly type: 'cut' | 'closed' | 'stalled'; readonly after: number };

/** An incident, so many milliseconds after the request. */
type Incident = {
  readonly type: 'stop' | 'kill-producer' | 'kill-other' | 'redis-away' | 'none';
  readonly at: number;
};

interface ReaderPlan {
  /** `asks`: with the key of the run. `resumes`: later, with the ID of the answer's start. */
  readonly joins: 'asks' | 'resumes';
  readonly after: number;
  readonly faults: readonly Fault[];
}

/** One run: a model's answer, the processes, the readers, and the faults. */
export interface Plan {
  readonly seed: number;
  readonly store: 'memory' | 'redis' | 'ioredis';
  readonly tokens: readonly string[];
  /** Milliseconds before each token. */
  readonly delays: readonly number[];
  /** How the model ends. `silent-end`: its stream ends normally, but without a finish reason. */
  readonly ending: 'whole' | 'throws' | 'throws-at-once' | 'silent-end';
  readonly incident: Incident;
  readonly readers: readonly ReaderPlan[];
}

const WORDS = ['tea', ' ☕', '\n\n', ' data: x', 'id: 7', '👩‍👩‍👧', ' é', ' "q"', '\r', ' '];

export function createPlan(seed: number, hasRedis: boolean): Plan {
  const random = createRandom(seed);
  const store = hasRedis ? random.pick(['memory', 'redis', 'ioredis'] as const) : 'memory';
  const tokens = Array.from({ length: random.int(40) }, () => random.pick(WORDS));
  return {
    seed,
    store,
    tokens,
    delays: tokens.map(() => (random.chance(0.1) ? random.int(150) : random.int(10))),
    ending: random.chance(0.7) ? 'whole' : random.pick(['throws', 'throws-at-once', 'silent-end'] as const),
    incident: { type: incidentOf(random, store), at: random.int(400) },
    readers: Array.from({ length: 1 + random.int(3) }, (_, at) => ({
      joins: at === 0 || random.chance(0.5) ? 'asks' : 'resumes',
      after: at === 0 ? 0 : random.int(2) * random.int(300),
      faults: Array.from({ length: random.int(4) }, () => faultOf(random)),
    })),
  };
}

function incidentOf(random: Random, store: Plan['store']): Incident['type'] {
  if (random.chance(0.5)) return 'none';
  if (store === 'memory') return 'stop';
  // Readers notice the death of a producer only after seconds.
  return random.chance(0.1) ? 'kill-producer' : random.pick(['stop', 'kill-other', 'redis-away'] as const);
}

function faultOf(random: Random): Fault {
  const type = random.pick(['none', 'refused', 'cut', 'cut', 'closed', 'stalled'] as const);
  return type === 'none' || type === 'refused' ? { type } : { type, after: random.int(3000) };
}
