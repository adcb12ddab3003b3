import type { StreamResult } from '../../src/index.ts';
import type { SeenRequest } from '../server/script.ts';
import { OPENING, PERMANENT, type Fault } from './faults.ts';
import type { Plan } from './plan.ts';

/** The result of a plan, and what the server and the page saw. */
export interface Run {
  readonly result: StreamResult;
  readonly requests: readonly SeenRequest[];
  /** The text that an iterator received since the answer last started over. */
  readonly iterated: string;
  /** The data of the events that the page received since the answer last started over. */
  readonly events: readonly string[];
  /** The number of connections that the page closed after a timeout. */
  readonly timeouts: number;
  readonly isLate: boolean;
}

/** The behaviour of a browser that a page cannot change. */
export interface Engine {
  /** Whether it repeats a GET by itself that got no byte of a response. */
  readonly repeatsGets: boolean;
  /** Whether it reports a connection that was cut as one that ended properly. */
  readonly hidesCuts: boolean;
}

/**
 * The promises that a run violates; empty if all hold. They are the README's promises and the docs' table «What happens when a
 * connection ends», checked against what the server sent, without knowledge of Teleprinter's code.
 */
export function violations(plan: Plan, run: Run, engine: Engine): string[] {
  const { result, requests, iterated, events, isLate } = run;
  const { outcome, text } = result;
  const violated: string[] = [];
  const check = (isTrue: boolean, what: string): void => {
    if (!isTrue) violated.push(what);
  };
  check(!isLate, 'a stream ends');
  check(text === events.join(''), 'the text is that of the events');
  // A restart removes unread text from the result, but not from the iterator.
  if (plan.reconnect !== 'always') check(iterated === text, 'an iterator receives the text of the result');
  const isError = outcome === 'truncated' || outcome === 'failed';
  check(
    Boolean(result.error) === isError,
    'there is an error exactly with the outcomes truncated and failed',
  );
  check(outcome !== 'stopped' || plan.closeAfter !== undefined, 'only the page stops a stream');

  const progress = progressOf(plan, events);
  const maySkip = isAmbiguous(plan, run);
  check(maySkip || progress !== undefined, 'nothing is lost or invented');
  check(
    isSubsequence(events, sentTexts(plan, run)),
    'no event arrives that was not sent, or more often than it was sent',
  );
  if (!mayRepeat(plan, run))
    check(progress === undefined || progress.repeated === 0, 'no event arrives twice');
  if (outcome === 'complete' && proofOfEnd(plan, run, engine) !== 'no content') {
    check(maySkip || progress?.reached === plan.texts.length, 'a complete answer has the whole text');
  }
  if (outcome === 'complete')
    check(Boolean(proofOfEnd(plan, run, engine)), 'only an end makes an answer complete');
  const isEnded = engine.hidesCuts && plan.connections.some(({ fault }) => fault === 'cut');
  if (plan.isRecoverable && !isEnded) check(outcome === 'complete', 'a recoverable answer is complete');
  check(outcome !== 'truncated' || events.length > 0, 'an answer without events is failed, not truncated');
  check(
    outcome !== 'failed' || events.length === 0 || isFinal(plan, run),
    'an answer with events fails only by an error that a retry cannot change',
  );

  for (const [at, request] of requests.entries()) {
    if (at > 0) check(isRequestAllowed(plan, requests, at, engine), `request ${at + 1} is within the policy`);
    check(request.method === 'GET' || request.body === '{"prompt":"hi"}', 'a POST carries its body');
  }
  const own = requests.filter(({ method }) => method === plan.method);
  check(
    new Set(own.map(({ headers }) => headers['idempotency-key'])).size === 1,
    'the idempotency key stays the same',
  );
  return violated;
}

/**
 * How many events of the answer the page has, and how many of them arrived again. `undefined` if an event is neither the next
 * one nor an earlier one: then something was lost or invented.
 */
function progressOf(
  { texts }: Plan,
  events: readonly string[],
): { reached: number; repeated: number } | undefined {
  let reached = 0;
  for (const event of events) {
    if (event === texts[reached]) reached++;
    else if (!texts.slice(0, reached).includes(event)) return undefined;
  }
  return { reached, repeated: events.length - reached };
}

/** The data of all events that the server sent. */
function sentTexts({ texts }: Plan, { requests }: Run): readonly string[] {
  return requests.flatMap(({ sent }) => sent.flatMap((place) => texts[place] ?? []));
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const one of whole) if (one === part[at]) at++;
  return at === part.length;
}

/**
 * Whether an event may arrive twice: only if the server sends it again, and nothing proves that it is the same one.
 * - `reconnect: 'always'` filters nothing.
 * - An event that is sent again with another ID is another event.
 * - An error interrupts repeated events without unique IDs, before all of them have been sent again.
 * - The last two events of the connection have the same ID and data. No later event shows whether the ID is unique.
 */
function mayRepeat(plan: Plan, { requests }: Run): boolean {
  const { reconnect, ids } = plan;
  const { sent } = requests.at(-1)!;
  return (
    reconnect === 'always' ||
    ids === 'fresh' ||
    (['some', 'none', 'one'].includes(ids) && faultOf(plan, requests.length - 1) === 'error') ||
    (sent.length > 1 && sent.at(-1) === sent.at(-2))
  );
}

