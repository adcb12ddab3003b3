import type { Random } from '../random.ts';
import type { Block, Step } from '../server/script.ts';
import type { Ids } from './plan.ts';

/** The fault of a connection. */
export type Fault =
  | 'none'
  /** Closed properly, but too soon: in mid-event if the answer has no end marker. */
  | 'eof'
  | 'cut'
  | 'reset'
  | 'stall'
  | 'silence'
  | 'refuse'
  | 'redirect'
  /** An error event in the stream. */
  | 'error'
  | '204'
  | '401'
  | '408'
  | '429'
  | '500'
  | '503'
  /** A 503 that asks for a longer wait than the page allows. */
  | 'over'
  | 'html';

/** The faults that a retry cannot change, except a 401 by other headers. */
export const PERMANENT: readonly Fault[] = ['204', '401', 'html', 'over'];

/** The faults that happen after an event stream has begun. */
export const OPENING: readonly Fault[] = ['none', 'eof', 'cut', 'reset', 'stall', 'error'];

/** The fault of one connection, and the steps of the server. */
export interface ConnectionPlan {
  readonly fault: Fault;
  readonly steps: readonly Step[];
}

/** The facts that decide which faults make sense. */
interface Conditions {
  readonly onFetch: boolean;
  readonly hasEnd: boolean;
  readonly isNumbered: boolean;
  readonly mayAuthorize: boolean;
}

export function pickFault(random: Random, { onFetch, hasEnd, isNumbered, mayAuthorize }: Conditions): Fault {
  const broken = random.pick(['eof', 'cut', 'cut', 'reset', 'reset', onFetch ? 'stall' : 'cut'] as const);
  const refused = random.pick(['silence', 'refuse', 'redirect', '408', '429', '500', '503'] as const);
  const permanent = random.pick(['204', '401', 'html', 'over', 'error'] as const);
  if (mayAuthorize && random.chance(0.3)) return '401';
  if (random.chance(0.1)) return permanent;
  if (random.chance(0.35)) return refused;
  if (random.chance(0.1)) return 'none';
  // A numbering server resumes after what it wrote, without knowing what arrived. So all of it must arrive.
  return isNumbered ? (hasEnd ? 'eof' : refused) : broken;
}

const HOUR = 3600;

/** `Retry-After` in all forms. Invalid ones have no effect on the delay. */
const WAITS: readonly Readonly<Record<string, string>>[] = [
  {},
  {},
  { 'retry-after': '0' },
  { 'retry-after-ms': '3' },
  { 'retry-after-ms': '2.5', 'retry-after': String(HOUR) },
  { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' },
  { 'retry-after': '-5' },
  { 'retry-after': 'soon' },
  { 'retry-after': '120, 120' },
  { 'retry-after': '' },
];

const LONG_WAITS: readonly Readonly<Record<string, string>>[] = [
  { 'retry-after': String(HOUR) },
  { 'retry-after-ms': String(HOUR * 1000) },
  { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' },
];

export function createConnection(
  fault: Fault,
  blocks: readonly Block[],
  ids: Ids,
  random: Random,
): ConnectionPlan {
  return { fault, steps: stepsOf(fault, blocks, ids, random) };
}

function stepsOf(fault: Fault, blocks: readonly Block[], ids: Ids, random: Random): readonly Step[] {
  const pause: readonly Step[] = random.chance(0.5) ? [{ wait: random.int(20) }] : [];
  switch (fault) {
    case 'none':
      return [answer(blocks, ids, random), ...pause, { end: true }];
    case 'eof': {
      const hasEnd = blocks.at(-1)!.text.includes('event: end');
      const stop = ids === 'numbered' ? 'between' : hasEnd ? undefined : 'inside';
      return [answer(blocks, ids, random, stop ?? 'anywhere'), ...pause, { end: true }];
    }
    case 'cut':
      return [answer(blocks, ids, random, 'anywhere'), ...pause, { cut: true }];
    case 'reset':
      return [answer(blocks, ids, random, 'anywhere'), ...pause, { reset: true }];
    case 'stall':
      return [answer(blocks, ids, random, 'anywhere'), ...pause, { hang: true }];
    case 'error':
      return [
        answer(blocks, ids, random, 'between'),
        { write: 'event: error\ndata: {"error":{"message":"overloaded"}}\n\n' },
        ...pause,
        { end: true },
      ];
    case 'silence':
      return [{ hang: true }];
    case 'refuse':
      return [{ reset: true }];
    case 'redirect':
      return [{ head: { status: 307, headers: { location: '?redirected' } } }, { end: true }];
    case 'html':
      return status(200, { 'content-type': 'text/html' }, '<title>Log in');
    case '204':
      return [{ head: { status: 204 } }, { end: true }];
    case 'over':
      return status(503, random.pick(LONG_WAITS));
    case '401':
    case '408':
    case '429':
    case '500':
    case '503':
      return status(Number(fault), random.pick(WAITS));
    default:
      return fault satisfies never;
  }
}

function answer(
  blocks: readonly Block[],
  ids: Ids,
  random: Random,
  stop?: 'anywhere' | 'between' | 'inside',
): Step {
  const size = blocks.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  return {
    blocks,
    // Some servers go too far back; some do not resume, and start over.
    back: ids === 'one' || ids === 'fresh' ? 1e9 : random.pick([0, 0, 0, 1, 3, 1e9]),
    // Repeated events without a unique ID can be recognised only by their order.
    old: ids === 'all' ? random.pick(['in order', 'reversed', 'twice']) : 'in order',
    upTo: stop ? random.int(size) : undefined,
    stop: stop === 'anywhere' ? undefined : stop,
    piece: random.pick([1, 7, 100, 1e9]),
    numbering: ids === 'numbered',
  };
}

function status(code: number, headers: Readonly<Record<string, string>>, body = 'no'): readonly Step[] {
  return [
    { head: { status: code, headers: { 'content-type': 'text/plain', ...headers } } },
    { write: body },
    { end: true },
  ];
}
