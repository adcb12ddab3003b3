/** HTTP servers for relays: Node's own, and one for fetch handlers. */
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

/** One response, and what has been received of it. */
export interface Connection {
  readonly status: number;
  readonly headers: Headers;
  /** All received text. */
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

/** Sends a request, and reads the response. Resolves when the headers have arrived. */
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
  let lastId = lastEventId ?? '';
  let hasEnded = false;
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
      return lastId;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!hasEnded && !condition(connection)) return;
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
        // Searches only the text that may have a new ID.
        const searched = tail + text;
        tail = searched.slice(-100);
        lastId = Array.from(searched.matchAll(/^id: (.*)\n/gm)).at(-1)?.[1] ?? lastId;
        notify();
      }
    } catch {
      // The connection was closed or lost.
    }
    hasEnded = true;
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

/** A model that the test controls. It counts how often it was asked, and how often it was stopped. */
export function createModel(): {
  readonly produce: Produce;
  readonly asked: number;
  readonly stopped: number;
  emit(...values: unknown[]): void;
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
    emit(...values) {
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
