import { createRandom, type Random } from '../random.ts';
import type { Block, Step } from '../server/script.ts';

/** How a connection of a plan goes wrong, or does not. */
export type Fault =
  | 'none'
  | 'eof'
  | 'cut'
  | 'reset'
  | 'stall'
  | 'silence'
  | 'refuse'
  | 'redirect'
  | '204'
  | '401'
  | '408'
  | '429'
  | '500'
  | '503'
  | 'html';

/** What asking again cannot change. */
export const PERMANENT: readonly Fault[] = ['204', '401', 'html'];

/** One run: an answer, what happens to each connection, and how the page asks. */
export interface Plan {
  readonly seed: number;
  readonly text: string;
  readonly faults: readonly Fault[];
  readonly script: readonly (readonly Step[])[];
  readonly transport: 'eventsource' | 'fetch';
  readonly method: 'GET' | 'POST';
  readonly ids: 'all' | 'some' | 'none';
  readonly reconnect: 'resume' | 'always' | 'never';
  /** `elsewhere` is a URL, where the answer is replayed. */
  readonly resume: boolean | 'elsewhere' | undefined;
  readonly idempotencyKey: boolean;
  /** The answer ends with an end marker, which the page expects; else with the connection. */
  readonly hasEnd: boolean;
  /** How many attempts in a row may fail. */
  readonly limit: number;
  /** The page closes the stream after so many deltas. */
  readonly closeAfter: number | undefined;
  /** Nothing but patience is needed to get the whole answer. */
  readonly isRecoverable: boolean;
}

const TEXTS = [
  'a',
  'a',
  ' ',
  'Hello ',
  '€',
  '豆腐',
  '🙂',
  '👩‍👩‍👧',
  'x'.repeat(300),
  'two\nlines',
  '\n',
  ': ',
  '{"a":1}',
];

/** The plan of this seed. */
export function makePlan(seed: number): Plan {
  const random = createRandom(seed);
  const transport = random.pick(['eventsource', 'fetch', 'fetch'] as const);
  const onFetch = transport === 'fetch';
  const method = onFetch ? random.pick(['GET', 'POST'] as const) : 'GET';
  const ids = random.pick(['all', 'all', 'some', 'none'] as const);
  const hasEnd = random.chance(0.75);
  // Without an end marker a live feed never ends.
  const reconnect = random.pick([
    'resume',
    'resume',
    'resume',
    'never',
    hasEnd ? 'always' : 'never',
  ] as const);
  const resume = random.pick([undefined, undefined, true, false, ...(onFetch ? ['elsewhere' as const] : [])]);
  const idempotencyKey = onFetch && random.chance(0.3);

  const texts = Array.from({ length: 1 + random.int(12) }, () => random.pick(TEXTS));
  const blocks = makeBlocks(texts, ids, hasEnd, random);
  const faults = Array.from({ length: 1 + random.int(6) }, () => pickFault(random, onFetch, hasEnd));
  if (random.chance(0.7)) faults.push('none');
  // It would go on for ever, as it should.
  else if (reconnect === 'always') faults.push('204');
  const isRecoverable =
    ids === 'all' &&
    method === 'GET' &&
    (resume === undefined || resume === true) &&
    reconnect !== 'never' &&
    faults.at(-1) === 'none' &&
    // Native EventSource never knows an answer whole by its end alone.
    (hasEnd || onFetch) &&
    // An end in good order that brings nothing new is one.
    !faults.some((fault) => fault === 'eof' || PERMANENT.includes(fault));
  return {
    seed,
    text: texts.join(''),
    faults,
    script: faults.map((fault) => makeSteps(fault, blocks, ids, random)),
    transport,
    method,
    ids,
    reconnect,
    resume,
    idempotencyKey,
    hasEnd,
    limit: isRecoverable ? faults.length : 1 + random.int(4),
    closeAfter: !isRecoverable && random.chance(0.1) ? random.int(4) : undefined,
    isRecoverable,
  };
}

