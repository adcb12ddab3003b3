import { createRandom, type Random } from '../random.ts';
import type { Block } from '../server/script.ts';
import { createConnection, pickFault, type Fault, type ConnectionPlan } from './faults.ts';

/** Which events of an answer have IDs, and of which kind. */
export type Ids =
  | 'all'
  | 'some'
  | 'none'
  /** All events have the same ID, so the server starts over on each connection. */
  | 'one'
  /** The IDs are new on each connection, so the server starts over, too. */
  | 'fresh'
  /** Numbered from 1 on each connection; the server resumes where it stopped writing. */
  | 'numbered';

/** One run: an answer, the fault of each connection, and the options of the page. */
export interface Plan {
  readonly seed: number;
  readonly texts: readonly string[];
  readonly connections: readonly ConnectionPlan[];
  readonly transport: 'eventsource' | 'fetch' | 'fetch-event-source';
  readonly method: 'GET' | 'POST';
  readonly ids: Ids;
  readonly reconnect: 'resume' | 'always' | 'never';
  /** `elsewhere`: a URL that replays the answer. */
  readonly resume: boolean | 'elsewhere' | undefined;
  readonly idempotencyKey: boolean;
  /** Whether the option `headers` is a function. */
  readonly hasFreshHeaders: boolean;
  /** Whether the answer ends with an end marker, which the page expects; otherwise with the connection. */
  readonly hasEnd: boolean;
  /** The option `retry.limit`: how many attempts in a row may bring nothing new. */
  readonly limit: number;
  /** The number of deltas after which the page closes the stream. */
  readonly closeAfter: number | undefined;
  /** Whether retrying is certain to get the whole answer. */
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
export function createPlan(seed: number): Plan {
  const random = createRandom(seed);
  const transport = random.pick(['eventsource', 'fetch', 'fetch'] as const);
  const onFetch = transport === 'fetch';
  const method = onFetch ? random.pick(['GET', 'POST'] as const) : 'GET';
  const ids = random.pick(['all', 'all', 'all', 'some', 'some', 'none', 'one', 'fresh', 'numbered'] as const);
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
  const hasFreshHeaders = onFetch && random.chance(0.4);
  const texts = createTexts(random);
  const faults = Array.from({ length: 1 + random.int(6) }, (_, at) =>
    pickFault(random, {
      onFetch,
      hasEnd,
      isNumbered: ids === 'numbered',
      mayAuthorize: hasFreshHeaders && at === 0,
    }),
  );
  if (random.chance(0.7)) faults.push('none');
  // Without a last fault, `always` would reconnect forever, as documented.
  else if (reconnect === 'always') faults.push('204');
  const write = blockWriter(texts, ids, hasEnd, random);
  const isRecoverable =
    (ids === 'all' || ids === 'one' || ids === 'fresh') &&
    method === 'GET' &&
    (resume === undefined || resume === true) &&
    reconnect !== 'never' &&
    faults.at(-1) === 'none' &&
    // Native EventSource cannot tell the end of a response from a broken connection.
    (hasEnd || onFetch) &&
    faults.every((fault, at) => isSurvivable(fault, at === 0 && hasFreshHeaders, hasEnd));
  const plan: Plan = {
    seed,
    texts,
    connections: faults.map((fault, at) => createConnection(fault, write(at), ids, random)),
    transport,
    method,
    ids,
    reconnect,
    resume,
    idempotencyKey: onFetch && random.chance(0.3),
    hasFreshHeaders,
    hasEnd,
    limit: isRecoverable ? faults.length : 1 + random.int(4),
    closeAfter: !isRecoverable && random.chance(0.1) ? random.int(4) : undefined,
    isRecoverable,
  };
  // `@microsoft/fetch-event-source` does not detect a silent connection.
  const isAdapted = onFetch && !faults.includes('stall') && random.chance(0.25);
  return isAdapted ? { ...plan, transport: 'fetch-event-source' } : plan;
}

/** Whether the answer survives this fault. */
function isSurvivable(fault: Fault, mayAuthorize: boolean, hasEnd: boolean): boolean {
  if (fault === '401') return mayAuthorize;
  // Without an end marker, the end of a response completes the answer.
  if (fault === 'eof') return !hasEnd;
  return !['204', 'html', 'over', 'error'].includes(fault);
}

/** The texts of an answer, some of them twice in a row. */
function createTexts(random: Random): readonly string[] {
  const texts: string[] = [];
  const length = 1 + random.int(12);
  while (texts.length < length) {
    const last = texts.at(-1);
    texts.push(last !== undefined && random.chance(0.25) ? last : random.pick(TEXTS));
  }
  return texts;
}

/**
 * Returns a function that creates the blocks of an answer for a connection. The last one is the end marker, if there is one.
 * Some have no ID; the IDs are of the kinds that servers use.
 */
function blockWriter(
  texts: readonly string[],
  ids: Ids,
  hasEnd: boolean,
  random: Random,
): (connection: number) => readonly Block[] {
  const lineEnd = random.pick(['\n', '\n', '\r\n', '\r']);
  const prefix = random.pick(['', '0-', '豆', 'a b ']);
  const marker = hasEnd ? [{ event: 'end', text: 'bye' }] : [];
  const all = [...texts.map((text) => ({ event: '', text })), ...marker].map(({ event, text }) => ({
    event,
    text,
    hasId: ids !== 'none' && ids !== 'numbered' && (ids !== 'some' || random.chance(0.4)),
    before: [
      ...(random.chance(0.15) ? [': keep-alive', ''] : []),
      ...(random.chance(0.1) ? [`retry: ${random.int(2)}`] : []),
    ],
  }));
  return (connection) =>
    all.map(({ event, text, hasId, before }, at) => {
      const number = ids === 'one' ? 0 : ids === 'fresh' ? `${connection}.${at}` : at;
      const id = hasId ? `${prefix}${number}` : undefined;
      const lines = [
        // The server writes the number in front of the block, so nothing may precede it.
        ...(ids === 'numbered' ? [] : before),
        ...(event ? [`event: ${event}`] : []),
        ...(id === undefined ? [] : [`id: ${id}`]),
        ...text.split('\n').map((line) => `data: ${line}`),
        '',
        '',
      ];
      return { id, text: lines.join(lineEnd) };
    });
}