/**
 * Whether a page cannot tell new events from repeated ones: if a server numbers them from 1 on each connection, and they have
 * the same data as earlier events with these numbers. Not if there is only one such event and the next one shows that the
 * numbers start over.
 */
function isAmbiguous({ ids, texts, reconnect }: Plan, { requests }: Run): boolean {
  if (ids !== 'numbered' || reconnect === 'always') return false;
  const known = new Map<number, string | undefined>();
  for (const { sent } of requests) {
    let alike = 0;
    for (const [index, place] of sent.entries()) {
      const isKnown = known.has(index);
      if (isKnown && known.get(index) !== texts[place]) return alike > 1;
      if (isKnown) alike++;
      known.set(index, texts[place]);
    }
    if (alike) return true;
  }
  return false;
}

/** What proves, on the last connection, that the answer is whole. */
function proofOfEnd(
  plan: Plan,
  { requests, events }: Run,
  { hidesCuts }: Engine,
): 'end' | 'no content' | undefined {
  const { texts, hasEnd, transport } = plan;
  const last = faultOf(plan, requests.length - 1);
  // A 204 completes an answer that had no events, or that has no end marker.
  if (last === '204' && (events.length === 0 || !hasEnd)) return 'no content';
  const { sent } = requests.at(-1)!;
  if (hasEnd) return sent.includes(texts.length) ? 'end' : undefined;
  const isOnFetch = transport !== 'eventsource' || requests.length > 1;
  if (hidesCuts && last === 'cut') return 'end';
  // An `eof` in mid-event is a cut, but if the page has the rest it is the end.
  return isOnFetch && ['none', 'eof'].includes(last) ? 'end' : undefined;
}

/** Whether the last response of the server was a permanent error. */
function isFinal(plan: Plan, { requests, result }: Run): boolean {
  const last = faultOf(plan, requests.length - 1);
  return PERMANENT.includes(last) || (last === 'error' && result.error?.code === 'provider');
}

/** The fault of a connection. The last one of the plan applies to all later connections. */
function faultOf({ connections }: Plan, at: number): Fault {
  return connections[Math.min(at, connections.length - 1)]!.fault;
}

/** Whether the policy allows this request after the faults of the earlier connections. */
function isRequestAllowed(plan: Plan, requests: readonly SeenRequest[], at: number, engine: Engine): boolean {
  const { transport, method, reconnect, resume, idempotencyKey, hasEnd, texts } = plan;
  const before = faultOf(plan, at - 1);
  if (isRepeatedByBrowser(plan, requests, at - 1, engine)) return true;
  // Native EventSource hides the status and how a response ended, so one more request is made by fetch.
  const isFirstOnNative =
    transport === 'eventsource' &&
    [...requests.keys()]
      .slice(0, at - 1)
      .every((index) => isRepeatedByBrowser(plan, requests, index, engine));
  if (reconnect === 'never') return false;
  if (before === 'error') return false;
  // No request follows the end marker. Without one, a request with the last event ID asks for more.
  if (before === 'none' && hasEnd && requests[at - 1]!.sent.includes(texts.length)) return false;
  if (before === '401' && mayRetryUnauthorized(plan, requests, at)) return true;
  if (PERMANENT.includes(before)) return isFirstOnNative;
  if (reconnect === 'always') return true;
  const { headers } = requests[at]!;
  if (headers['last-event-id']) return resume !== false && (method === 'GET' || resume !== undefined);
  if (resume === 'elsewhere' && requests[at]!.method === 'GET') return true;
  // Nothing had arrived: the request is repeated if it is safe or the server refused it.
  return method === 'GET' || idempotencyKey || before === '429' || before === '503';
}

/**
 * Whether one more request may follow a 401: if `headers` is a function, once until a connection opens, and before any event
 * arrived. Written bytes do not count: a broken connection loses those that the page had not read.
 */
function mayRetryUnauthorized(plan: Plan, requests: readonly SeenRequest[], at: number): boolean {
  const earlier = requests.slice(0, at - 1);
  const opened = earlier.findLastIndex(
    ({ written }, index) => written > 0 && OPENING.includes(faultOf(plan, index)),
  );
  const others = earlier.slice(opened + 1);
  return (
    plan.hasFreshHeaders &&
    !requests[at]!.headers['last-event-id'] &&
    others.every((_, index) => faultOf(plan, opened + 1 + index) !== '401')
  );
}

/** Whether the browser repeats the request itself: it follows redirects, and some repeat a GET that got no byte of a response. */
function isRepeatedByBrowser(
  plan: Plan,
  requests: readonly SeenRequest[],
  at: number,
  { repeatsGets }: Engine,
): boolean {
  const fault = faultOf(plan, at);
  const { method, written } = requests[at]!;
  const isUnanswered = written === 0 && ['refuse', 'cut', 'reset'].includes(fault);
  return fault === 'redirect' || (repeatsGets && method === 'GET' && isUnanswered);
}
