/** Real processes with relays on one Redis, and a model's server that counts its requests. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface ClusterProcess {
  readonly url: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Suspends the process. */
  pause(): void;
  resume(): void;
}

export async function startProcess(
  redisUrl: string,
  modelUrl: string,
  prefix: string,
  packageName: 'redis' | 'ioredis',
): Promise<ClusterProcess> {
  const path = fileURLToPath(new URL('process.mjs', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [path, redisUrl, modelUrl, prefix, packageName], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
  return {
    url: `http://127.0.0.1:${Number(line)}/`,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

export interface ModelServer {
  readonly url: string;
  /** The number of requests for each question, by its name. */
  readonly asked: ReadonlyMap<string, number>;
  /** The number of answers that the asking process has cancelled. */
  readonly stopped: number;
  stop(): Promise<void>;
}

/** The text of the answer to `?name=…&tokens=…`. */
export function answerTo(name: string, tokens: number): string {
  return Array.from({ length: tokens }, (_, at) => tokenOf(name, at)).join('');
}

const tokenOf = (name: string, at: number): string => `${name}-${at} `;

/** A model's server in OpenAI's wire format: `?name=…&tokens=…&delay=…` is the answer. */
export async function startModelServer(): Promise<ModelServer> {
  const asked = new Map<string, number>();
  let stopped = 0;
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const name = searchParams.get('name') ?? '';
    const tokens = Number(searchParams.get('tokens'));
    asked.set(name, (asked.get(name) ?? 0) + 1);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let at = 0;
    const send = (delta: object, finish: string | null): void => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', choices })}\n\n`);
    };
    const timer = setInterval(
      () => {
        if (at < tokens) return send({ content: tokenOf(name, at++) }, null);
        clearInterval(timer);
        send({}, 'stop');
        response.end('data: [DONE]\n\n');
      },
      Number(searchParams.get('delay')),
    );
    response.on('close', () => {
      clearInterval(timer);
      if (!response.writableFinished) stopped++;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    get stopped() {
      return stopped;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
