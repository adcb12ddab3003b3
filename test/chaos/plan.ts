import { createRandom, type Random } from '../random.ts';
import type { Block } from '../server/script.ts';
import { makeSteps, pickFault, type Fault, type Fate } from './faults.ts';

/** Whose IDs the events of an answer have. */
export type Ids =
  | 'all'
  | 'some'
  | 'none'
  /** All events have the same one, so the server starts over on each connection. */
  | 'one'
  /** Other ones on each connection, so the server starts over, too. */
  | 'fresh'
  /** From 1 on each connection; the server goes on where it stopped. */
  | 'numbered';

/** One run: an answer, what happens to each connection, and how the page asks. */
export interface Plan {
  readonly seed: number;
  readonly texts: readonly string[];
  readonly fates: readonly Fate[];
  readonly transport: 'eventsource' | 'fetch' | 'fetch-event-source';
  readonly method: 'GET' | 'POST';
  readonly ids: Ids;
  readonly reconnect: 'resume' | 'always' | 'never';
  /** `elsewhere` is a URL, where the answer is replayed. */
  readonly resume: boolean | 'elsewhere' | undefined;
  readonly idempotencyKey: boolean;
  /** The option `headers` is a function. */
  readonly hasFreshHeaders: boolean;
  /** The answer ends with an end marker, which the page expects; else with the connection. */
  readonly hasEnd: boolean;
  /** How many attempts in a row may bring nothing new. */
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
  const texts = makeTexts(random);
  const faults = Array.from({ length: 1 + random.int(6) }, (_, at) =>
    pickFault(random, {
      onFetch,
      hasEnd,
      isNumbered: ids === 'numbered',
      mayAuthorize: hasFreshHeaders && at === 0,
    }),
  );
  if (random.chance(0.7)) faults.push('none');
  // It would go on for ever, as it should.
  else if (reconnect === 'always') faults.push('204');
  const write = blockWriter(texts, ids, hasEnd, random);
  const isRecoverable =
    (ids === 'all' || ids === 'one' || ids === 'fresh') &&
    method === 'GET' &&
    (resume === undefined || resume === true) &&
    reconnect !== 'never' &&
    faults.at(-1) === 'none' &&
    // Native EventSource never knows an answer whole by its end alone.
    (hasEnd || onFetch) &&
    faults.every((fault, at) => isPassing(fault, at === 0 && hasFreshHeaders, hasEnd));
  const plan: Plan = {
    seed,
    texts,
    fates: faults.map((fault, at) => makeSteps(fault, write(at), ids, random)),
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
  }; // It cannot tell that a connection has fallen silent.
  const isAdapted = onFetch && !faults.includes('stall') && random.chance(0.25);
  return isAdapted ? { ...plan, transport: 'fetch-event-source' } : plan;
}

/** Whether a fault takes nothing from the answer but time. */
function isPassing(fault: Fault, mayAuthorize: boolean, hasEnd: boolean): boolean {
  if (fault === '401') return mayAuthorize;
  // An end in good order that brings nothing new is one.
  if (fault === 'eof') return !hasEnd;
  return !['204', 'html', 'over', 'error'].includes(fault);
}

/** Words of an answer, some of them twice in a row. */
function makeTexts(random: Random): readonly string[] {
  const texts: string[] = [];
  const length = 1 + random.int(12);
  while (texts.length < length) {
    const last = texts.at(-1);
    texts.push(last !== undefined && random.chance(0.25) ? last : random.pick(TEXTS));
  }
  return texts;
}

/**
 * Makes the blocks of an answer for each connection, the end marker the last if there is one. Some carry no ID; their
 * IDs are of the kinds that servers use.
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
        // The number that the server writes stands before the block.
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
