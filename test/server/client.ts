import { inject } from 'vitest';
import type { Script, SeenRequest } from './script.ts';

/** A script that is being served. */
export interface Served {
  readonly url: string;
  /** What has been asked so far. */
  requests(): Promise<SeenRequest[]>;
  /** How often the browser has asked whether it may ask (CORS). */
  preflights(): Promise<number>;
  /** Lets the connections that wait at this gate go on, and those that will come to it. */
  open(gate: string): Promise<void>;
  /** For `onText`: tells the server what the page has, which `cutAfter` waits for. */
  readonly onText: (delta: string, text: string) => void;
}

/** Serves a script on the test server: steps for one connection, or for several. */
export async function serve(...script: Script): Promise<Served> {
  const { id } = await call<{ id: number }>('POST', '/scenarios', script);
  return served(inject('serverUrl'), id);
}

/** Serves a script on a server of its own, which can be killed. */
export async function serveKillable(...script: Script): Promise<Served & { kill(): Promise<void> }> {
  const { id, port } = await call<{ id: number; port: number }>('POST', '/servers', script);
  return {
    ...served(`http://127.0.0.1:${port}`, id),
    kill: () => call('DELETE', `/servers/${port}`),
  };
}

function served(server: string, id: number): Served {
  const open = (gate: string): Promise<void> =>
    call('POST', `/scenarios/${id}/gates/${encodeURIComponent(gate)}`);
  return {
    url: `${server}/play/${id}`,
    requests: () => call('GET', `/scenarios/${id}`),
    preflights: () => call('GET', `/scenarios/${id}/preflights`),
    open,
    onText: (_, text) => void open(`has ${text}`),
  };
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(inject('serverUrl') + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}
