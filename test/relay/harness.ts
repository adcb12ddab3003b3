/** Real HTTP in front of relays: through Node's own server, and through a server for fetch handlers. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { HandleOptions, Produce, Relay } from '../../src/server.ts';

export type Adapter = 'handleNode' | 'handle';
export const ADAPTERS: readonly Adapter[] = ['handleNode', 'handle'];

/** Starts a server on a free port of loopback, for as long as the test runs. @returns Its address */
export async function startServer(
  adapter: Adapter,
  relay: Relay,
  produce: Produce,
  options?: HandleOptions,
): Promise<string> {
  if (adapter === 'handle') {
    const server = serve({
      fetch: (request) => relay.handle(request, produce, options),
      port: 0,
      hostname: '127.0.0.1',
    });
    await once(server, 'listening');
    onTestFinished(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  const server = createServer((request, response) => {
    void relay.handleNode(request, response, produce, options);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** What came over one connection. */
export interface Connection {
  readonly status: number;
  readonly headers: Headers;
  /** All that has come, as text. */
  readonly raw: string;
  readonly events: readonly EventSourceMessage[];
  /** The last event ID, as a browser would have it: also of a block without data. */
  readonly lastEventId: string;
  /** Resolves when the condition holds, or the response has ended. */
  until(condition: (connection: Connection) => boolean): Promise<Connection>;
  /** Resolves with the end of the response. */
  readonly done: Promise<Connection>;
  leave(): void;
}

export interface Ask {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly lastEventId?: string;
  readonly key?: string;
}

/** Sends a request, and reads what comes. Resolves with the headers. */
export async function ask(
  url: string,
  { method, body, headers, lastEventId, key }: Ask = {},
): Promise<Connection> {
  const controller = new AbortController();
  const response = await fetch(url, {
    method: method ?? 'POST',
    signal: controller.signal,
    ...(body !== undefined && { body }),
    headers: {
      ...headers,
      ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
      ...(key !== undefined && { 'Idempotency-Key': key }),
    },
  });
  const events: EventSourceMessage[] = [];
  const waiting = new Set<() => void>();
  const notify = (): void => {
    for (const check of waiting) check();
  };
  let raw = '';
  let newestId = lastEventId ?? '';
  let isOver = false;
  let tail = '';
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const connection: Connection = {
    status: response.status,
    headers: response.headers,
    get raw() {
      return raw;
    },
    events,
    get lastEventId() {
      return newestId;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!isOver && !condition(connection)) return;
          waiting.delete(check);
          resolve(connection);
        };
        waiting.add(check);
        check();
      }),
    get done() {
      return this.until(() => false);
    },
    leave: () => controller.abort(),
  };
  void (async () => {
    try {
      for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        raw += text;
        parser.feed(text);
        // Only where an ID may have come that was not there before.
        const news = tail + text;
        tail = news.slice(-100);
        newestId = Array.from(news.matchAll(/^id: (.*)\n/gm)).at(-1)?.[1] ?? newestId;
        notify();
      }
    } catch {
      // The connection was left, or broke.
    }
    isOver = true;
    notify();
  })();
  onTestFinished(() => controller.abort());
  return connection;
}

/** The text of events whose data are strings. */
export function textOf({ events }: Connection): string {
  return events
    .filter(({ event }) => event === undefined)
    .map(({ data }) => data)
    .join('');
}

/** A model whose pace the test sets. It counts how often it was asked, and how often it was stopped. */
export function createModel(): {
  readonly produce: Produce;
  readonly asked: number;
  readonly stopped: number;
  say(...values: unknown[]): void;
  end(): void;
  fail(error: unknown): void;
} {
  type Step = { value: unknown } | { error: unknown } | 'end';
  const steps: Step[] = [];
  let wake = (): void => {};
  let asked = 0;
  let stopped = 0;
  const push = (step: Step): void => {
    steps.push(step);
    wake();
  };
  return {
    get asked() {
      return asked;
    },
    get stopped() {
      return stopped;
    },
    say(...values) {
      for (const value of values) push({ value });
    },
    end: () => push('end'),
    fail: (error) => push({ error }),
    async *produce({ signal }: { signal: AbortSignal }) {
      asked++;
      signal.addEventListener('abort', () => {
        stopped++;
        wake();
      });
      let at = 0;
      for (;;) {
        const step = steps[at++];
        if (step === undefined) {
          at--;
          if (signal.aborted) return;
          await new Promise<void>((resolve) => (wake = resolve));
        } else if (step === 'end') return;
        else if ('error' in step) throw step.error;
        else yield step.value;
      }
    },
  };
}
