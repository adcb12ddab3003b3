import type { StreamResult } from '../../src/index.ts';
import type { SeenRequest } from '../server/script.ts';
import { OPENING, PERMANENT, type Fault } from './faults.ts';
import type { Plan } from './plan.ts';

/** What came of a plan. */
export interface Run {
  readonly result: StreamResult;
  readonly requests: readonly SeenRequest[];
  /** What an iterator over the text got, from the last start of the answer. */
  readonly iterated: string;
  /** The data of the events that the page got, from the last start of the answer. */
  readonly events: readonly string[];
  /** How many connections the page gave up for their silence. */
  readonly timeouts: number;
  readonly isLate: boolean;
}

/** What a browser does that no page can help. */
export interface Engine {
  /** It repeats a GET by itself that got no byte of an answer. */
  readonly repeatsGets: boolean;
  /** To it, a connection that was cut has ended in good order. */
  readonly hidesCuts: boolean;
}

/**
 * What is wrong with a run: nothing, where the promises hold. It goes by the README's promises and the docs' table «What
 * happens when a connection ends», and by what the server sent, not by how Teleprinter does it.
 */
export function violations(plan: Plan, run: Run, engine: Engine): string[] {
  const { result, requests, iterated, events, isLate } = run;
  const { outcome, text } = result;
  const wrong: string[] = [];
  const demand = (isTrue: boolean, what: string): void => {
    if (!isTrue) wrong.push(what);
  };
  demand(!isLate, 'a stream ends');
  demand(text === events.join(''), 'the text is that of the events');
  // A restart drops what an iterator had not read yet from the text, not from the iterator.
  if (plan.reconnect !== 'always') demand(iterated === text, 'an iterator gets the text of the result');
  const isError = outcome === 'truncated' || outcome === 'failed';
  demand(Boolean(result.error) === isError, 'an error goes with its outcomes');
  demand(outcome !== 'stopped' || plan.closeAfter !== undefined, 'nothing stops but the page');

  const places = placesOf(plan, events);
  const maySkip = cannotTell(plan, run);
  demand(maySkip || places !== undefined, 'nothing is lost on the way, or made up');
  demand(
    isSubsequence(events, sentTo(plan, run)),
    'nothing comes that was not sent, or more often than it was',
  );
  if (!mayRepeat(plan, run)) demand(places === undefined || places.repeated === 0, 'nothing comes twice');
  if (outcome === 'complete' && saysItIsWhole(plan, run, engine) !== 'no content') {
    demand(maySkip || places?.reached === plan.texts.length, 'a complete answer is the whole one');
  }
  if (outcome === 'complete')
    demand(Boolean(saysItIsWhole(plan, run, engine)), 'only an end makes an answer complete');
  const isEnded = engine.hidesCuts && plan.fates.some(({ fault }) => fault === 'cut');
  if (plan.isRecoverable && !isEnded) demand(outcome === 'complete', 'what can be got is got');
  demand(outcome !== 'truncated' || events.length > 0, 'what had not begun is not truncated, but failed');
  demand(
    outcome !== 'failed' || events.length === 0 || isFinal(plan, run),
    'what had begun does not fail, but for an error that asking again cannot change',
  );

  for (const [at, request] of requests.entries()) {
    if (at > 0) demand(mayAsk(plan, requests, at, engine), `request ${at + 1} is within the policy`);
    demand(request.method === 'GET' || request.body === '{"prompt":"hi"}', 'a POST carries its body');
  }
  const own = requests.filter(({ method }) => method === plan.method);
  demand(
    new Set(own.map(({ headers }) => headers['idempotency-key'])).size === 1,
    'the idempotency key stays the same',
  );
  return wrong;
}

/**
 * How far in the answer the events come, and how many of them came before. Each is the next one, or one that came
 * before; else something was lost or made up.
 */
function placesOf(
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
function sentTo({ texts }: Plan, { requests }: Run): readonly string[] {
  return requests.flatMap(({ sent }) => sent.flatMap((place) => texts[place] ?? []));
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const one of whole) if (one === part[at]) at++;
  return at === part.length;
}

