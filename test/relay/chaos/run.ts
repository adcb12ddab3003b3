import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { redisStore } from '../../../src/redis.ts';
import { createRelay, memoryStore, type RelayStore } from '../../../src/server.ts';
import { stream, type StreamResult } from '../../../src/index.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import type { Fault, Plan } from './plan.ts';

/** The model, and which process asked it. */
interface Model {
  readonly asked: number;
  /** The number of the process that asked last. */
  readonly producer: number;
  ask(node: number): AsyncIterable<unknown>;
}

/** The results of a run. */
export interface Report {
  /** How often the model was asked. */
  readonly asked: number;
  readonly results: readonly StreamResult[];
  /** The promises that were broken. */
  readonly violations: readonly string[];
}

/** A simulated process. */
interface Node {
  readonly url: string;
  readonly isAlive: boolean;
  /** Simulates SIGKILL: closes its sockets, and cuts it off from the store. */
  kill(): void;
}

export async function runPlan(plan: Plan, sharedRedisUrl: string | undefined): Promise<Report> {
  const own =
    plan.incident.type === 'redis-away'
      ? await startRedis('--appendonly', 'yes', '--appendfsync', 'always')
      : undefined;
  const model = createModel(plan);
  const nodes = await startNodes(plan, own?.url ?? sharedRedisUrl, model);
  try {
    const first = deferred<string>();
    const incident = causeIncident(plan, nodes, first.promise, model, own);
    const results = await Promise.all(plan.readers.map((_, at) => read(plan, at, nodes, first)));
    await incident;
    return { asked: model.asked, results, violations: violationsOf(plan, model.asked, results) };
  } finally {
    for (const node of nodes) node.kill();
    await own?.stop();
  }
}

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function createModel({ tokens, delays, ending }: Plan): Model {
  let asked = 0;
  let producer = 0;
  const chunk = (content: string, finish: string | null): object => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  });
  return {
    get asked() {
      return asked;
    },
    get producer() {
      return producer;
    },
    async *ask(node) {
      asked++;
      producer = node;
      if (ending === 'throws-at-once') throw Object.assign(new Error('overloaded'), { status: 503 });
      for (const [at, token] of tokens.entries()) {
        await sleep(delays[at]);
        yield chunk(token, null);
      }
      if (ending === 'throws') throw new Error('secret');
      if (ending === 'whole') yield chunk('', 'stop');
    },
  };
}

