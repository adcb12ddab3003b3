import { expect, inject, test } from 'vitest';
import { server as engine } from 'vitest/browser';
import { stream, type StreamOptions, type StreamResult } from '../../src/core.ts';
import { makePlan, PERMANENT, type Fault, type Plan } from '../chaos/plan.ts';
import { serve, type Served } from '../server/client.ts';
import type { SeenRequest } from '../server/script.ts';

/** As many as share the six connections that a browser has for a host. */
const AT_ONCE = 4;
/** Milliseconds in which a run ends, whatever happens: the longest one gives up on six silent servers. */
const LONGEST = 20_000;
/** Milliseconds until a server that does not answer, or falls silent, is given up. */
const PATIENCE = 150;

const { from, count: runs } = inject('chaos');

test(
  `${runs} runs of random faults from seed ${from} lose, double and invent nothing`,
  { timeout: 30_000 + runs * 500 },
  async () => {
    const violations: string[] = [];
    const outcomes: Record<string, number> = {};
    const servers = new Map<number, Served>();
    let requests = 0;
    let next = from;
    async function work(): Promise<void> {
      while (next < from + runs) {
        const plan = makePlan(next++);
        // To WebKitGTK a connection that was cut has ended in good order, and with it such an answer.
        if (engine.browser === 'webkit' && !plan.hasEnd && plan.faults.includes('cut')) continue;
        // After a redirect Firefox does not close the connection of a request that is aborted.
        if (engine.browser === 'firefox' && /redirect,(silence|stall)/.test(plan.faults.join())) continue;
        const server = await serve(...plan.script);
        servers.set(plan.seed, server);
        const run = await play(plan, server);
        const wrong = check(plan, run);
        if (wrong.length) violations.push(describe(plan, run, wrong));
        outcomes[run.result.outcome] = (outcomes[run.result.outcome] ?? 0) + 1;
        requests += run.requests.length;
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.info(`${servers.size} runs, ${requests} requests, outcomes ${JSON.stringify(outcomes)}`);
    expect(violations.join('\n')).toBe('');
    // Chaos that breaks nothing, or everything, shows nothing.
    for (const outcome of ['complete', 'truncated', 'failed', 'stopped']) {
      expect(outcomes[outcome], outcome).toBeGreaterThan(0);
    }
    const open = async (): Promise<string[]> => {
      const left: string[] = [];
      for (const [seed, server] of servers) {
        const asked = await server.requests();
        if (asked.some(({ closed }) => !closed))
          left.push(`seed ${seed}: ${asked.map(({ closed }) => closed).join()}`);
      }
      return left;
    };
    await expect.poll(open, { timeout: 20_000, interval: 1000 }).toEqual([]);
  },
);

interface Run {
  readonly result: StreamResult;
  readonly requests: readonly SeenRequest[];
  /** What an iterator got, from the last start of the answer. */
  readonly iterated: string;
  readonly isLate: boolean;
}

async function play(plan: Plan, server: Served): Promise<Run> {
  const { transport, method, reconnect, resume, idempotencyKey, hasEnd, limit, closeAfter } = plan;
  const onFetch = transport === 'fetch';
  let iterated = '';
  const source = stream(server.url, {
    transport,
    reconnect,
    decode: 'text',
    end: hasEnd && 'end',
    resume: resume === 'elsewhere' ? `${server.url}?elsewhere` : resume,
    retry: { limit, delay: 1, maxDelay: 4 },
    timeout: { connect: PATIENCE, ...(onFetch ? { idle: PATIENCE } : {}) },
    ...(method === 'POST' ? { body: { prompt: 'hi' } } : {}),
    ...(idempotencyKey ? { idempotencyKey } : {}),
    onReconnect({ restarted }) {
      if (restarted) iterated = '';
    },
  } satisfies StreamOptions);
  let isLate = false;
  const watchdog = setTimeout(() => {
    isLate = true;
    source.close();
  }, LONGEST);
  let deltas = 0;
  try {
    for await (const delta of source.text) {
      iterated += delta;
      if (deltas++ === closeAfter) source.close();
    }
  } catch {
    // It is the result's error.
  }
  const result = await source.result;
  clearTimeout(watchdog);
  return { result, requests: await server.requests(), iterated, isLate };
}

function describe(plan: Plan, { result, requests }: Run, wrong: readonly string[]): string {
  const { outcome, text, error } = result;
  const asked = requests.slice(0, 20).map(({ method, headers }) => [method, headers['last-event-id']]);
  return `${wrong.join('; ')}: ${JSON.stringify({ ...plan, script: undefined, outcome, got: text, error: error?.message, asked })}`;
}

/** What is wrong with a run: nothing, where the promises hold. */
function check(plan: Plan, { result, requests, iterated, isLate }: Run): string[] {
  const { text, reconnect, isRecoverable, closeAfter } = plan;
  const wrong: string[] = [];
  const demand = (isTrue: boolean, what: string): void => {
    if (!isTrue) wrong.push(what);
  };
  demand(!isLate, 'a stream ends');
  const { outcome } = result;
  if (outcome === 'complete') demand(result.text === text, 'a complete answer is the whole one');
  else demand(text.startsWith(result.text), 'what arrived is the start of the answer');
  demand(outcome !== 'stopped' || closeAfter !== undefined, 'nothing stops but the page');
  demand(
    Boolean(result.error) === ['truncated', 'failed'].includes(outcome),
    'an error goes with its outcomes',
  );
  // A restart drops what an iterator had not read yet from the text, not from the iterator.
  if (reconnect !== 'always') demand(iterated === result.text, 'an iterator gets the text of the result');
  // To WebKitGTK a connection that was cut has ended in good order.
  const isEnded = engine.browser === 'webkit' && plan.faults.includes('cut');
  if (isRecoverable && !isEnded) demand(outcome === 'complete', 'what can be got is got');
  for (const [at, request] of requests.entries()) {
    if (at > 0) demand(mayAsk(plan, requests, at), `request ${at + 1} is within the policy`);
    demand(request.method === 'GET' || request.body === '{"prompt":"hi"}', 'a POST carries its body');
  }
  const keys = new Set(
    requests.filter(({ method }) => method === plan.method).map(({ headers }) => headers['idempotency-key']),
  );
  demand(keys.size === 1, 'the idempotency key stays the same');
  return wrong;
}

/** What went wrong on this connection: the last fault is that of all later ones. */
function faultOf({ faults }: Plan, at: number): Fault {
  return faults[Math.min(at, faults.length - 1)]!;
}

/** Whether the policy allows this request, after what the server did on the connections before it. */
function mayAsk(plan: Plan, requests: readonly SeenRequest[], at: number): boolean {
  const { transport, method, reconnect, resume, idempotencyKey } = plan;
  const before = faultOf(plan, at - 1);
  if (isRepeatedByBrowser(plan, requests, at - 1)) return true;
  // Native EventSource hides the status, for which fetch asks once more.
  const firstOnNative =
    transport === 'eventsource' &&
    [...requests.keys()].slice(0, at - 1).every((index) => isRepeatedByBrowser(plan, requests, index));
  if (PERMANENT.includes(before)) return firstOnNative && reconnect !== 'never';
  if (reconnect === 'never') return false;
  if (reconnect === 'always') return true;
  const { headers } = requests[at]!;
  if (headers['last-event-id']) return resume !== false && (method === 'GET' || resume !== undefined);
  if (resume === 'elsewhere' && requests[at]!.method === 'GET') return true;
  // Nothing had arrived: the same request again, where the server did not take it on or it is safe.
  return method === 'GET' || idempotencyKey || before === '429' || before === '503';
}

/** Whether the browser itself asks again: it follows redirects; Firefox repeats a GET that got no byte of an answer. */
function isRepeatedByBrowser(plan: Plan, requests: readonly SeenRequest[], at: number): boolean {
  const fault = faultOf(plan, at);
  const { method, written } = requests[at]!;
  return (
    fault === 'redirect' ||
    (engine.browser === 'firefox' &&
      method === 'GET' &&
      written === 0 &&
      ['refuse', 'cut', 'reset'].includes(fault))
  );
}