/**
 * Whether an event may come twice: only where the server sends it again, and nothing proves that it is the same one.
 * - `reconnect: 'always'` filters nothing.
 * - What comes again under another ID is another event.
 * - An error breaks into events without an ID of their own that are being sent again, before their run is whole.
 * - The last two events of the connection have the same ID and data. Nothing follows that shows whether the ID names one.
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
 * Whether nobody can tell new events from old ones: those of a server that numbers them from 1 on each connection, where
 * they have the data, too, of those that had their numbers before; but not where there is one of them, and the next
 * shows that the numbers mean nothing.
 */
function cannotTell({ ids, texts, reconnect }: Plan, { requests }: Run): boolean {
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

/** What says, on the last connection, that the answer is whole. */
function saysItIsWhole(
  plan: Plan,
  { requests, events }: Run,
  { hidesCuts }: Engine,
): 'end' | 'no content' | undefined {
  const { texts, hasEnd, transport } = plan;
  const last = faultOf(plan, requests.length - 1);
  // The server has nothing to send: where nothing had come, or nothing tells that more was to come.
  if (last === '204' && (events.length === 0 || !hasEnd)) return 'no content';
  const { sent } = requests.at(-1)!;
  if (hasEnd) return sent.includes(texts.length) ? 'end' : undefined;
  const isOnFetch = transport !== 'eventsource' || requests.length > 1;
  if (hidesCuts && last === 'cut') return 'end';
  // In mid-event `eof` is a cut, but where the rest was there it is the end.
  return isOnFetch && ['none', 'eof'].includes(last) ? 'end' : undefined;
}

/** Whether the last answer of the server was an error for good. */
function isFinal(plan: Plan, { requests, result }: Run): boolean {
  const last = faultOf(plan, requests.length - 1);
  return PERMANENT.includes(last) || (last === 'error' && result.error?.code === 'provider');
}

/** What went wrong on this connection: the last fault is that of all later ones. */
function faultOf({ fates }: Plan, at: number): Fault {
  return fates[Math.min(at, fates.length - 1)]!.fault;
}

/** Whether the policy allows this request, after what the server did on the connections before it. */
function mayAsk(plan: Plan, requests: readonly SeenRequest[], at: number, engine: Engine): boolean {
  const { transport, method, reconnect, resume, idempotencyKey, hasEnd, texts } = plan;
  const before = faultOf(plan, at - 1);
  if (isRepeatedByBrowser(plan, requests, at - 1, engine)) return true;
  // Native EventSource hides the status, for which fetch asks once more; and how a response ended.
  const isFirstOnNative =
    transport === 'eventsource' &&
    [...requests.keys()]
      .slice(0, at - 1)
      .every((index) => isRepeatedByBrowser(plan, requests, index, engine));
  if (reconnect === 'never') return false;
  if (before === 'error') return false;
  // Where the end came, nothing follows. Without an end marker, a last event ID is asked whether more is to come.
  if (before === 'none' && hasEnd && requests[at - 1]!.sent.includes(texts.length)) return false;
  if (before === '401' && mayAuthorize(plan, requests, at)) return true;
  if (PERMANENT.includes(before)) return isFirstOnNative;
  if (reconnect === 'always') return true;
  const { headers } = requests[at]!;
  if (headers['last-event-id']) return resume !== false && (method === 'GET' || resume !== undefined);
  if (resume === 'elsewhere' && requests[at]!.method === 'GET') return true;
  // Nothing had arrived: the same request again, where the server did not take it on or it is safe.
  return method === 'GET' || idempotencyKey || before === '429' || before === '503';
}

/**
 * Whether a 401 may be answered by one more request: by the headers of a function, once until a connection opens, and
 * before anything came. Not all that was sent came: a connection that breaks takes with it what the page had not read.
 */
function mayAuthorize(plan: Plan, requests: readonly SeenRequest[], at: number): boolean {
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

/** Whether the browser itself asks again: it follows redirects, and some repeat a GET that got no byte of an answer. */
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