function pickFault(random: Random, onFetch: boolean, hasEnd: boolean): Fault {
  const broken = random.pick(['eof', 'cut', 'cut', 'reset', 'reset', onFetch ? 'stall' : 'cut'] as const);
  const refused = random.pick(['silence', 'refuse', 'redirect', '408', '429', '500', '503'] as const);
  const permanent = random.pick(['204', '401', 'html'] as const);
  const fault = random.chance(0.08)
    ? permanent
    : random.chance(0.35)
      ? refused
      : random.chance(0.1)
        ? 'none'
        : broken;
  // Nobody can tell these from the end of an answer that has no end marker.
  return !hasEnd && (fault === 'eof' || fault === '204') ? 'reset' : fault;
}

/** The blocks of an answer, the end marker the last if there is one. Some carry no ID; their IDs are of the kinds that servers use. */
function makeBlocks(texts: readonly string[], ids: Plan['ids'], hasEnd: boolean, random: Random): Block[] {
  const lineEnd = random.pick(['\n', '\n', '\r\n', '\r']);
  const prefix = random.pick(['', '0-', '豆', 'a b ']);
  const marker = hasEnd ? [{ event: 'end', text: 'bye' }] : [];
  const all = [...texts.map((text) => ({ event: '', text })), ...marker];
  return all.map(({ event, text }, at) => {
    const id = ids === 'all' || (ids === 'some' && random.chance(0.4)) ? `${prefix}${at}` : undefined;
    const lines = [
      ...(random.chance(0.15) ? [': keep-alive', ''] : []),
      ...(random.chance(0.1) ? ['retry: 1'] : []),
      ...(event ? [`event: ${event}`] : []),
      ...(id === undefined ? [] : [`id: ${id}`]),
      ...text.split('\n').map((line) => `data: ${line}`),
      '',
      '',
    ];
    return { id, text: lines.join(lineEnd) };
  });
}

function makeSteps(fault: Fault, blocks: readonly Block[], ids: Plan['ids'], random: Random): Step[] {
  const type = (value: string): Record<string, string> => ({ 'content-type': value });
  switch (fault) {
    case 'none':
    case 'eof':
    case 'cut':
    case 'reset':
    case 'stall': {
      const size = blocks.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
      const answer: Step = {
        blocks,
        // A server that goes too far back; or that knows nothing of resuming, and starts over.
        back: random.pick([0, 0, 0, 1, 3, 1e9]),
        // Old events without an ID can be told from new ones by their order alone.
        old: ids === 'all' ? random.pick(['in order', 'reversed', 'twice']) : 'in order',
        upTo: fault === 'none' ? undefined : random.int(size),
        piece: random.pick([1, 7, 100, 1e9]),
      };
      const last: Step[] = {
        none: [{ end: true } as const],
        eof: [{ end: true } as const],
        cut: [{ cut: true } as const],
        reset: [{ reset: true } as const],
        stall: [{ hang: true } as const],
      }[fault];
      return random.chance(0.5) ? [answer, { wait: random.int(20) }, ...last] : [answer, ...last];
    }
    case 'silence':
      return [{ hang: true }];
    case 'refuse':
      return [{ reset: true }];
    case 'redirect':
      return [{ head: { status: 307, headers: { location: '?redirected' } } }, { end: true }];
    case 'html':
      return [
        { head: { status: 200, headers: type('text/html') } },
        { write: '<title>Log in' },
        { end: true },
      ];
    case '204':
      return [{ head: { status: 204 } }, { end: true }];
    case '401':
    case '408':
    case '429':
    case '500':
    case '503': {
      const headers = { ...type('text/plain'), ...(random.chance(0.5) ? { 'retry-after': '0' } : {}) };
      return [{ head: { status: Number(fault), headers } }, { write: 'no' }, { end: true }];
    }
    default:
      return fault satisfies never;
  }
}
