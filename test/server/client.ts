import { inject } from 'vitest';
import type { Script, SeenRequest } from './script.ts';

/** A script that is being served. */
export interface Served {
  readonly url: string;
  /** The requests seen so far. */
  requests(): Promise<SeenRequest[]>;
  /** The number of CORS preflight requests. */
  preflights(): Promise<number>;
  /** Opens a gate, for connections that wait at it and for later ones. */
  open(gate: string): Promise<void>;
  /** For the option `onText`: reports the text that the page has read, for `cutAfter`. */
  readonly onText: (delta: string, text: string) => void;
}

/** Serves a script on the test server: a list of steps for each connection. */
export function serve(...script: Script): Promise<Served> {
  return serveOn(inject('serverUrl'), ...script);
}

/** Serves a script on this test server. */
export async function serveOn(server: string, ...script: Script): Promise<Served> {
  const { id } = await call<{ id: number }>(server, 'POST', '/scenarios', script);
  return served(server, server, id);
}

/** Serves a script on a separate server that can be killed. */
export async function serveKillable(...script: Script): Promise<Served & { kill(): Promise<void> }> {
  const main = inject('serverUrl');
  const { id, port } = await call<{ id: number; port: number }>(main, 'POST', '/servers', script);
  return {
    ...served(main, `http://127.0.0.1:${port}`, id),
    kill: () => call(main, 'DELETE', `/servers/${port}`),
  };
}

function served(main: string, server: string, id: number): Served {
  const open = (gate: string): Promise<void> =>
    call(main, 'POST', `/scenarios/${id}/gates/${encodeURIComponent(gate)}`);
  return {
    url: `${server}/play/${id}`,
    requests: () => call(main, 'GET', `/scenarios/${id}`),
    preflights: () => call(main, 'GET', `/scenarios/${id}/preflights`),
    open,
    onText: (_, text) => void open(`has ${text}`),
  };
}

async function call<T>(server: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(server + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}