async function startNodes(plan: Plan, redisUrl: string | undefined, model: Model): Promise<Node[]> {
  const shared = plan.store === 'memory' ? memoryStore() : undefined;
  return Promise.all(
    [0, 1, 2].map(async (number) => {
      const { store, sever } = shared ? { store: shared, sever: () => {} } : await openStore(plan, redisUrl!);
      const relay = createRelay({ store, heartbeat: 100, onError: () => {} });
      const server: Server = createServer((request, response) => {
        void relay.handleNode(request, response, () => model.ask(number));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      let isAlive = true;
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        get isAlive() {
          return isAlive;
        },
        kill() {
          isAlive = false;
          sever();
          void relay.close();
          server.closeAllConnections();
          server.close();
        },
      };
    }),
  );
}

async function openStore(plan: Plan, url: string): Promise<{ store: RelayStore; sever(): void }> {
  const prefix = `chaos-${plan.seed}`;
  if (plan.store === 'ioredis') {
    const client = new Redis(url);
    client.on('error', () => {});
    return { store: redisStore(client, { prefix }), sever: () => client.disconnect() };
  }
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  return { store: redisStore(client, { prefix }), sever: () => client.isOpen && client.destroy() };
}

async function causeIncident(
  { incident }: Plan,
  nodes: readonly Node[],
  first: Promise<string>,
  model: Model,
  redis: RedisServer | undefined,
): Promise<void> {
  if (incident.type === 'none') return;
  const lastEventId = await first;
  if (!lastEventId) return;
  await sleep(incident.at);
  switch (incident.type) {
    case 'stop':
      await fetch(nodes[(model.producer + 1) % nodes.length]!.url, {
        method: 'DELETE',
        headers: { 'Last-Event-ID': lastEventId },
      });
      return;
    case 'kill-producer':
      return nodes[model.producer]!.kill();
    case 'kill-other':
      return nodes[(model.producer + 1) % nodes.length]!.kill();
    case 'redis-away':
      await redis!.kill();
      await sleep(100);
      await redis!.start();
  }
}

/** Reads like a page, with the faults of the plan, from one process after another. */
async function read(
  plan: Plan,
  at: number,
  nodes: readonly Node[],
  first: ReturnType<typeof deferred<string>>,
): Promise<StreamResult> {
  const { joins, after, faults } = plan.readers[at]!;
  if (after) await sleep(after);
  // From the start of the answer, wherever the first reader is.
  const lastEventId = joins === 'resumes' ? (await first.promise).replace(/:.*/, ':0') : undefined;
  let attempt = 0;
  const source = stream('http://relay.test/', {
    body: { prompt: 'x' },
    idempotencyKey: 'key',
    resume: true,
    end: 'end',
    lastEventId: lastEventId || undefined,
    retry: { delay: 5, maxDelay: 50, limit: 100 },
    timeout: { idle: 2000 },
    fetch: (_, init) => {
      const alive = nodes.filter((node) => node.isAlive);
      const node = alive[(at + attempt) % alive.length]!;
      return fetchWith(faults[attempt++] ?? { type: 'none' }, node.url, init!);
    },
  });
  if (at === 0) {
    const watch = setInterval(() => source.lastEventId && first.resolve(source.lastEventId), 1);
    void source.result.then(() => {
      clearInterval(watch);
      first.resolve(source.lastEventId);
    });
  }
  return source.result;
}

async function fetchWith(fault: Fault, url: string, init: RequestInit): Promise<Response> {
  if (fault.type === 'refused') throw new TypeError('fetch failed');
  const response = await fetch(url, init);
  if (fault.type === 'none' || !response.ok || !response.body) return response;
  let left = fault.after;
  const faulty = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      controller.enqueue(chunk.slice(0, left));
      left -= chunk.length;
      if (left > 0) return;
      if (fault.type === 'stalled') await sleep(100);
      if (fault.type === 'closed') controller.terminate();
      else controller.error(new TypeError('terminated'));
    },
  });
  return new Response(response.body.pipeThrough(faulty), response);
}

/** Checks the promises against the results. */
function violationsOf(plan: Plan, asked: number, results: readonly StreamResult[]): string[] {
  const whole = plan.tokens.join('');
  const violations: string[] = [];
  // Without an event there is no answer, so the key is free again.
  const mayAskAgain =
    plan.ending === 'throws-at-once' || (plan.ending !== 'whole' && plan.tokens.length === 0);
  if (asked > 1 && !mayAskAgain) violations.push(`the model was asked ${asked} times`);
  for (const [at, { outcome, text, error }] of results.entries()) {
    const found = (what: string): void => {
      violations.push(
        `reader ${at}: ${what}: ${outcome}, ${text.length} of ${whole.length}, ${error?.message}`,
      );
    };
    if (!whole.startsWith(text)) found('text that the model did not write');
    if (outcome === 'complete' && (text !== whole || plan.ending !== 'whole')) found('wrongly complete');
    if (JSON.stringify(error ?? '').includes('secret')) found('leaked a secret');
    if (mustBeComplete(plan) && outcome !== 'complete') found('not complete');
    if (outcome === 'stopped' && plan.incident.type !== 'stop') found('stopped');
  }
  return violations;
}

/** Whether readers can resume after every fault of a plan. */
function mustBeComplete({ ending, incident, readers }: Plan): boolean {
  const isHarmless = incident.type !== 'stop' && incident.type !== 'kill-producer';
  // For a page, a resumed connection that closes normally before a new event is the end.
  const isCut = readers.some(({ faults }) => faults.some(({ type }) => type === 'closed'));
  return ending === 'whole' && isHarmless && !isCut;
}
