import { createRandom, type Random } from '../../random.ts';

/** How a connection between page and relay goes wrong, or does not. */
export type Fault =
  | { readonly type: 'none' }
  /** No answer at all. */
  | { readonly type: 'refused' }
  /** It breaks, or closes in good order, after so many bytes; or stalls there for a while and breaks then. */
  | { readonly type: 'cut' | 'closed' | 'stalled'; readonly after: number };

/** What else happens, so many milliseconds after the question. */
type Incident = {
  readonly type: 'stop' | 'kill-maker' | 'kill-other' | 'redis-away' | 'none';
  readonly at: number;
};

interface ReaderPlan {
  /** It asks with the key of the run, or comes later with the ID of the first reader's beginning. */
  readonly joins: 'asks' | 'resumes';
  readonly after: number;
  readonly faults: readonly Fault[];
}

/** One run: a model's answer, the processes, the readers, and what goes wrong. */
export interface Plan {
  readonly seed: number;
  readonly store: 'memory' | 'redis' | 'ioredis';
  readonly tokens: readonly string[];
  /** Milliseconds before each token. */
  readonly delays: readonly number[];
  /** How the model ends. `silent-end`: its stream ends in good order, without a finish reason. */
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
  // The death of a maker takes seconds to be told.
  return random.chance(0.1) ? 'kill-maker' : random.pick(['stop', 'kill-other', 'redis-away'] as const);
}

function faultOf(random: Random): Fault {
  const type = random.pick(['none', 'refused', 'cut', 'cut', 'closed', 'stalled'] as const);
  return type === 'none' || type === 'refused' ? { type } : { type, after: random.int(3000) };
}
